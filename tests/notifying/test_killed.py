"""kill -9 between sending and writing it down: nothing is lost, and nobody who knows our ids gets it twice."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.hall import Hall
from kaiban.app.clock import WallClock
from kaiban.domain.filing import Filing
from kaiban.domain.lapsing import DraftTerm
from kaiban.domain.messages.notification import Channel, Kind, Message, MessageState
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.notifying.signatures import new_secret
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.filings import SqlFilings
from kaiban.storage.messages.draft_messages import DraftMessages
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from tests.notifying.receiver import receiving
from tests.orchestrator.driver import KEYRING
from tests.storage.samples import MORNING, sample_case
from tests.waiting import until

ROOT = Path(__file__).parents[2]
PAST = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
ONE = Message(
    "ef" * 16, "KB0001", 1, Kind.ACCEPTED, Channel.SMS, MORNING, "【示范市】已受理", "13800001234"
)


class Floor:
    """A database with one message for each channel, a gateway, a receiver, and processes that send."""

    def __init__(self, url, folder, hall, receiver):
        self.url, self.folder, self.hall, self.receiver = url, folder, hall, receiver
        self.database, self.processes = Database(url), []
        self.outbox = SqlOutbox(self.database, KEYRING)
        self.cases = SqlCases(self.database, KEYRING)
        hook = Webhook("wh_1", "", receiver.url, (), (Secret(new_secret()),), PAST)
        SqlWebhooks(self.database, KEYRING).add(hook)
        told = replace(
            ONE, id="wm", channel=Channel.WEBHOOK, webhook="wh_1", address="", text="{}"
        )
        with self.cases.transaction() as tx:
            tx.add(sample_case())
            for message in (ONE, told):
                self.outbox.add(tx.connection, message, PAST)

    def start(self, *line):
        argv = [
            sys.executable,
            "-m",
            "tests.notifying.relay_program",
            self.url,
            str(self.folder),
            "2",
        ]
        process = subprocess.Popen(
            [*argv, json.dumps(self.hall.texts_settings()), *line], cwd=ROOT
        )
        self.processes.append(process)
        return process

    def states(self):
        people = [each.state.value for each in self.cases.messages("KB0001")]
        return people + [each.state.value for each in self.outbox.of_webhook("wh_1", 9)]

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.database.close()


@pytest.fixture
def floor(migrated_url, tmp_path):
    with Hall(only=(), admin=True, manual=True, ports="free") as hall, receiving() as receiver:
        floor = Floor(migrated_url, tmp_path, hall, receiver)
        yield floor
        floor.close()


def test_killed_after_sending_it_is_sent_again_under_its_id_and_taken_once(floor):
    hold = floor.folder / "hold"
    hold.touch()
    for _ in range(2):
        tried = [floor.folder / f"tried-{each}" for each in (ONE.id, "wm")]
        process = floor.start()
        until(lambda: all(each.exists() for each in tried))  # noqa: B023 - of this round
        process.kill()
        process.wait()
        assert "accepted" not in floor.states()
        for each in tried:
            each.unlink()
    hold.unlink()
    floor.start()
    until(lambda: floor.states() == ["accepted", "accepted"])
    [text] = floor.hall.outbox.all()
    assert (text.id, text.text) == (ONE.id, ONE.text), "the gateway knows our id and takes it once"
    assert set(floor.receiver.ids()) == {"wm"}, "a receiver can tell that it is the same"
    assert floor.receiver.ids() == ["wm"] * 3
    for message in (ONE.id, "wm"):
        outcomes = [each.outcome for each in floor.outbox.deliveries(message)]
        assert outcomes == ["", "", "accepted"]


def test_of_a_draft_nobody_is_told_twice_though_who_sent_it_was_killed(floor):
    """The gateway has taken it, and nobody wrote that down: neither by sending nor by looking again is it another."""
    now = WallClock().now()
    saved = now - timedelta(days=25)
    draft = Filing("a" * 22, "7K4M2QXD", saved, saved, phone=ONE.address, proved=ONE.address)
    SqlFilings(floor.database, KEYRING).add(draft)
    messages = DraftMessages(floor.database, KEYRING, lambda _filing, _told: "")
    assert messages.remind(DraftTerm(), now, PAST, 9) == 1
    (floor.folder / "hold").touch()
    for _ in range(2):
        process = floor.start("drafts")
        until(lambda: list(floor.folder.glob("tried-*")))
        process.kill()
        process.wait()
        [tried] = floor.folder.glob("tried-*")
        tried.unlink()
        assert messages.remind(DraftTerm(), now, PAST, 9) == 0
        assert [each.state for each in messages.of_filing(draft.id)] == [MessageState.SENDING]
    (floor.folder / "hold").unlink()
    floor.start("drafts")
    until(lambda: messages.of_filing(draft.id)[0].state is MessageState.ACCEPTED)
    [text] = floor.hall.outbox.all()
    assert (text.id, text.to) == (tried.name.removeprefix("tried-"), ONE.address)
    assert "https://a.example/resume" in text.text


def test_killed_while_the_receiver_has_not_answered_another_takes_it_up(floor):
    floor.receiver.hold.clear()
    first = floor.start()
    until(lambda: floor.receiver.got)
    first.kill()
    first.wait()
    floor.receiver.hold.set()
    floor.start()
    until(lambda: floor.states() == ["accepted", "accepted"])
    assert floor.receiver.ids() == ["wm", "wm"]
    assert timedelta(0) < floor.outbox.deliveries("wm")[1].at - floor.outbox.deliveries("wm")[0].at


def test_two_processes_at_once_send_everything_once(floor):
    more = [
        replace(ONE, id=f"{n:032x}", text=f"第 {n} 条", address=f"1380000{n:04}")
        for n in range(12)
    ]
    with floor.database.transaction() as connection:
        for message in more:
            floor.outbox.add(connection, message, PAST)
    floor.start()
    floor.start()
    until(lambda: set(floor.states()) == {"accepted"})
    tries = [len(floor.outbox.deliveries(each.id)) for each in (ONE, *more)]
    assert tries == [1] * 13
    assert floor.receiver.ids() == ["wm"]
