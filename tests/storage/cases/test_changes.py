"""The feed of changes: nothing is skipped and nothing is told twice, in whatever order transactions end."""

import threading

import pytest
from sqlalchemy import text

from kaiban.domain.cases.states import CaseState
from kaiban.ports import FeedRestarted
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.upkeep import epochs
from tests.storage.samples import MORNING, sample_case


def add(cases, *numbers, owner="alice"):
    with cases.transaction() as tx:
        for no in numbers:
            tx.add(sample_case(no, owner=owner))


def suspend(cases, *numbers):
    with cases.transaction() as tx:
        for no in numbers:
            case = tx.get(no)
            case.state = CaseState.SUSPENDED
            tx.save(case)


def read(cases, place=None, owner=None, limit=2):
    """Every page there is behind that place, and the place behind them."""
    told = []
    while True:
        page = cases.changes(owner, place, limit)
        told += [line.no for line in page.lines]
        place = page.place
        if not page.more:
            return told, place


def test_each_case_is_told_once_and_again_when_it_changes(cases):
    add(cases, "KB0001", "KB0002", "KB0003")
    add(cases, "KB0004")
    told, place = read(cases)
    assert told == ["KB0001", "KB0002", "KB0003", "KB0004"]
    assert read(cases, place) == ([], place)
    suspend(cases, "KB0002")
    suspend(cases, "KB0001")
    with cases.transaction() as tx:
        tx.save(tx.get("KB0003"))  # nothing is another
    told, place = read(cases, place)
    assert told == ["KB0002", "KB0001"]
    assert read(cases, place)[0] == []


def test_a_line_of_the_feed_says_how_the_case_stands_now(cases):
    add(cases, "KB0001")
    suspend(cases, "KB0001")
    [line] = cases.changes(None, None, 9).lines
    assert line == cases.lines()[0]
    assert line.state is CaseState.SUSPENDED


def test_nobody_else_s_changes_are_told(cases):
    add(cases, "KB0001")
    add(cases, "KB0002", owner="bob")
    assert read(cases, owner="bob")[0] == ["KB0002"]
    assert read(cases, owner="nobody")[0] == []


def test_cases_written_before_there_was_a_feed_are_told_first(database, cases):
    add(cases, "KB0001", "KB0002", "KB0003")
    suspend(cases, "KB0002")
    with database.transaction() as connection:
        connection.execute(text("UPDATE cases SET change = 0 WHERE no <> 'KB0002'"))
    assert read(cases, limit=1)[0] == ["KB0001", "KB0003", "KB0002"]


def test_what_is_committed_late_is_not_skipped(postgresql_migrated, keyring):
    """One begins first and ends last: whoever reads in between meets it afterwards, once."""
    cases = SqlCases(postgresql_migrated, keyring)
    add(cases, "KB0001", "KB0002")
    _, place = read(cases)
    told = []
    with cases.transaction() as slow:
        case = slow.get("KB0001")
        case.state = CaseState.SUSPENDED
        slow.save(case)
        other = threading.Thread(target=suspend, args=(cases, "KB0002"))
        other.start()
        other.join(30)
        assert cases.read("KB0002").state is CaseState.SUSPENDED
        reader = Told(cases, place)
        reader.start()
        reader.join(30)
        told, place = reader.told
    more, _ = read(cases, place)
    assert sorted(told + more) == ["KB0001", "KB0002"]
    assert "KB0001" in more


class Told(threading.Thread):
    """Reads the feed on a connection of its own."""

    def __init__(self, cases, place):
        super().__init__()
        self.cases, self.place, self.told = cases, place, None

    def run(self):
        self.told = read(self.cases, self.place)


def test_many_who_write_at_once_are_all_told_once(postgresql_migrated, keyring):
    cases = SqlCases(postgresql_migrated, keyring)
    numbers = [f"KB{n:04d}" for n in range(40)]
    writers = [
        threading.Thread(target=lambda part=part: [add(cases, no) for no in part])
        for part in (numbers[n::4] for n in range(4))
    ]
    for each in writers:
        each.start()
    told, place = [], None
    while any(each.is_alive() for each in writers):
        more, place = read(cases, place)
        told += more
    more, _ = read(cases, place)
    assert sorted(told + more) == numbers


def test_after_a_restore_the_feed_begins_anew(database, cases):
    add(cases, "KB0001", "KB0002")
    _, place = read(cases)
    with database.transaction() as connection:
        epochs.advance(connection, "restored", MORNING, least=1)
    with pytest.raises(FeedRestarted):
        cases.changes(None, place, 9)
    told, place = read(cases)
    assert told == ["KB0001", "KB0002"]
    suspend(cases, "KB0001")
    assert read(cases, place)[0] == ["KB0001"]


def test_a_dump_from_a_server_with_higher_numbers_goes_on_behind_them(database, cases):
    add(cases, "KB0001", "KB0002")
    with database.transaction() as connection:
        connection.execute(text("UPDATE cases SET change = 1000000000000 WHERE no = 'KB0001'"))
        epochs.advance(connection, "home", MORNING, least=1)
    assert read(cases)[0] == ["KB0002", "KB0001"]
    suspend(cases, "KB0002")
    assert read(cases)[0] == ["KB0001", "KB0002"]
    with database.transaction() as connection:
        epochs.advance(connection, "command", MORNING, least=2)
    suspend(cases, "KB0001")
    assert read(cases)[0] == ["KB0002", "KB0001"]


@pytest.fixture
def postgresql_migrated(cluster, postgresql_template):
    with cluster.database(postgresql_template) as url:
        database = Database(url)
        yield database
        database.close()
