import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from kaiban.storage.upkeep.backup import BadBackupError, NotSqliteError, backup, check, restore
from kaiban.storage.upkeep.epochs import Epochs
from kaiban.storage.upkeep.witness import Witness
from tests.storage.samples import sample_case

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def lite(sqlite_url) -> Iterator[Database]:
    database = Database(sqlite_url)
    upgrade(database)
    yield database
    database.close()


def bring_back(database, source):
    """Restore as the command does, on a machine with a memory of its own."""
    witness = Witness(source.with_name("witness.json"))

    def raised(copy):
        Epochs.of(copy, witness, lambda: NOW).raised("restore")

    restore(database, source, raised)


def add(database, keyring, no):
    with SqlCases(database, keyring).transaction() as tx:
        tx.add(sample_case(no))


def test_a_backup_taken_in_use_restores_whole_cases(lite, keyring, tmp_path):
    stop = threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            n += 1
            add(lite, keyring, f"KB{n:05}")

    add(lite, keyring, "KB00000")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(lite, tmp_path / "copy.db")
    finally:
        stop.set()
        writer.join()
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    bring_back(other, tmp_path / "copy.db")
    cases = SqlCases(other, keyring)
    found = cases.browse(limit=100_000)
    assert found == [sample_case(case.no) for case in found]
    assert cases.read("KB00000") == sample_case("KB00000")
    other.close()


def test_nothing_is_overwritten(lite, tmp_path):
    backup(lite, tmp_path / "copy.db")
    with pytest.raises(FileExistsError):
        backup(lite, tmp_path / "copy.db")
    with pytest.raises(FileExistsError):
        bring_back(lite, tmp_path / "copy.db")


def test_a_backup_is_for_its_owner_only(lite, tmp_path):
    backup(lite, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir() if "copy" in each.name} == {"copy.db"}


def test_a_damaged_backup_is_not_restored(lite, keyring, tmp_path):
    for n in range(30):
        add(lite, keyring, f"KB{n}")
    backup(lite, tmp_path / "copy.db")
    whole = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "torn.db").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    (tmp_path / "empty.db").write_bytes(b"")
    target = Database(f"sqlite:///{tmp_path / 'target.db'}")
    for name in ("torn.db", "noise.db", "empty.db", "missing.db"):
        with pytest.raises(BadBackupError):
            bring_back(target, tmp_path / name)
        assert not (tmp_path / "target.db").exists()
    check(tmp_path / "copy.db")


def test_postgresql_is_backed_up_with_its_own_tools(postgresql_url, tmp_path):
    with pytest.raises(NotSqliteError, match="pg_dump"):
        backup(Database(postgresql_url), tmp_path / "copy.db")


def test_a_restored_database_is_in_an_epoch_of_its_own_before_it_has_its_name(lite, tmp_path):
    backup(lite, tmp_path / "copy.db")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    bring_back(other, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        assert connection.execute("SELECT max(number) FROM epochs").fetchone() == (1,)
    assert {each.name for each in tmp_path.iterdir() if "other" in each.name} == {"other.db"}
    other.close()
