import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text

from kaiban.storage.database import Database
from kaiban.storage.migrations import _config, upgrade, versions
from kaiban.storage.revisions import current, known, lacking, misfit, newest
from kaiban.storage.schema import metadata

VERSIONS = Path(versions.__path__[0])
#: The steps databases may have come past, as ``sha256sum`` tells them; a new one is added with its release.
PUBLISHED = Path(__file__).with_name("published_migrations.sha256")

TABLES = (
    "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql > '' ORDER BY 1"
)
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
    ORDER BY 1, 2"""
INDEXES = """
    SELECT indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"""


def shape(database: Database):
    asked = [TABLES] if database.is_sqlite else [COLUMNS, CONSTRAINTS, INDEXES]
    with database.reading() as connection:
        found = [tuple(row) for each in asked for row in connection.execute(text(each))]
    # The order of a table's constraints means nothing.
    return [
        [sorted(" ".join(cell.split()).removesuffix(" ) STRICT").split(", ")) for cell in row]
        for row in found
    ]


def test_the_migrations_lead_to_the_tables_the_program_uses(database):
    migrated = shape(database)
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    with database.transaction() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert shape(database) == migrated
    assert len(migrated) > 15


def test_a_column_that_is_not_there_is_named_though_the_revision_is_right(database):
    assert lacking(database) == []
    with database.transaction() as connection:
        connection.execute(text("ALTER TABLE departments DROP COLUMN silent"))
    assert misfit(database) == ""
    assert lacking(database) == ["departments.silent"]


def test_an_upgrade_reaches_the_newest_revision_and_repeats_harmlessly(database_url):
    database = Database(database_url)
    assert current(database) is None
    upgrade(database)
    upgrade(database)
    assert current(database) == newest()
    database.close()


def test_a_step_that_was_published_stays_as_it_was():
    """Databases have come past it: what it should have done otherwise is done by one more step."""
    lines = PUBLISHED.read_text(encoding="ascii").splitlines()
    published = {name: digest for digest, name in map(str.split, lines)}
    here = {each.name: each.read_bytes() for each in VERSIONS.glob("[0-9]*.py")}
    assert published == {
        name: hashlib.sha256(text).hexdigest()
        for name, text in here.items()
        if name <= max(published)
    }


def test_each_release_before_and_this_one_can_write_beside_each_other(sqlite_url):
    """Whatever one of them does not know of a table of both, the database has a value for."""
    database = Database(sqlite_url)
    for revision in sorted(known()):
        with database.transaction() as connection:
            command.upgrade(_config(connection), revision)
        before = MetaData()
        before.reflect(database.engine, only=lambda name, _: name in metadata.tables)
        for table in before.sorted_tables:
            ours = metadata.tables[table.name]
            assert (revision, needed(ours, table), needed(table, ours)) == (revision, [], [])
    database.close()


def needed(table, told):
    """What has to be said of a row of the table, and who writes the other one does not say."""
    return [
        str(each)
        for each in table.columns
        if not (each.name in told.columns or each.nullable or each.server_default)
    ]


def test_the_names_of_the_files_tell_what_alembic_reads_in_them():
    scripts = ScriptDirectory.from_config(_config(None))
    assert known() == {each.revision for each in scripts.walk_revisions()}
    assert newest() == scripts.get_current_head()


def test_processes_that_start_together_upgrade_once(database_url):
    program = (
        "import sys; from kaiban.storage.database import Database;"
        "from kaiban.storage.migrations import upgrade; upgrade(Database(sys.argv[1]))"
    )
    argv = [sys.executable, "-W", "error", "-c", program, database_url]
    started = [subprocess.Popen(argv) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    database = Database(database_url)
    assert current(database) == newest()
    database.close()


def test_a_failed_upgrade_leaves_nothing(database_url):
    database = Database(database_url)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE users (x INTEGER)"))  # in the way of the last table
    with pytest.raises(Exception, match="already exists"):
        upgrade(database)
    assert current(database) is None
    with database.transaction() as connection:
        connection.execute(text("DROP TABLE users"))
    upgrade(database)
    database.close()


def at_revision(database, revision, *statements):
    with database.transaction() as connection:
        for each in (*statements, f"UPDATE alembic_version SET version_num = '{revision}'"):
            connection.execute(text(each))


def test_a_newer_schema_is_worked_on_and_left_alone(database):
    assert misfit(database) == ""
    at_revision(database, "9999", "ALTER TABLE cases ADD COLUMN later TEXT")
    assert misfit(database) == ""
    upgrade(database)
    assert current(database) == "9999"


def test_a_newer_schema_that_took_away_what_we_need_is_not(database):
    at_revision(database, "9999", f"INSERT INTO schema_floor VALUES ('{newest()}')")
    assert misfit(database) == ""
    at_revision(database, "9999", "INSERT INTO schema_floor VALUES ('9998')")
    assert misfit(database) == "program"


def test_an_older_schema_or_none_needs_a_migration(database):
    at_revision(database, "0006")
    assert misfit(database) == "migration"
    at_revision(database, "0006", "DROP TABLE schema_floor")
    assert misfit(database) == "migration"
