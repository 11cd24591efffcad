"""A database that was set back is noticed, by whoever looks first, and once."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from kaiban.storage import schema
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from kaiban.storage.upkeep import epochs
from kaiban.storage.upkeep.backup import backup
from kaiban.storage.upkeep.epochs import Epochs
from kaiban.storage.upkeep.witness import Seen, Witness
from tests.storage.samples import sample_case

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def machine(database, tmp_path):
    """Make machines by name: each has a memory of its own and looks at the one database."""

    def machine(name="one", on=database):
        return Epochs.of(on, Witness(tmp_path / name / "witness.json"), lambda: NOW)

    return machine


def set_back(database, kept):
    """Put the rows of the epochs back as they were."""
    with database.transaction() as connection:
        for table, rows in kept.items():
            connection.execute(table.delete())
            if rows:
                connection.execute(table.insert(), rows)


def copied(database):
    with database.reading() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (schema.epochs, schema.witnesses)
        }


def test_a_database_nobody_set_back_stays_in_its_first_epoch(database, machine):
    assert [machine().look() for _ in range(4)] == [0, 0, 0, 0]
    assert machine("two").look() == 0


def test_a_database_that_forgot_a_look_was_set_back(database, machine):
    machine().look()
    kept = copied(database)
    machine().look()
    assert machine().look() == 0
    set_back(database, kept)
    assert [machine().look() for _ in range(3)] == [1, 1, 1]


def test_one_restore_raises_the_epoch_once_however_many_machines_notice(database, machine):
    for name in ("one", "two", "three"):
        machine(name).look()
    kept = copied(database)
    for name in ("one", "two", "three") * 2:
        machine(name).look()
    set_back(database, kept)
    assert [machine(name).look() for name in ("two", "one", "three", "two")] == [1, 1, 1, 1]


def test_a_machine_that_slept_through_a_restore_does_not_raise_the_epoch_again(database, machine):
    machine("asleep").look()
    machine().look()
    kept = copied(database)
    machine("asleep").look()
    machine().look()
    set_back(database, kept)
    assert machine().look() == 1
    assert machine("asleep").look() == 1
    assert machine("asleep").look() == 1


def test_an_epoch_is_never_used_twice_although_the_database_has_forgotten_it(database, machine):
    machine().look()
    kept = copied(database)
    for epoch in (1, 2, 3):
        machine().look()
        set_back(database, kept)
        assert machine().look() == epoch


def test_a_database_made_anew_in_the_place_of_another_starts_in_another_epoch(database, machine):
    machine().look()
    set_back(database, {schema.epochs: [], schema.witnesses: []})
    assert machine().look() == 1


def test_a_database_that_lies_elsewhere_was_brought_there(database, machine):
    machine().look()
    with database.transaction() as connection:
        connection.execute(update(schema.epochs).values(home="another place"))
    assert machine().look() == 1
    assert machine().look() == 1
    assert machine("new").look() == 1


def test_a_copy_of_the_whole_folder_put_back_is_another_file(tmp_path):
    folder = tmp_path / "var"
    folder.mkdir()

    def look():
        database = Database(f"sqlite:///{folder / 'kaiban.db'}")
        upgrade(database)
        try:
            return Epochs.of(database, Witness(folder / "witness.json"), lambda: NOW).look()
        finally:
            database.close()

    assert look() == 0
    shutil.copytree(folder, tmp_path / "copy")
    assert look() == 0
    folder.rename(tmp_path / "lost")
    shutil.copytree(tmp_path / "copy", folder)
    assert look() == 1


def test_a_file_put_back_over_the_database_is_noticed(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'kaiban.db'}")
    upgrade(database)
    witness = Witness(tmp_path / "witness.json")
    Epochs.of(database, witness, lambda: NOW).look()
    backup(database, tmp_path / "copy.db")
    Epochs.of(database, witness, lambda: NOW).look()
    database.close()
    # The same file with the old content: its place tells nothing.
    (tmp_path / "kaiban.db").write_bytes((tmp_path / "copy.db").read_bytes())
    again = Database(f"sqlite:///{tmp_path / 'kaiban.db'}")
    assert Epochs.of(again, witness, lambda: NOW).look() == 1
    again.close()


def test_nothing_is_written_before_it_is_known_whether_the_database_was_set_back(
    database, keyring, machine
):
    machine().look()
    kept = copied(database)
    machine().look()
    set_back(database, kept)
    with SqlCases(database, keyring, machine()).transaction() as tx:
        assert tx.epoch == 1


def test_a_not_found_from_before_is_worth_nothing_in_a_new_epoch(database, keyring, machine):
    machine().look()
    case = sample_case("KB1")
    for _, step in case.steps():
        step.not_found_since = NOW
    cases = SqlCases(database, keyring)
    with cases.transaction() as tx:
        tx.add(case)
    machine().raised("operator")
    assert {step.not_found_since for _, step in cases.read("KB1").steps()} == {None}


def test_a_departments_word_raises_the_epoch_once_a_day(database, machine):
    machine().look()
    for hours, epoch in ((0, 1), (1, 1), (23, 1), (24, 2)):
        with database.transaction() as connection:
            epochs.on_a_departments_word(connection, NOW + timedelta(hours=hours))
            assert epochs.current(connection) == epoch
    assert machine().look() == 2


def test_a_memory_that_cannot_be_read_or_written_stops_nobody(database, machine, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "witness.json").write_text("torn")
    assert machine().look() == 0
    assert Witness(tmp_path / "one" / "witness.json").read().beat == 1
    (tmp_path / "two").write_text("a file where the folder should be")
    assert machine("two").look() == 0


def test_a_memory_never_goes_back(tmp_path):
    witness = Witness(tmp_path / "witness.json")
    witness.write(Seen("me", 1, 5))
    for older in (Seen("me", 0, 9), Seen("me", 1, 4), Seen("somebody", 7, 7)):
        witness.write(older)
        assert witness.read() == Seen("me", 1, 5)
    witness.write(Seen("me", 2, 1))
    assert witness.read() == Seen("me", 2, 1)
