"""The long campaigns, and the proof that they would notice (``make faults``)."""

import pytest

from adapters.bank.stub import BankStub
from tests.faults.campaign import Campaign, Plan
from tests.faults.disturbances import Kill
from tests.faults.planted import program

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1200)]


def test_cases_survive_whatever_dies(found, database_url):
    plan = Plan(cases=40, disturbances=20, losses=30, patience=600, resumed_within=60)
    campaign = Campaign(found(database_url), plan).run()
    assert campaign.violations == [], campaign.city.log()


def test_a_worker_that_comes_back_as_a_stranger_leaves_nothing_undone(found):
    campaign = Campaign(found(), _strangers("stranger")).run()
    assert campaign.violations == [], campaign.city.log()


def test_without_the_reconciler_that_is_noticed(found):
    campaign = Campaign(found(), _strangers("stranger-unreconciled")).run()
    assert any("did not end by itself" in each for each in campaign.violations), (
        campaign.violations
    )


def test_an_answer_before_the_commit_is_noticed(found):
    plan = Plan(
        cases=30, disturbances=3, links=("registration",), by=(Kill("web"),), every=(4.0, 6.0),
        patience=90, programs=(program("early-answer"),),
    )  # fmt: skip
    campaign = Campaign(found(), plan).run()
    assert any("is lost" in each or "one case" in each for each in campaign.violations), (
        campaign.violations
    )


def test_sending_again_after_an_unknown_outcome_is_noticed(found):
    city = found()
    city.hall.stub("seal").lose_next("GY0101")
    plan = Plan(
        cases=1, disturbances=0, links=("registration", "seal"), patience=90,
        programs=(program("send-again"),),
    )  # fmt: skip
    campaign = Campaign(city, plan).run()
    # The register refuses the same message a second time: sent on and on, the case never ends.
    assert any("did not end by itself" in each for each in campaign.violations)


def test_a_department_that_ignores_the_key_is_noticed(found):
    city = found()
    city.hall.stub("bank").__class__ = ForgetfulBank
    city.hall.stub("bank").lose_next("KH0001")
    plan = Plan(cases=1, disturbances=0, links=("registration", "bank"), patience=90)
    campaign = Campaign(city, plan).run()
    assert any("became effective 2 times" in each for each in campaign.violations), (
        campaign.violations
    )


def _strangers(bug, patience=180):
    return Plan(
        cases=6, disturbances=4, links=("registration", "bank"), by=(Kill("worker"),), every=(2.0, 4.0),
        patience=patience, programs=(program(bug),),
    )  # fmt: skip


class ForgetfulBank(BankStub):
    """For it every message is a new application, and a single one is not found again."""

    def _id(self, serial):
        return f"{serial}-{self.store.next_number(serial)}"

    def _find(self, serial):
        # Each message is given two numbers: one to see whether it is known, one to file it under.
        again = self.store.get("_number", serial)["last"] > 2
        return super()._find(serial) if again else None

    def has_account(self, credit_code):
        return False
