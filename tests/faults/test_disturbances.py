"""Whatever happens to the machine, the database, the departments and the line: nothing is lost, doubled, mixed or stuck.

Each campaign stands beside a planted bug that it must catch.
"""

import sys
from functools import partial

import pytest

from tests.databases import SAFE, running_cluster
from tests.disks import small_disk
from tests.faults.books import Kind
from tests.faults.campaign import CHOICES, Plan
from tests.faults.disturbances import (
    Archive,
    BareArchive,
    CrashPostgreSQL,
    FillDisk,
    KillStubs,
    LoseWorker,
    PostgreSQLArchive,
    Restore,
    SlowClients,
    StepClock,
)
from tests.faults.planted import program

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(5400)]

#: However long the service is away, the days a form names are not past; and an hour's step of the wall clock is a few days.
GENTLE = 60.0
MEGABYTES = 256
#: A web service without a supervisor, and no bug in it.
WEB = program("stranger", "web")
WORKER = (sys.executable, "-m", "kaiban.cli", "worker")


#: Real seconds each department is silent after each thing it has done.
DAWDLE = 0.5


@pytest.fixture
def found(found):
    """Found a city in which time is not quite as fast as usual, and departments are in a process of their own."""
    return partial(found, speed=GENTLE, apart=True)


@pytest.fixture
def assert_survives(ran, size):
    """Run a campaign of the usual size with that disturbance; whether all went as it must."""

    def run(city, by, **other):
        usual = {"cases": size.cases, "disturbances": size.strikes, "pause": 2.0, "patience": 600}
        usual |= {"links": CHOICES}
        row = ran(city, Plan(by=(by,), dawdle=DAWDLE, **{**usual, **other}))
        assert row.passed, row.summary

    return run


@pytest.fixture
def assert_notices(assert_survives):
    """The same, smaller and with a bug in it, which must be noticed by violations of one of those kinds."""

    def run(city, by, bug, *tells, **other):
        assert_survives(city, by, bug=bug, tells=tells, **{"patience": 120, **other})

    return run


@pytest.fixture
def safe_cluster():
    """A PostgreSQL server of this test alone, which may be killed and keeps what was committed."""
    with running_cluster(SAFE) as cluster:
        yield cluster


@pytest.fixture
def safe_url(safe_cluster):
    with safe_cluster.database() as url:
        yield url


# --- one of two workers dies --------------------------------------------------------------------


def test_the_other_worker_takes_up_what_a_killed_one_had_in_hand(
    found, database_url, assert_survives
):
    assert_survives(found(database_url), LoseWorker(WORKER), programs=(WEB,))


def test_two_workers_that_reconcile_nothing_are_noticed(found, assert_notices):
    assert_notices(
        found(), LoseWorker(program("unreconciled", "worker")), "unreconciled", Kind.STUCK,
        cases=16, disturbances=5, programs=(WEB,), links=[("registration", "bank")],
    )  # fmt: skip


# --- PostgreSQL dies ----------------------------------------------------------------------------


def test_nothing_is_lost_when_postgresql_crashes(found, safe_cluster, safe_url, assert_survives):
    assert_survives(found(safe_url), CrashPostgreSQL(safe_cluster))


def test_an_answer_before_the_commit_is_noticed_when_postgresql_crashes(
    found, safe_cluster, safe_url, assert_notices
):
    assert_notices(
        found(safe_url), CrashPostgreSQL(safe_cluster), "early-answer", Kind.LOST, Kind.MIXED,
        cases=30, disturbances=6, pause=1.0, links=[("registration",)], programs=(program("early-answer"),),
    )  # fmt: skip


# --- departments die ----------------------------------------------------------------------------


def test_nothing_is_sent_twice_when_departments_die_after_they_have_done_it(
    found, database_url, assert_survives
):
    assert_survives(found(database_url), KillStubs())


def test_sending_again_is_noticed_when_departments_die(found, assert_notices):
    assert_notices(
        found(), KillStubs(), "send-again", Kind.STUCK, Kind.DUPLICATED, Kind.LOST,
        cases=16, disturbances=6, links=[("registration", "seal")], programs=(program("send-again"),),
    )  # fmt: skip


# --- clients dawdle -----------------------------------------------------------------------------


def test_slow_clients_keep_nobody_out(found, database_url, assert_survives):
    assert_survives(found(database_url), SlowClients())


def test_a_server_that_hears_one_client_at_a_time_is_noticed(found, assert_notices):
    assert_notices(
        found(), SlowClients(), "one-at-a-time", Kind.OTHER,
        cases=4, disturbances=1, patience=60, links=[("registration",)], programs=(program("one-at-a-time"),),
    )  # fmt: skip


# --- the disk is full ---------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


def on_disk(found, disk):
    """A city whose service has everything on that disk; the departments have theirs elsewhere."""
    return found(f"sqlite:///{disk.folder}/kaiban.db", also={"KAIBAN_VAR": str(disk.folder)})


def test_a_full_disk_loses_nothing_and_is_no_mystery_to_clients(found, disk, assert_survives):
    assert_survives(on_disk(found, disk), FillDisk(disk))


@pytest.mark.parametrize(
    ("bug", "tells"),
    [("early-answer", (Kind.LOST, Kind.MIXED)), ("blunt", (Kind.OTHER,))],
    ids=["early-answer", "blunt"],
)
def test_a_bug_is_noticed_when_the_disk_is_full(found, disk, assert_notices, bug, tells):
    assert_notices(
        on_disk(found, disk), FillDisk(disk), bug, *tells,
        cases=16, disturbances=4, pause=1.0, links=[("registration",)], programs=(program(bug),),
    )  # fmt: skip


# --- the clock steps ----------------------------------------------------------------------------


@pytest.fixture
def stepped(found, tmp_path):
    """A city whose service's clock can be stepped, and how: ``stepped(database)``."""
    file = tmp_path / "steps"

    def made(database=""):
        return found(database, also=StepClock.environ(file)), StepClock(file)

    return made


def test_a_clock_that_steps_an_hour_and_back_leaves_nothing_waiting(
    stepped, database_url, assert_survives
):
    assert_survives(*stepped(database_url))


def test_a_worker_that_reconciles_nothing_is_noticed_when_the_clock_steps(stepped, assert_notices):
    assert_notices(
        *stepped(), "unreconciled", Kind.STUCK,
        cases=20, disturbances=8, links=[("registration", "bank")], programs=(program("unreconciled"),),
    )  # fmt: skip


# --- a backup is restored -----------------------------------------------------------------------


def test_a_restored_sqlite_mixes_and_doubles_nothing(found, assert_survives):
    assert_survives(found(), Restore(Archive()))


def test_a_restored_postgresql_mixes_and_doubles_nothing(
    found, cluster, postgresql_url, assert_survives
):
    assert_survives(found(postgresql_url), Restore(PostgreSQLArchive(cluster)))


def test_a_backup_put_back_without_telling_anybody_is_noticed(found, assert_notices):
    assert_notices(
        found(), Restore(BareArchive()), "copied back", Kind.MIXED,
        cases=8, disturbances=2, pause=1.0, patience=60, links=[("registration",)],
    )  # fmt: skip
