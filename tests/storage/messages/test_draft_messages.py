"""What is told of a form before it is dropped: once at each stage, as the form stands when it is sent, and of nothing that is over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from kaiban.domain.filing import Filing
from kaiban.domain.lapsing import DraftTerm, Reminder, Told
from kaiban.domain.messages.notification import Answer, Channel, MessageState, Verdict
from kaiban.orchestrator.worker.upkeep.reminding_of_drafts import DraftLapsing
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.reindex import reindex
from kaiban.storage.filings import SqlFilings, return_index
from kaiban.storage.messages.draft_messages import DraftMessages
from kaiban.storage.migrations import upgrade
from kaiban.storage.schema import draft_messages, filings
from tests.faults.older import set_back
from tests.storage.samples import sample_case

SAVED = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
TERM, LAST, LEASE = DraftTerm(), date(2026, 4, 3), timedelta(minutes=3)
PHONE, OTHER = "13800001234", "13900005678"


def form(name="a", **more):
    return replace(Filing(name * 22, "7K4M2QXD", SAVED, SAVED, phone=PHONE, proved=PHONE), **more)


class Line:
    """The forms, the line and a clock of business; in real time everything is due at once."""

    def __init__(self, database, keyring, now=SAVED):
        self.filings, self.now, self.term = SqlFilings(database, keyring), now, TERM
        self.messages = DraftMessages(database, keyring, self.text)

    def text(self, filing, told):
        write = "到 {} {}".format
        lapsing = DraftLapsing(
            self.term, lambda filing, day: write(day, filing.lang), lambda: self.now
        )
        return lapsing(filing, told)

    def days_before(self, days):
        self.now = SAVED + timedelta(days=30 - days)
        return self

    def remind(self, limit=500):
        return self.messages.remind(self.term, self.now, SAVED, limit)

    def take(self, later=timedelta(0)):
        return self.messages.take(Channel.SMS, SAVED + later, LEASE)

    def told(self, filing):
        return [
            (each.reminder.stage, each.state.value) for each in self.messages.of_filing(filing.id)
        ]


@pytest.fixture
def line(database, keyring):
    return Line(database, keyring)


def test_each_stage_is_told_once_of_the_day_the_page_says(line):
    line.filings.add(form(lang="en"))
    assert [line.days_before(days).remind() for days in (8, 7, 7, 3)] == [0, 1, 0, 0]
    message = line.take()
    assert (message.address, message.text) == (PHONE, f"到 {LAST} en")
    line.messages.settle(message, Answer(Verdict.ACCEPTED), None, 5)
    assert line.take(LEASE) is None
    assert [line.days_before(days).remind() for days in (2, 1, 0)] == [0, 1, 0]
    assert line.messages.of_filing(form().id) == [
        Told(Reminder(LAST, 7), MessageState.ACCEPTED),
        Told(Reminder(LAST, 1), MessageState.WAITING),
    ]


def test_of_many_who_look_at_once_one_writes_it_down(line):
    line.filings.add(form())
    line.days_before(7)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: line.remind(), range(8))) == 1


def test_all_forms_are_looked_at_however_few_at_a_time(line):
    for name in "abcde":
        line.filings.add(form(name))
    assert line.days_before(7).remind(limit=2) == 5
    assert line.remind(limit=5) == 0


@pytest.mark.parametrize(
    "more", [{"phone": ""}, {"proved": ""}, {"proved": OTHER}, {"saved_at": SAVED - timedelta(30)}]
)
def test_nobody_is_told_without_a_number_that_was_proved_or_of_a_form_past_its_time(line, more):
    line.filings.add(form(**more))
    assert line.days_before(7).remind() == 0


def test_whoever_dies_with_it_leaves_it_to_the_next_under_the_same_id(line):
    line.filings.add(form())
    line.days_before(7).remind()
    first = line.take()
    assert line.take() is None, "it is in somebody's hands"
    assert line.told(form()) == [(7, "sending")]
    again = line.take(LEASE)
    assert (again.id, again.text, again.address) == (first.id, first.text, PHONE)
    line.messages.settle(first, Answer(Verdict.ACCEPTED), None, 5)
    assert line.take(2 * LEASE) is None, "it was accepted, whoever wrote that down"
    assert line.told(form()) == [(7, "accepted")]


def test_a_row_that_was_lost_is_the_same_message_when_it_is_written_again(line, database):
    """So it is after an older copy of the database was brought back: a gateway that looks at ids takes it once."""
    line.filings.add(form())
    line.filings.add(form("b"))
    line.days_before(7).remind()
    ids = {line.take().id, line.take().id}
    with database.transaction() as connection:
        connection.execute(delete(draft_messages))
    line.remind()
    assert {line.take().id, line.take().id} == ids
    assert len(ids) == 2


def test_a_form_that_was_saved_is_told_of_before_its_new_end_alone(line):
    line.filings.add(form())
    line.days_before(7).remind()
    saved = line.filings.save(form(saved_at=line.now))
    assert line.take() is None
    assert line.told(saved) == [], "nothing is left of what was not sent"
    line.now += timedelta(days=23)
    assert line.remind() == 1
    assert line.take().text == "到 2026-04-26 zh-CN"


def submitted(line, cases):
    with cases.transaction() as tx:
        tx.add(sample_case("KB0001"))
        line.filings.bind(tx.connection, form(), "KB0001")


def test_of_a_form_that_was_submitted_nothing_is_written_down(line, cases):
    """What is written down and dropped again would be counted at every turn of upkeep."""
    line.filings.add(form())
    submitted(line, cases)
    assert line.days_before(7).remind() == 0


CHANGES = {
    "submitted": submitted,
    "gone": lambda line, _: line.filings.prune(SAVED + timedelta(seconds=1)),
    "another number": lambda line, _: line.filings.save(form(phone=OTHER)),
    "no number": lambda line, _: line.filings.save(form(phone="")),
    "a later reminder": lambda line, _: line.days_before(1),
    "past its time": lambda line, _: line.days_before(0),
    "kept for longer": lambda line, _: setattr(line, "term", DraftTerm(timedelta(days=60))),
    "nobody is told any more": lambda line, _: setattr(line, "term", DraftTerm(reminders=())),
}


@pytest.mark.parametrize("sent", [False, True], ids=["waiting", "tried"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_over_before_it_is_sent_is_never_sent(line, cases, change, sent):
    """Tried before, too: what nobody has taken is not said again of what is not so any more."""
    line.filings.add(form())
    line.days_before(7).remind()
    later = LEASE if sent and line.take() else timedelta(0)
    CHANGES[change](line, cases)
    assert line.take(later) is None
    assert line.told(form()) == []


def test_what_is_over_keeps_nobody_else_waiting(line):
    for name in "abc":
        line.filings.add(form(name))
    line.days_before(7).remind()
    for name in "ab":
        line.filings.save(form(name, saved_at=line.now))
    assert line.take() is not None
    assert line.told(form("c")) == [(7, "sending")]


def test_rows_of_what_is_gone_or_submitted_are_dropped(line, cases, database):
    for name in "abc":
        line.filings.add(form(name))
    line.days_before(7).remind()
    submitted(line, cases)
    line.filings.save(form("b", saved_at=line.now))
    line.filings.prune(SAVED + timedelta(seconds=1))
    with database.reading() as connection:
        left = connection.execute(select(draft_messages.c.id)).all()
    assert (len(left), line.told(form("b"))) == (1, [(7, "waiting")])


def test_under_another_index_key_nothing_is_told_again(line, database, keyring):
    line.filings.add(form())
    line.filings.add(form("b", proved=OTHER))
    line.days_before(7).remind()
    line.messages.settle(line.take(), Answer(Verdict.ACCEPTED), None, 5)
    new = Keyring({"k1": bytes(range(32))}, "k1", b"n" * 32)
    counts = reindex(database, keyring, new, SAVED, lambda _form: None)
    assert counts["draft_messages"] == 1
    later = Line(database, new, line.now)
    assert (later.remind(), later.told(form())) == (0, [(7, "accepted")])
    assert [later.filings.get(name * 22).proved for name in "ab"] == [PHONE, ""]


def test_a_form_of_the_release_before_is_told_of_once_its_number_is_proved(line, database):
    """What is there stays as it was, and nobody is told on a number of which nothing is known."""
    line.filings.add(form())
    older = set_back(database, "0043")
    assert "proved_index" not in older.tables["filings"].columns
    assert "draft_messages" not in older.tables
    upgrade(database)
    found = line.filings.get(form().id)
    assert found == form(proved="")
    assert line.days_before(7).remind() == 0
    line.filings.proved(found)
    assert line.remind() == 1
    assert line.take().address == PHONE


def test_beside_the_release_before_a_number_it_changes_is_not_taken_for_proved(
    line, database, keyring
):
    line.filings.add(form())
    line.days_before(7).remind()
    change = update(filings).values(return_index=return_index(keyring, form().code, OTHER))
    with database.transaction() as connection:
        connection.execute(change)
    assert not line.filings.get(form().id).is_proved
    assert line.take() is None
