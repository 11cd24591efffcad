"""What a database says while it cannot work is told apart from what is wrong with what it was told."""

import shutil

import psycopg
import pytest
from sqlalchemy import text
from tenacity import stop_after_delay

from kaiban.ports import Unavailable
from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from tests.databases import running_cluster
from tests.outages import full, read_only

NOTE = text("INSERT INTO numbers (day, last) VALUES (:day, 1)")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Wait for an absent database a second, not ten."""
    begun = Database._begun  # noqa: SLF001 - nobody else needs to know how it waits
    monkeypatch.setattr(begun.retry, "stop", stop_after_delay(1))


def write(database, day):
    with database.transaction() as connection:
        connection.execute(NOTE, {"day": day})


def notes(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT day FROM numbers ORDER BY day")).scalars().all()


def refuses(database, reason):
    with pytest.raises(Unavailable) as refused:
        write(database, "lost " * 20_000)
    assert refused.value.reason == reason
    with pytest.raises(Unavailable):
        database.probe()


@pytest.fixture
def lite(sqlite_url):
    database = Database(sqlite_url)
    upgrade(database)
    yield database
    database.close()


@pytest.mark.parametrize(("outage", "reason"), [(full, "full"), (read_only, "read_only")])
def test_sqlite_that_takes_nothing_says_so_keeps_nothing_and_heals(lite, outage, reason):
    write(lite, "before")
    with outage(lite.engine):
        refuses(lite, reason)
        assert notes(lite) == ["before"]
    write(lite, "after")
    lite.probe()
    assert notes(lite) == ["after", "before"]


def test_a_file_that_cannot_be_opened_is_an_outage_too(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    database = Database(f"sqlite:///{folder}/kaiban.db")
    upgrade(database)
    database.close()
    shutil.rmtree(folder)
    with pytest.raises(Unavailable):
        notes(database)
    database.close()


def test_postgresql_that_can_only_be_read_says_so_and_heals(postgresql_url):
    database = Database(postgresql_url)
    upgrade(database)
    for state, check in (("on", lambda: refuses(database, "read_only")), ("off", database.probe)):
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(
                f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}'
            )
        database.close()  # what is decided holds for new connections
        check()
    assert notes(database) == []
    write(database, "after")
    assert notes(database) == ["after"]
    database.close()


def test_a_server_that_is_away_is_an_outage_and_comes_back():
    with running_cluster() as cluster, cluster.database() as url:
        database = Database(url)
        upgrade(database)
        write(database, "before")
        with cluster.stopped():
            refuses(database, "away")
        write(database, "after")
        assert notes(database) == ["after", "before"]
        database.close()


def test_what_is_wrong_with_the_words_stays_what_it_is(database):
    with pytest.raises(Exception, match="nowhere") as wrong, database.transaction() as connection:
        connection.execute(text("INSERT INTO nowhere (x) VALUES (1)"))
    assert not isinstance(wrong.value, Unavailable)
