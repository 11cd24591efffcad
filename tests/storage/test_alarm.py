"""Whoever listens hears of a commit, on both databases, also after the connection was lost."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import Unavailable
from kaiban.storage.alarm import alarm
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from tests.storage.samples import MORNING, sample_case


@pytest.fixture
def database(migrated_url):
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def cases(migrated_url):
    database = Database(migrated_url)
    yield SqlCases(database, Keyring({"k": bytes(32)}, "k", bytes(32)))
    database.close()


@pytest.fixture
def listening(database):
    alarms = []

    def listening():
        alarms.append(alarm(database))
        alarms[-1].wait(0)  # the first look only tells where one begins
        return alarms[-1]

    yield listening
    for each in alarms:
        each.close()


def due_case(no="KB0001"):
    case = sample_case(no)
    case.links[0].steps[0].wait(MORNING, timedelta(0))
    return case


def add(cases, case):
    with cases.transaction() as tx:
        tx.add(case)


def test_what_is_due_at_once_is_heard_when_it_is_committed(cases, listening):
    ears = listening()
    assert not ears.wait(0.1)
    with cases.transaction() as tx:
        tx.add(due_case())
        assert not ears.wait(0.1)
    assert ears.wait(60)
    assert not ears.wait(0.1)


def test_what_came_while_nobody_waited_is_heard_later(cases, listening):
    ears = listening()
    add(cases, due_case())
    assert ears.wait(60)


def test_a_wait_ends_while_it_is_going_on(cases, listening):
    ears, heard = listening(), []
    waiting = threading.Thread(target=lambda: heard.append(ears.wait(60)))
    waiting.start()
    add(cases, due_case())
    waiting.join(60)
    assert heard == [True]


def test_what_waits_rings_nobody_where_one_can_tell(cases, database, listening):
    ears = listening()
    add(cases, sample_case())
    # SQLite tells that somebody has written, and not what.
    assert ears.wait(0.2) is database.is_sqlite


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_made_again(cases, database, listening):
    ears = listening()
    with database.transaction() as connection:
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"
        connection.execute(text(ends))
    with pytest.raises(Unavailable):
        ears.wait(60)
    add(cases, due_case())
    assert ears.wait(60), "what was said meanwhile may have been missed"
