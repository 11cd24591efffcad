"""Cards come at their minute: none late, none early, none twice, whoever dies; and the responsible person hears of it."""

import email
import email.policy
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kaiban.domain.hours.cards import Level
from kaiban.domain.messages.notification import Channel, Kind
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.domain.roles import Role
from kaiban.domain.supervision.due import due_of, not_given
from kaiban.notifying.addresses import AddressPolicy
from kaiban.notifying.mail import MailCarrier, MailSettings
from kaiban.notifying.signatures import is_genuine, new_secret
from kaiban.notifying.webhooks import WebhookCarrier
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.ports import Account
from kaiban.ports.supervision import CardsWanted
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.schema import staff_messages
from tests.domain.minute_oracle import BEGINNING
from tests.notifying.receiver import receiving
from tests.notifying.test_mail import Door, Office
from tests.orchestrator.worker.cards_city import CITY, KEYRING, SHORT, lived, oracle
from tests.orchestrator.worker.cards_program import giving
from tests.waiting import until

ROOT = Path(__file__).parents[3]
SEEDS = range(10)
LAST = timedelta(days=4)


class Floor:
    """A database of cases, a clock in a file, and processes that give cards."""

    def __init__(self, url, folder):
        self.url, self.folder, self.processes = url, folder, []
        self.work = giving(url, folder)
        self.database = self.work.database
        self.cards, self.cases = self.work.cards, self.work.office.cases
        self.accounts = self.work.alerting.accounts

    def add(self, *cases):
        with self.cases.transaction() as tx:
            for case in cases:
                tx.add(case)

    def it_is(self, at):
        beside = self.folder / "clock-new"
        beside.write_text(at.isoformat())
        beside.rename(self.folder / "clock")

    def start(self):
        argv = [sys.executable, "-m", "tests.orchestrator.worker.cards_program"]
        process = subprocess.Popen([*argv, self.url, str(self.folder)], cwd=ROOT)
        self.processes.append(process)
        return process

    def kill_within_a_card(self):
        """Kill whoever has written a card and not committed it; another comes in its place."""
        said = self.folder / "holding"
        until(lambda: said.exists() and said.read_text().endswith("\n"))
        [held] = [each for each in self.processes if each.pid == int(said.read_text())]
        held.kill()
        held.wait()
        self.start()

    def settled(self):
        return not self.cards.due(self.work.office.clock.now(), 1)

    def given(self):
        return self.cards.listed(CardsWanted(), 0, 10_000)

    def told(self):
        with self.database.reading() as connection:
            rows = connection.execute(select(staff_messages)).mappings().all()
        return [(row["login"], row["kind"], row["channel"], row["number"]) for row in rows]

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.database.close()


@pytest.fixture
def floor(migrated_url, tmp_path):
    floor = Floor(migrated_url, tmp_path)
    yield floor
    floor.close()


def at_minute(number):
    return BEGINNING + timedelta(minutes=number)


def test_none_late_none_early_none_twice_with_two_workers_one_of_them_killed(floor):
    cases = [replace(lived(seed, SHORT), no=f"KB{seed:04}") for seed in SEEDS]
    last = max(case.events[-1].at for case in cases)
    wanted = {
        (case.no, *key): max(at_minute(minute), case.events[-1].at)
        for case in cases
        for key, minute in oracle(case, last + LAST).items()
    }
    floor.add(*cases)
    instants = sorted({at for at in wanted.values() if at > last})
    assert len(instants) > 12
    floor.it_is(last)
    floor.start()
    floor.start()
    for number, at in enumerate(instants):
        for moment in (at - timedelta(seconds=1), at):
            kills = number == len(instants) // 2 and moment == at
            if kills:
                (floor.folder / "hold").touch()
            floor.it_is(moment)
            if kills:
                floor.kill_within_a_card()
            until(floor.settled)
            early = [each for each in floor.given() if each.due_at > moment]
            assert early == []
    found = [
        ((each.case_no, each.card.level, each.card.subject), each.given_at)
        for each in floor.given()
    ]
    assert len(found) == len(dict(found)), "none twice"
    # What was due when the cases were put there is given at once.
    assert dict(found) == {key: max(at, last) for key, at in wanted.items()}
    events = [event for case in cases for event in floor.cases.read(case.no).events]
    assert sum(event.kind == "card" for event in events) == len(found)


class Told:
    """A mail server and a program that listens."""

    def __init__(self, floor, office, door, receiver):
        wall = floor.work.office.clock.now
        parts = (floor.database, KEYRING)
        carriers = {
            Channel.MAIL: MailCarrier(MailSettings("127.0.0.1", "kaiban@example.com", door.port, "none"), wall),
            Channel.WEBHOOK: WebhookCarrier(floor.work.alerting.webhooks, AddressPolicy(strict=False), wall),
        }  # fmt: skip
        outbox = floor.work.alerting.outbox
        self.relay = Relay(
            outbox, floor.work.alerting.webhooks, SqlRateLimits(*parts), carriers, wall
        )
        self.office, self.receiver = office, receiver

    def send(self):
        for channel in (Channel.MAIL, Channel.WEBHOOK):
            while self.relay.turn(channel):
                pass


@pytest.fixture
def told(floor):
    office = Office()
    door = Door(office)
    door.start()
    with receiving() as receiver:
        yield Told(floor, office, door, receiver)
    door.stop()


def hire(floor, login, role, mail="", name=""):
    account = Account(login, name or login, role, "center", mail=mail)
    floor.accounts.add(account, "x", at_minute(0))


def one_due(floor, holder=""):
    """A case that only waits for its notice, and the instant of it."""
    case = replace(lived(3), no="KB7777")
    case.events[1:] = []
    if holder:
        case.note("taken", case.accepted_at, f"window:{holder}", facts={"to": holder})
    floor.add(case)
    return case


def at_level(floor, level):
    """Let time go on, card by card, until the case has got that one."""
    while level not in {each.card.level for each in floor.given()}:
        case = floor.cases.read("KB7777")
        floor.it_is(not_given(case, due_of(case, CITY))[0].at)
        assert floor.work.turn()


def test_the_responsible_person_hears_of_it_by_name_by_a_real_mail_server(floor, told):
    hire(floor, "limin", Role.WINDOW, "limin@example.com", "李敏")
    hire(floor, "boss", Role.HALL_MANAGER, "boss@example.com", "周四")
    one_due(floor, "limin")
    at_level(floor, Level.NOTICE)
    told.send()
    [mail] = told.office.got
    assert mail.rcpt_tos == ["limin@example.com"]
    sent = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert "预警" in sent["Subject"]
    assert "KB7777" in sent["Subject"]
    assert "李敏：" in sent.get_content()
    at_level(floor, Level.RED)
    told.send()
    of_red = {each.rcpt_tos[0]: _text(each) for each in told.office.got[-2:]}
    assert sorted(of_red) == ["boss@example.com", "limin@example.com"], "a red card goes to both"
    assert "周四：" in of_red["boss@example.com"]
    assert "责任人：李敏" in of_red["boss@example.com"]


def _text(mail):
    return email.message_from_bytes(mail.content, policy=email.policy.default).get_content()


def test_where_nobody_has_had_it_in_hand_the_managers_of_the_hall_hear_of_it(floor, told):
    hire(floor, "limin", Role.WINDOW, "limin@example.com")
    hire(floor, "boss", Role.HALL_MANAGER, "boss@example.com")
    hire(floor, "second", Role.HALL_MANAGER)
    one_due(floor)
    at_level(floor, Level.NOTICE)
    told.send()
    assert [each.rcpt_tos for each in told.office.got] == [["boss@example.com"]]


def test_programs_hear_of_it_by_a_signed_webhook_without_anybody_in_it(floor, told):
    hire(floor, "limin", Role.WINDOW)
    secret = new_secret()
    hook = Webhook("wh_1", "", told.receiver.url, (Kind.CARD,), (Secret(secret),), at_minute(0))
    floor.work.alerting.webhooks.add(hook)
    one_due(floor, "limin")
    at_level(floor, Level.NOTICE)
    told.send()
    [got] = told.receiver.got
    headers, raw = got
    body = json.loads(raw)
    assert body["type"] == "case.card"
    assert body["data"]["code"] == "notice"
    assert body["data"]["cause"] == "promise"
    assert "limin" not in raw.decode()
    assert is_genuine(secret, headers, raw, floor.work.office.clock.now())


def test_cards_of_long_ago_are_written_down_and_nobody_is_woken(floor):
    hire(floor, "boss", Role.HALL_MANAGER, "boss@example.com")
    case = one_due(floor)
    floor.it_is(case.accepted_at + timedelta(days=60))
    assert floor.work.turn()
    assert len(floor.given()) == 3
    assert floor.told() == []
    assert not floor.work.turn()
