"""Whatever happens to the machine, the database, the departments and the line: nothing is lost, doubled, mixed or stuck.

Each campaign stands beside a planted bug that it must catch.
"""

import sys
from functools import partial

import pytest

from tests.databases import SAFE, running_cluster
from tests.disks import small_disk
from tests.faults.campaign import Campaign, Plan
from tests.faults.disturbances import (
    Archive,
    BareArchive,
    CrashPostgreSQL,
    Dawdle,
    FillDisk,
    KillStubs,
    LoseWorker,
    PostgreSQLArchive,
    Restore,
    StepClock,
)
from tests.faults.planted import program

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1800)]

#: However long the service is away, the days a form names are not past; and an hour's step of the wall clock is a few days.
GENTLE = 60.0
MEGABYTES = 256
CASES, STRIKES = 60, 10
#: A web service without a supervisor, and no bug in it.
WEB = program("stranger", "web")
WORKER = (sys.executable, "-m", "kaiban.cli", "worker")


@pytest.fixture
def found(found):
    """Found a city in which time is not quite as fast as usual."""
    return partial(found, speed=GENTLE)


@pytest.fixture
def survived():
    """Run a campaign of the usual size with that disturbance; return it."""

    def run(city, *by, **other):
        usual = {"cases": CASES, "disturbances": STRIKES, "pause": 2.0, "patience": 900}
        plan = Plan(by=by, **{**usual, **other})
        return Campaign(city, plan).run()

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


def nothing_wrong(campaign):
    assert campaign.violations == [], f"{campaign.summary()}\n{campaign.city.log()}"


def noticed(campaign, *complaints):
    found = [each for each in campaign.violations if any(words in each for words in complaints)]
    assert found, campaign.summary()


# --- one of two workers dies --------------------------------------------------------------------


def test_the_other_worker_takes_up_what_a_killed_one_had_in_hand(found, database_url, survived):
    nothing_wrong(survived(found(database_url), LoseWorker(WORKER), programs=(WEB,)))


def test_two_workers_that_reconcile_nothing_are_noticed(found, survived):
    workers = LoseWorker(program("unreconciled", "worker"))
    campaign = survived(
        found(), workers, cases=8, disturbances=5, programs=(WEB,), patience=120,
        links=("registration", "bank"),
    )  # fmt: skip
    noticed(campaign, "did not end by itself")


# --- PostgreSQL dies ----------------------------------------------------------------------------


def test_nothing_is_lost_when_postgresql_crashes(found, safe_cluster, safe_url, survived):
    nothing_wrong(survived(found(safe_url), CrashPostgreSQL(safe_cluster)))


def test_an_answer_before_the_commit_is_noticed_when_postgresql_crashes(
    found, safe_cluster, safe_url, survived
):
    campaign = survived(
        found(safe_url), CrashPostgreSQL(safe_cluster), cases=30, disturbances=6, pause=1.0,
        links=("registration",), patience=120, programs=(program("early-answer"),),
    )  # fmt: skip
    noticed(campaign, "is lost", "one case")


# --- departments die ----------------------------------------------------------------------------


def test_nothing_is_sent_twice_when_departments_die_after_they_have_done_it(
    found, database_url, survived
):
    nothing_wrong(survived(found(database_url, apart=True), KillStubs()))


def test_sending_again_is_noticed_when_departments_die(found, survived):
    campaign = survived(
        found(apart=True), KillStubs(), cases=8, disturbances=6, patience=120,
        links=("registration", "seal"), programs=(program("send-again"),),
    )  # fmt: skip
    noticed(campaign, "did not end by itself", "times")


# --- clients dawdle -----------------------------------------------------------------------------


def test_slow_clients_keep_nobody_out(found, database_url, survived):
    nothing_wrong(survived(found(database_url), Dawdle()))


def test_a_server_that_hears_one_client_at_a_time_is_noticed(found, survived):
    campaign = survived(
        found(), Dawdle(), cases=4, disturbances=2, patience=60, links=("registration",),
        programs=(program("one-at-a-time"),),
    )  # fmt: skip
    noticed(campaign, "was never accepted")


# --- the disk is full ---------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


def on_disk(found, disk):
    """A city whose service has everything on that disk; the departments have theirs elsewhere."""
    return found(f"sqlite:///{disk.folder}/kaiban.db", also={"KAIBAN_VAR": str(disk.folder)})


def test_a_full_disk_loses_nothing_and_is_no_mystery_to_clients(found, disk, survived):
    nothing_wrong(survived(on_disk(found, disk), FillDisk(disk)))


def test_an_answer_before_the_commit_is_noticed_when_the_disk_is_full(found, disk, survived):
    campaign = survived(
        on_disk(found, disk), FillDisk(disk), cases=30, disturbances=6, pause=1.0,
        links=("registration",), patience=120, programs=(program("early-answer"),),
    )  # fmt: skip
    noticed(campaign, "is lost", "one case")


def test_an_error_nobody_had_thought_of_is_noticed_when_the_disk_is_full(found, disk, survived):
    campaign = survived(
        on_disk(found, disk), FillDisk(disk), cases=20, disturbances=6, pause=1.0,
        links=("registration",), patience=120, programs=(program("blunt"),),
    )  # fmt: skip
    noticed(campaign, "answered 500")


# --- the clock steps ----------------------------------------------------------------------------


@pytest.fixture
def stepped(found, tmp_path):
    """A city whose service's clock can be stepped, and how: ``stepped(database)``."""
    file = tmp_path / "steps"

    def made(database=""):
        return found(database, also=StepClock.environ(file)), StepClock(file)

    return made


def test_a_clock_that_steps_an_hour_and_back_leaves_nothing_waiting(
    stepped, database_url, survived
):
    nothing_wrong(survived(*stepped(database_url)))


def test_a_worker_that_reconciles_nothing_is_noticed_when_the_clock_steps(stepped, survived):
    campaign = survived(
        *stepped(), cases=12, disturbances=8, patience=120, links=("registration", "bank"),
        programs=(program("unreconciled"),),
    )  # fmt: skip
    noticed(campaign, "did not end by itself")


# --- a backup is restored -----------------------------------------------------------------------


def test_a_restored_sqlite_mixes_and_doubles_nothing(found, survived):
    nothing_wrong(survived(found(), Restore(Archive())))


def test_a_restored_postgresql_mixes_and_doubles_nothing(found, cluster, postgresql_url, survived):
    nothing_wrong(survived(found(postgresql_url), Restore(PostgreSQLArchive(cluster))))


def test_a_backup_put_back_without_telling_anybody_is_noticed(found, survived):
    campaign = survived(
        found(), Restore(BareArchive()), cases=12, disturbances=3, pause=1.0, patience=300,
        links=("registration",),
    )  # fmt: skip
    noticed(campaign, "is mixed")
