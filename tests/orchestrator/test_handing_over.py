"""What was granted is handed over to supervising departments, signed, until there is a receipt; nobody in the form is named."""

from datetime import timedelta

import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.domain.messages.notification import Channel, MessageState
from kaiban.domain.supervision.handover import SupervisingDepartment
from kaiban.notifying.addresses import AddressPolicy
from kaiban.notifying.profile_receivers import ProfileReceivers
from kaiban.notifying.webhooks import WebhookCarrier
from kaiban.orchestrator.announcing import in_turn
from kaiban.orchestrator.handing_over import HandingOver
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.ports.statistics import Scope
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.supervision.handovers import SqlHandovers
from tests.domain.desk.test_worklist import CITY
from tests.notifying.receiver import receiving
from tests.notifying.test_signatures import is_genuine
from tests.storage.samples import ID_NUMBER, MORNING, sample_case

SECRET = "whsec_" + "c3VwZXJ2aXNpbmcgZGVwYXJ0bWVudHM="
EVER = Scope(MORNING.date(), MORNING.date())
DAY = timedelta(days=1)


class House:
    """Cases whose results are handed over, and the line on which they go; its clock is turned by hand."""

    def __init__(self, url, receiver, *links):
        self.now = MORNING
        self.receiver = receiver
        database, keyring = Database(url), Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
        self.database = database
        departments = (
            SupervisingDepartment("after", "监管处", receiver.url, SECRET, links),
            SupervisingDepartment("seals", "治安支队", receiver.url, SECRET, ("seal",)),
        )
        self.handovers = SqlHandovers(database, keyring, lambda: self.now)
        handing_over = HandingOver(departments, self.handovers, lambda: self.now)
        self.told = []
        heard = in_turn(lambda *told: self.told.append(told), handing_over)
        self.cases = SqlCases(database, keyring, announce=heard, city=CITY)
        known = ProfileReceivers(departments)
        carrier = WebhookCarrier(known, AddressPolicy(strict=False), lambda: self.now)
        limits = SqlRateLimits(database, keyring)
        self.relay = Relay(
            self.handovers, known, limits, {Channel.WEBHOOK: carrier}, lambda: self.now
        )

    def end(self, no, *granted):
        """Let a case end of which these links were granted."""
        case = sample_case(no)
        for link in case.links:
            for step in link.steps:
                done = link.name in granted
                step.state = LinkState.DONE if done else LinkState.REFUSED
                step.done_at = MORNING if done else None
        case.facts["credit_code"] = "91990100MA0000001X"
        with self.cases.transaction() as tx:
            case.complete(1, MORNING, CITY.closing(case, MORNING))
            tx.add(case)

    def turn(self):
        return self.relay.turn(Channel.WEBHOOK)


@pytest.fixture
def house(migrated_url):
    with receiving() as receiver:
        house = House(migrated_url, receiver)
        yield house
        house.database.close()


def test_what_was_granted_is_told_once_signed_and_the_receipt_is_kept(house):
    house.end("KB0001", "registration")
    house.receiver.headers = {"Kaiban-Receipt": " HZ-2026-7 "}
    assert house.handovers.counts(EVER) == (1, 0)
    assert house.turn()
    assert not house.turn()
    [(given, body)] = house.receiver.got
    assert is_genuine(SECRET, given, body, house.now)
    [told] = house.receiver.bodies()
    assert (told["type"], told["case_no"]) == ("handover.granted", "KB0001")
    assert told["data"]["company"] == {
        "name": "示范市晨光科技有限公司", "credit_code": "91990100MA0000001X",
    }  # fmt: skip
    assert [each["link"] for each in told["data"]["granted"]] == ["registration"]
    assert ID_NUMBER not in body.decode()
    assert "王一" not in body.decode()
    [kept] = house.handovers.listed(EVER, 0, 9, outstanding=False)
    assert (kept.state, kept.receipt, kept.acknowledged_at) == (
        MessageState.ACCEPTED, "HZ-2026-7", house.now,
    )  # fmt: skip
    assert house.handovers.counts(EVER) == (1, 1)
    assert house.told, "the others who are told hear of it, too"


def test_nothing_granted_is_nothing_to_hand_over(house):
    house.end("KB0001")
    assert house.handovers.counts(EVER) == (0, 0)


def test_only_whom_a_link_concerns_is_told_of_it(migrated_url):
    with receiving() as receiver:
        house = House(migrated_url, receiver, "tax")
        house.end("KB0001", "registration")
        assert house.handovers.counts(EVER) == (0, 0)
        house.end("KB0002", "registration", "tax")
        [kept] = house.handovers.listed(EVER, 0, 9, outstanding=True)
        assert (kept.case_no, kept.department) == ("KB0002", "after")
        house.turn()
        [told] = receiver.bodies()
        assert [each["link"] for each in told["data"]["granted"]] == ["tax"]
        house.database.close()


def test_what_is_not_taken_is_outstanding_and_tried_for_good(house):
    house.end("KB0001", "registration")
    house.receiver.answers = [410, *[503] * 30]
    house.turn()
    assert house.handovers.outstanding("", house.now) == 0, "not yet an hour ago"
    for _ in range(30):
        house.now += DAY + timedelta(minutes=1)
        assert house.turn()
        assert house.handovers.outstanding("center", house.now) == 1
        assert house.handovers.outstanding("elsewhere", house.now) == 0
        [kept] = house.handovers.listed(EVER, 0, 9, outstanding=True)
        assert (kept.code, kept.acknowledged_at) == ("http.503", None)
    house.now += DAY + timedelta(minutes=1)
    assert house.turn()
    assert house.handovers.outstanding("", house.now) == 0
    assert len(set(house.receiver.ids())) == 1
    assert house.handovers.listed(EVER, 0, 9, outstanding=True) == []


@pytest.mark.parametrize("given", ["", "号".encode().decode("latin-1"), "\x7f"])
def test_a_receipt_that_is_no_number_is_a_receipt_all_the_same(house, given):
    house.end("KB0001", "registration")
    house.receiver.headers = {"Kaiban-Receipt": given} if given else {}
    house.turn()
    [kept] = house.handovers.listed(EVER, 0, 9, outstanding=False)
    assert (kept.receipt, kept.acknowledged_at) == ("", house.now)
