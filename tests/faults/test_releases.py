"""Two releases beside each other: one database, and a schema that is newer than some of the processes."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from kaiban.storage.revisions import lacking, misfit
from tests.city import ENDED
from tests.faults.older import reading, set_back
from tests.waiting import until

#: What the next release might add: a column older programs do not fill, a table they do not know.
EXPANDED = (
    "ALTER TABLE cases ADD COLUMN later TEXT",
    "ALTER TABLE steps ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
    "CREATE TABLE later (case_no TEXT NOT NULL PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = '9999'",
)
#: Each goes over one kind of database here and over the other in `make test-wide`: tables are proved on both elsewhere.
WIDE_SQLITE, WIDE_POSTGRESQL = (
    pytest.param(kind, marks=pytest.mark.wide) for kind in ("sqlite", "postgresql")
)
#: Before the list of the desk, the counter and the case's own version.
EARLIER = "0017"


def ended(city, no):
    return city.kaiban.cases.read(no).state.value in ENDED


def change(city, *statements):
    with city.kaiban.database.transaction() as connection:
        for each in statements:
            connection.execute(text(each))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite", WIDE_POSTGRESQL], indirect=True)
def test_a_release_goes_on_while_the_next_one_expands_the_tables(found, database_url):
    city = found(database_url)
    started = {name: city.start(*each.argv) for name, each in city.commands().items()}
    city.wait_until_ready(240)
    before = city.handed_in(1)
    change(city, *EXPANDED)
    during = city.handed_in(2)
    until(lambda: ended(city, before) and ended(city, during), 240, city.log)
    # Started anew on tables that are newer than itself, as after a roll-back of the programs.
    for name, process in started.items():
        city.kill(process)
        city.start(*city.commands()[name].argv)
    city.wait_until_ready(240)
    after = city.handed_in(3)
    until(lambda: ended(city, after), 240, city.log)
    assert [ended(city, no) for no in (before, during, after)] == [True] * 3


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", [WIDE_SQLITE, "postgresql"], indirect=True)
def test_an_earlier_installation_with_cases_in_flight_is_upgraded_and_goes_on(found, database_url):
    """Ten real migrations; the earlier release reads its tables before, meanwhile and after, and its cases end."""
    city = found(database_url)
    for each in city.commands().values():
        city.start(*each.argv)
    city.wait_until_ready(240)
    before = [city.handed_in(seed) for seed in (1, 2, 3)]
    until(lambda: city.kaiban.cases.exchanges(before[0]), 120, city.log)
    for process in list(city.processes):
        city.kill(process)
    assert not all(ended(city, no) for no in before), "some are in flight"
    database = city.kaiban.database
    older = set_back(database, EARLIER)
    assert misfit(database) == "migration"
    with reading(database.engine, older) as rounds:
        until(rounds, 120, lambda: "the earlier release reads nothing")
        argv = [sys.executable, "-m", "kaiban.cli", "db", "upgrade"]
        told = subprocess.run(argv, env=city.environ, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
        after = rounds() + 2  # the one that goes on just now, and a whole one
        until(lambda: rounds() >= after, 120, lambda: "the earlier release reads no more")
    assert (misfit(database), lacking(database)) == ("", [])
    for each in city.commands().values():
        city.start(*each.argv)
    city.wait_until_ready(240)
    numbers = [*before, city.handed_in(4)]
    until(lambda: all(ended(city, no) for no in numbers), 240, city.log)
    commits = [(c.enterprise, c.department, c.step) for c in city.hall.commits()]
    assert len(commits) == len(set(commits))


@pytest.mark.parametrize(
    ("statement", "missing", "told"),
    [
        (
            "UPDATE alembic_version SET version_num = '0006'",
            "migration",
            "run `kaiban db upgrade`",
        ),
        (
            f"{EXPANDED[-1]}; INSERT INTO schema_floor VALUES ('9998')",
            "program",
            "install that release",
        ),
    ],
)
def test_a_release_that_does_not_fit_the_tables_says_so_and_does_not_begin(
    found, statement, missing, told
):
    city = found()
    change(city, *statement.split("; "))
    argv = [sys.executable, "-m", "kaiban.cli", "worker"]
    worker = subprocess.run(argv, env=city.environ, capture_output=True, text=True, check=False)
    assert (worker.returncode, told in worker.stderr) == (2, True)
    city.start(*city.commands()["web"].argv)
    until(lambda: readiness(city) == (503, [missing]), 120, city.log)


def readiness(city):
    with city.session() as session:
        try:
            answer = session.get(f"{city.address}/readyz", timeout=5)
        except OSError:
            return 0, []
    return answer.status_code, answer.json()["missing"]
