"""Sessions as rows: two ends, ids that open nothing any more, clocks that were wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import Lifetime, Session
from kaiban.storage.access.sessions import SqlSessions
from tests.storage.samples import MORNING

LIFE = Lifetime(idle=timedelta(hours=8), absolute=timedelta(hours=24))
HOUR, YEARS = timedelta(hours=1), timedelta(days=3650)
VALUES = {"mine": ["a-filing"]}


@pytest.fixture
def sessions(database, keyring):
    return SqlSessions(database, keyring)


def begun(at=MORNING):
    return Session.begin(VALUES, at, LIFE)


def used(session, at):
    return Session(session.values, session.created_at, at, at + LIFE.idle, session.ends_at)


def test_a_session_is_found_by_its_id_and_by_no_other(sessions):
    sessions.add("one", begun())
    assert sessions.get("one", MORNING) == begun()
    assert sessions.get("two", MORNING) is None


def test_it_ends_without_use_and_lives_on_with_it(sessions):
    sessions.add("one", begun())
    assert sessions.get("one", MORNING + 8 * HOUR) is None
    last = MORNING + 7 * HOUR
    assert sessions.use("one", used(begun(), last))
    assert sessions.get("one", MORNING + 14 * HOUR).values == VALUES


def test_it_ends_absolutely_however_much_it_is_used(sessions):
    sessions.add("one", begun())
    for hour in range(0, 24, 4):
        assert sessions.get("one", MORNING + hour * HOUR)
        sessions.use("one", used(begun(), MORNING + hour * HOUR))
    assert sessions.get("one", MORNING + 24 * HOUR) is None


def test_what_was_removed_opens_nothing_and_does_not_come_back(sessions):
    sessions.add("one", begun())
    sessions.remove("one")
    assert sessions.get("one", MORNING) is None
    assert not sessions.use("one", begun())
    assert not sessions.add("two", begun(), instead="one"), "somebody ended it meanwhile"
    assert sessions.get("two", MORNING) is None


def test_a_new_id_takes_the_place_of_the_old(sessions):
    sessions.add("one", begun())
    assert sessions.add("two", begun(), instead="one")
    assert sessions.get("one", MORNING) is None
    assert sessions.get("two", MORNING) == begun()


def test_those_that_ended_are_dropped(sessions):
    sessions.add("old", begun())
    sessions.add("new", begun(MORNING + HOUR))
    assert sessions.prune(MORNING + 8 * HOUR - timedelta(seconds=1)) == 0
    assert sessions.prune(MORNING + 8 * HOUR) == 1
    assert sessions.get("new", MORNING + 8 * HOUR)


@pytest.mark.parametrize("pruned", [True, False])
def test_one_begun_while_a_clock_was_ahead_lasts_as_long_as_any_other(sessions, pruned):
    sessions.add("one", begun(MORNING + YEARS))
    if pruned:
        assert sessions.prune(MORNING) == 0
        assert sessions.get("one", MORNING + 8 * HOUR) is None
        assert sessions.prune(MORNING + 8 * HOUR) == 1
        return
    healed = sessions.get("one", MORNING)
    assert (healed.values, healed.idle_ends_at) == (VALUES, MORNING + 8 * HOUR)
    assert healed.ends_at == MORNING + 24 * HOUR
    assert sessions.get("one", MORNING + 8 * HOUR) is None


def test_one_used_while_a_clock_was_ahead_ends_in_its_day(sessions):
    sessions.add("one", begun())
    sessions.use("one", used(begun(), MORNING + 7 * HOUR))
    assert sessions.get("one", MORNING + HOUR), "the clock is right again"
    sessions.use("one", used(begun(), MORNING + YEARS))
    assert sessions.get("one", MORNING + HOUR)
    assert sessions.get("one", MORNING + 24 * HOUR) is None


def test_a_clock_far_ahead_for_a_while_ends_nobodys_session(sessions):
    sessions.add("one", begun())
    assert sessions.get("one", MORNING + YEARS) is None
    assert sessions.get("one", MORNING + HOUR)


@pytest.mark.parametrize("behind", [HOUR, YEARS])
def test_one_begun_while_a_clock_was_behind_lasts_no_longer_than_any_other(sessions, behind):
    sessions.add("one", begun(MORNING - behind))
    assert sessions.get("one", MORNING - behind), "as long as it is behind"
    assert bool(sessions.get("one", MORNING)) is (behind < LIFE.idle)
    assert sessions.get("one", MORNING + 8 * HOUR) is None
    assert sessions.prune(MORNING + 8 * HOUR) == 1
    assert sessions.add("one", begun(MORNING)), "and another begins"


def test_a_clock_an_hour_behind_for_a_while_ends_nobodys_session_and_lengthens_none(sessions):
    sessions.add("one", begun())
    assert sessions.get("one", MORNING - HOUR)
    assert sessions.prune(MORNING - HOUR) == 0
    sessions.use("one", used(sessions.get("one", MORNING - HOUR), MORNING - HOUR))
    healed = sessions.get("one", MORNING)
    assert healed.values == VALUES
    sessions.use("one", used(healed, MORNING))
    assert sessions.get("one", MORNING + 7 * HOUR)
    assert sessions.get("one", MORNING + 24 * HOUR) is None


@pytest.mark.parametrize("off", [HOUR, -HOUR, YEARS], ids=["ahead", "behind", "far ahead"])
def test_one_ended_from_elsewhere_while_a_clock_was_wrong_stays_ended(sessions, off):
    lasting = Lifetime(YEARS * 2, YEARS * 2)
    sessions.add("one", Session.begin(VALUES, MORNING, lasting, "ck01"))
    assert sessions.end("ck01", MORNING + off) == 1
    for at in (MORNING + off, MORNING, MORNING + HOUR / 2):
        assert sessions.get("one", at) is None
        assert sessions.of_account("ck01", at) == []


def test_neither_the_id_nor_what_it_opens_lies_open(database, sessions):
    sessions.add("an-id-of-a-browser", begun())
    with database.reading() as connection:
        [row] = connection.execute(text("SELECT * FROM sessions")).all()
    assert "an-id-of-a-browser" not in repr(row)
    assert "a-filing" not in repr(row)
