import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from kaiban.storage.database import Database, NestedTransactionError
from kaiban.storage.schema import idempotency, numbers, tokens

CHINA = timezone(timedelta(hours=8))


def token(at, expires=None):
    return {"hash": "h", "name": "n", "scopes": ["a"], "created_at": at, "expires_at": expires}


def test_instants_come_back_in_utc(database):
    at = datetime(2026, 3, 4, 9, 0, 0, 123456, tzinfo=CHINA)
    with database.transaction() as connection:
        connection.execute(insert(tokens).values(token(at)))
    with database.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.created_at == at)).one()
    assert row.created_at == at
    assert row.created_at.tzinfo is UTC
    assert row.expires_at is None


def test_instants_are_ordered_by_time_whatever_their_zone(database):
    late, early = datetime(2026, 3, 4, 2, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=CHINA)
    with database.transaction() as connection:
        connection.execute(insert(tokens).values(token(early)))
        assert connection.execute(select(tokens).where(tokens.c.created_at < late)).one()


def test_an_instant_without_a_zone_is_refused(database):
    naive = datetime(2026, 3, 4)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError), database.transaction() as connection:
        connection.execute(insert(tokens).values(token(naive)))


def test_a_state_nobody_knows_is_refused(database):
    row = {"scope": "s", "key": "k", "fingerprint": "f", "state": "dreaming", "claim": 1}
    row["claimed_at"] = datetime(2026, 3, 4, tzinfo=UTC)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(idempotency).values(row))


def test_a_row_without_its_case_is_refused(database):
    lone = text(
        "INSERT INTO links (case_no, name, position, title, office, adapter, receipt, result)"
        " VALUES ('KB404', 'tax', 0, '', '', '', '', '')"
    )
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(lone)


def test_an_error_does_not_quote_what_was_bound(database):
    with database.transaction() as connection:
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT :name FROM nowhere"), {"name": "canary"})
        connection.rollback()
    assert "canary" not in str(caught.value)


def test_text_in_a_number_is_refused(database):
    with pytest.raises(DBAPIError), database.transaction() as connection:
        connection.execute(text("INSERT INTO numbers (day, last) VALUES ('d', 'many')"))


def test_a_failed_block_leaves_nothing(database):
    def fail_half_way():
        with database.transaction() as connection:
            connection.execute(insert(numbers).values(day="d", last=1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    with database.transaction() as connection:
        assert connection.execute(select(numbers)).all() == []


def test_a_reader_sees_one_moment_and_stops_nobody(database):
    with database.transaction() as connection:
        connection.execute(insert(numbers).values(day="a", last=1))
    with database.reading() as reader:
        assert len(reader.execute(select(numbers)).all()) == 1
        with database.transaction() as writer:
            writer.execute(insert(numbers).values(day="b", last=1))
        assert len(reader.execute(select(numbers)).all()) == 1


def test_a_reader_cannot_leave_anything_behind(database):
    try:
        with database.reading() as connection:
            connection.execute(insert(numbers).values(day="a", last=1))
    except DBAPIError:
        assert not database.is_sqlite  # PostgreSQL refuses; SQLite rolls back
    with database.reading() as connection:
        assert connection.execute(select(numbers)).all() == []


def test_many_writers_wait_for_their_turn(database):
    def count():
        for _ in range(10):
            with database.transaction() as connection:
                connection.execute(text("UPDATE numbers SET last = last + 1"))

    with database.transaction() as connection:
        connection.execute(insert(numbers).values(day="d", last=0))
    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(numbers.c.last)).scalar_one() == 80


# --- one connection a thread ----------------------------------------------------------------------


def held(database):
    """How many connections are in somebody's hands."""
    return database.engine.pool.checkedout()


def test_what_is_read_inside_a_transaction_is_read_in_it(database):
    with database.transaction() as connection:
        connection.execute(insert(numbers).values(day="d", last=7))
        with database.reading() as inside:
            assert inside.execute(select(numbers.c.last)).scalar_one() == 7, "not committed yet"
        assert held(database) == 1
        connection.execute(text("UPDATE numbers SET last = 8"))
    with database.reading() as connection:
        assert connection.execute(select(numbers.c.last)).scalar_one() == 8
    assert held(database) == 0


def test_a_transaction_inside_a_transaction_is_refused_at_once(database):
    with database.transaction(), pytest.raises(NestedTransactionError), database.transaction():
        pass
    with database.transaction():
        assert held(database) == 1


def test_transactions_inside_a_joined_one_are_parts_of_it(database):
    def rows():
        with database.reading() as connection:
            return list(
                connection.execute(select(numbers.c.day).order_by(numbers.c.day)).scalars()
            )

    def write(day):
        with database.transaction() as connection:
            connection.execute(insert(numbers).values(day=day, last=1))

    def write_and_fail():
        with database.joined():
            write("a")
            write("b")
            write("b")

    with pytest.raises(IntegrityError):
        write_and_fail()
    assert rows() == []
    with database.joined():
        write("a")
        with pytest.raises(IntegrityError):
            write("a")
        write("b")
        assert held(database) == 1
    assert rows() == ["a", "b"]
    # The one after it is one like any other.
    with database.transaction(), pytest.raises(NestedTransactionError):
        write("c")
    assert rows() == ["a", "b"]


def test_whoever_waits_for_the_one_writer_of_sqlite_holds_nothing_others_need(sqlite_url):
    database = Database(sqlite_url)
    written = []

    def write():
        with database.transaction():
            written.append(held(database))

    threads = [threading.Thread(target=write) for _ in range(8)]
    with database.transaction():
        for thread in threads:
            thread.start()
        # Nobody says that they do not come: they are given the time in which they would.
        for _ in range(20):
            time.sleep(0.01)
            assert held(database) <= 2, "the writer, and whoever is first in line"
    for thread in threads:
        thread.join()
    assert len(written) == 8
    database.close()


def test_sqlite_keeps_what_it_acknowledged_when_the_power_fails(sqlite_url):
    database = Database(sqlite_url)
    with database.transaction() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 30000]
    database.close()


def test_a_database_that_is_away_for_a_moment_is_waited_for(sqlite_url):
    """The folder appears while the first transaction is trying to begin."""
    later = sqlite_url.replace("kaiban.db", "later/kaiban.db")
    database = Database(later)

    def come_back():
        time.sleep(
            0.5
        )  # trying begins meanwhile, which cannot be seen from here; on a slow machine it begins later
        folder = database.url.database.rsplit("/", 1)[0]
        Path(folder).mkdir()

    thread = threading.Thread(target=come_back)
    thread.start()
    with database.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    thread.join()
    database.close()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url):
    with pytest.raises(ValueError):
        Database(url)


def test_the_password_is_not_shown():
    database = Database("postgresql://u:secret@127.0.0.1/x")
    assert "secret" not in repr(database.url) + repr(database.engine)


VISIT = """
import sys
from sqlalchemy import select
from kaiban.storage.database import Database
from kaiban.storage.schema import numbers
database = Database(sys.argv[1])
with database.reading() as connection:
    print(*connection.scalars(select(numbers.c.last)))
database.close()
"""


def visit(database):
    """What a command sees that comes and goes while the service runs."""
    argv = [sys.executable, "-c", VISIT, str(database.url)]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()


def test_a_command_that_comes_and_goes_takes_nothing_along(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/kaiban.db")
    numbers.create(database.engine)
    # Several connections of one process, the later ones made while the first is there.
    several = [database.engine.connect() for _ in range(3)]
    for each in several:
        each.close()
    assert visit(database) == []
    assert Path(f"{database.url.database}-wal").exists(), "the service goes on writing to it"
    with database.transaction() as connection:
        connection.execute(insert(numbers).values(day="20260304", last=7))
    assert visit(database) == ["7"]
    database.close()
