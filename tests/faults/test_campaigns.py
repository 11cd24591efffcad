"""The long campaigns, and the proof that they would notice (``make faults``)."""

import pytest

from adapters.bank.stub import BankStub
from tests.faults.books import Kind
from tests.faults.campaign import CHOICES, Plan
from tests.faults.disturbances import Kill
from tests.faults.planted import program

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(5400)]


#: Workers that die, and come back under another name.
STRANGERS = {
    "by": (Kill("worker"),), "cases": 12, "disturbances": 4, "links": [("registration", "bank")],
    "every": (2.0, 4.0), "dawdle": 0.3, "patience": 180,
}  # fmt: skip
KILLS = (Kill("web"), Kill("worker"), Kill("serve"))


@pytest.fixture
def assert_passes(ran):
    def run(city, **plan):
        row = ran(city, Plan(**plan))
        assert row.passed, row.summary

    return run


def test_cases_survive_whatever_dies(found, database_url, assert_passes, size):
    assert_passes(
        found(database_url, apart=True), by=KILLS, cases=size.cases, disturbances=2 * size.strikes,
        losses=3 * size.strikes, dawdle=0.3, patience=600, resumed_within=60, links=CHOICES,
    )  # fmt: skip


def test_a_worker_that_comes_back_as_a_stranger_leaves_nothing_undone(found, assert_passes):
    assert_passes(found(apart=True), **STRANGERS, programs=(program("stranger"),))


def test_without_the_reconciler_that_is_noticed(found, assert_passes):
    bug = "stranger-unreconciled"
    assert_passes(
        found(apart=True), **STRANGERS, bug=bug, tells=(Kind.STUCK,), programs=(program(bug),)
    )


def test_an_answer_before_the_commit_is_noticed(found, assert_passes):
    assert_passes(
        found(apart=True), by=(Kill("web"),), cases=30, disturbances=3, links=[("registration",)],
        every=(4.0, 6.0), patience=90, bug="early-answer", tells=(Kind.LOST, Kind.MIXED),
        programs=(program("early-answer"),),
    )  # fmt: skip


def test_sending_again_after_an_unknown_outcome_is_noticed(found, assert_passes):
    city = found(apart=True)
    city.hall.stub("seal").lose_next("GY0101")
    # The register refuses the same message a second time: sent on and on, the case never ends.
    assert_passes(
        city, cases=1, disturbances=0, links=[("registration", "seal")], patience=90,
        bug="send-again", tells=(Kind.STUCK,), programs=(program("send-again"),),
    )  # fmt: skip


def test_a_department_that_ignores_the_key_is_noticed(found, assert_passes):
    city = found()
    city.hall.stub("bank").__class__ = ForgetfulBank
    city.hall.stub("bank").lose_next("KH0001")
    assert_passes(
        city, cases=1, disturbances=0, links=[("registration", "bank")], patience=90,
        bug="a forgetful bank", tells=(Kind.DUPLICATED,),
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
