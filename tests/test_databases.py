import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.databases import SAFE, PostgreSQLMissingError, programs, running_cluster
from tests.footprint import lives


def test_both_kinds_of_database_are_empty_and_keep_what_is_written(database_url):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cases (no TEXT)"))
        connection.execute(text("INSERT INTO cases VALUES ('办件一')"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT no FROM cases")).scalars().all() == ["办件一"]
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_the_tables_of_another(database_url, turn):
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == [], f"the {turn} turn is not the first here"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (turn TEXT)"))
    engine.dispose()


def test_postgresql_stores_utf8_and_checks_its_pages(postgresql_url):
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


def test_a_database_is_copied_from_its_template(cluster):
    with cluster.database() as template:
        with psycopg.connect(template) as connection:
            connection.execute("CREATE TABLE ready (no INT)")
            name = connection.info.dbname
        with cluster.database(template=name) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM ready").fetchone() == (0,)


def test_a_database_is_dropped_under_whoever_is_still_connected(cluster):
    with cluster.database() as url:
        connection = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_cluster_leaves_no_process_and_no_file():
    with running_cluster() as cluster:
        home = cluster.socket_directory
        server = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert lives(server)
    assert not home.exists()
    assert not lives(server)


def test_another_process_may_use_the_database(postgresql_url):
    program = (
        "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute('SELECT 7').fetchone())"
    )
    command = [sys.executable, "-c", program, postgresql_url]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "(7,)\n"


def test_the_newest_postgresql_is_taken(tmp_path: Path):
    for version in ("9.6", "15", "17"):
        directory = tmp_path / version / "bin"
        directory.mkdir(parents=True)
        (directory / "initdb").touch()
    assert programs(debian=tmp_path) == tmp_path / "17" / "bin"


def test_a_missing_postgresql_is_an_error_with_the_line_to_run(tmp_path: Path):
    with pytest.raises(PostgreSQLMissingError, match="sudo apt-get install -y postgresql"):
        programs(debian=tmp_path, path=str(tmp_path))


@pytest.mark.parametrize("die", ["kill", "stop"])
def test_a_server_that_died_comes_back_with_what_was_committed(die):
    with running_cluster(SAFE) as cluster, cluster.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (no INT)")
        getattr(cluster, die)()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        cluster.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
