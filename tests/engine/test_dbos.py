import base64
import binascii
import json
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient
from sqlalchemy import inspect, text

from kaiban.app.clock import WallClock
from kaiban.engine.dbos import (
    APPLICATION,
    BEGINNING,
    GIVEN_UP,
    MEMORY,
    VERSION,
    DbosEngine,
    forget,
)
from kaiban.ports import CaseNotFound, Job
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import metadata
from tests.storage.samples import sample_case
from tests.waiting import until

TAX = Job("work", "KB1", "tax", "main", 1)


def rows(database):
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    ours = f"SELECT workflow_uuid, status FROM {table} WHERE name = 'kaiban.job'"
    with database.reading() as connection:
        return dict(connection.execute(text(ours)).fetchall())


def enqueue(database, engine, *jobs, delay=timedelta(0)):
    with database.transaction() as connection:
        for job in jobs:
            engine.enqueue(connection, job, delay)


def test_a_rolled_back_transaction_leaves_neither_case_nor_job(database, engine):
    cases = SqlCases(database, Keyring({"k": bytes(32)}, "k", bytes(32)))

    def fail_half_way():
        with cases.transaction() as tx:
            tx.add(sample_case())
            engine.enqueue(tx.connection, TAX)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert rows(database) == {}
    with pytest.raises(CaseNotFound):
        cases.read("KB0001")


def test_a_committed_transaction_leaves_both(database, engine):
    cases = SqlCases(database, Keyring({"k": bytes(32)}, "k", bytes(32)))
    with cases.transaction() as tx:
        engine.enqueue(tx.connection, TAX)
        tx.add(sample_case())
    assert rows(database) == {TAX.id: "ENQUEUED"}
    assert cases.read("KB0001")


def test_the_second_enqueue_of_a_job_is_the_first(database, engine):
    enqueue(database, engine, TAX, TAX)
    enqueue(database, engine, TAX, delay=timedelta(hours=1))
    assert rows(database) == {TAX.id: "ENQUEUED"}


def test_a_job_is_queued_until_somebody_takes_it(database, engine):
    later = Job("work", "KB2", "tax", "main", 1)
    enqueue(database, engine, TAX)
    enqueue(database, engine, later, delay=timedelta(hours=1))
    assert engine.is_queued(TAX)
    assert engine.is_queued(later)
    assert not engine.is_queued(Job("work", "KB3", "tax", "main", 1))


def test_a_worker_runs_each_job_once_in_its_queue(database, engine, floor):
    jobs = [Job("work", f"KB{n}", "tax", "main", 1) for n in range(10)]
    jobs.append(Job("issue", "KB0", attempt=3))
    enqueue(database, engine, *jobs)
    floor.start("w1")
    until(lambda: len(floor.lines("done")) == 11)
    assert sorted(floor.lines("begun")) == sorted(f"{job.id} w1" for job in jobs)
    until(lambda: set(rows(database).values()) == {"SUCCESS"})
    assert not engine.is_queued(jobs[0])


def test_a_delayed_job_runs_when_its_time_has_come(database, engine, floor):
    enqueue(database, engine, TAX, delay=timedelta(seconds=2))
    assert rows(database) == {TAX.id: "DELAYED"}
    floor.start("w1")
    until(lambda: floor.lines("done"))


def test_a_job_that_fails_is_over_and_a_database_error_is_tried_again(database, engine, floor):
    enqueue(database, engine, Job("work", "FAILS", "tax", "main", 1))
    floor.start("w1")
    until(lambda: set(rows(database).values()) == {"SUCCESS"})
    assert floor.lines("done") == []
    enqueue(database, engine, Job("work", "AWAY", "tax", "main", 1))
    until(lambda: floor.lines("done"))
    assert floor.lines("begun")[1:] == ["AWAY:tax:main:work:1 w1"] * 2


def test_a_killed_worker_finishes_its_job_when_it_comes_back(database, engine, floor):
    (floor.folder / "block").touch()
    enqueue(database, engine, TAX)
    killed = floor.start("w1")
    until(lambda: floor.lines("begun"))
    killed.kill()
    killed.wait()
    (floor.folder / "block").unlink()
    floor.start("w1")
    until(lambda: floor.lines("done"))
    assert floor.lines("begun") == [f"{TAX.id} w1"] * 2


def test_what_a_dead_worker_held_is_taken_over_by_reconciling(database, engine, floor):
    (floor.folder / "block").touch()
    enqueue(database, engine, TAX)
    killed = floor.start("w1")
    until(lambda: floor.lines("begun"))
    killed.kill()
    killed.wait()
    soon = DbosEngine(database.engine, lambda: WallClock().now() + BEGINNING)
    assert engine.is_queued(TAX)  # for all anybody knows it is just beginning
    assert not soon.is_queued(TAX)
    soon.close()
    (floor.folder / "block").unlink()
    (floor.folder / "overdue").write_text("KB1:tax:main:work:2")
    floor.start("w2")
    until(lambda: floor.lines("done"))
    assert floor.lines("done") == ["KB1:tax:main:work:2 w2"]


def test_a_worker_told_to_stop_finishes_the_job_in_hand(database, engine, floor):
    (floor.folder / "block").touch()
    enqueue(database, engine, TAX)
    worker = floor.start("w1")
    until(lambda: floor.lines("begun"))
    worker.send_signal(signal.SIGTERM)
    (floor.folder / "block").unlink()
    assert worker.wait(60) == 0
    assert floor.lines("done") == [f"{TAX.id} w1"]
    assert (floor.folder / "stopped-w1").exists()


def test_a_thousand_waiting_jobs_are_rows_and_no_threads(database, engine, floor):
    jobs = [Job("work", f"KB{n}", "tax", "main", 1) for n in range(1000)]
    used = [Job("work", f"KB{n}", link, "main", 2) for link in ("tax", "bank") for n in range(3)]
    # Every queue, the pool and the reconciler have begun before anything is counted: they do so one after the other.
    overdue = floor.folder / "overdue"
    overdue.write_text(used[0].id)
    worker = floor.start("w1")
    enqueue(database, engine, TAX, *used[1:])
    until(lambda: len(floor.lines("done")) == 1 + len(used))
    before = threads_of(worker.pid)
    enqueue(database, engine, *jobs, delay=timedelta(hours=1))
    marker = Job("work", "KB1001", "tax", "main", 1)
    enqueue(database, engine, marker)
    until(lambda: len(floor.lines("done")) == 2 + len(used))
    assert threads_of(worker.pid) <= before + 4
    assert list(rows(database).values()).count("DELAYED") == 999  # KB1 is TAX, done already


def threads_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("Threads:")[1].split()[0])


def test_finished_jobs_are_forgotten_after_a_while_and_others_are_not(database, engine, floor):
    waiting = Job("work", "KB2", "tax", "main", 1)
    enqueue(database, engine, TAX)
    enqueue(database, engine, waiting, delay=timedelta(hours=1))
    floor.start("w1")
    until(lambda: "SUCCESS" in rows(database).values())
    floor.close()
    client = DBOSClient(system_database_engine=database.engine)
    now = datetime.fromtimestamp(time.time(), UTC)  # as DBOS counts
    forget(client, now)
    assert TAX.id in rows(database)
    assert forget(client, now + MEMORY + timedelta(minutes=1)) >= 1
    assert rows(database) == {waiting.id: "DELAYED"}
    client.destroy()


def test_a_job_of_a_worker_long_gone_is_forgotten_too(database, engine, floor):
    (floor.folder / "block").touch()
    enqueue(database, engine, TAX)
    floor.start("w1")
    until(lambda: floor.lines("begun"))
    floor.close()
    client = DBOSClient(system_database_engine=database.engine)
    now = datetime.fromtimestamp(time.time(), UTC)
    forget(client, now + MEMORY + timedelta(minutes=1))
    assert rows(database) == {TAX.id: "PENDING"}
    forget(client, now + GIVEN_UP + timedelta(minutes=1))
    assert rows(database) == {}
    client.destroy()


def test_a_job_is_kept_as_readable_words(database, engine):
    enqueue(database, engine, TAX)
    table = "workflow_input" if database.is_sqlite else "dbos.workflow_input"
    with database.reading() as connection:
        inputs = connection.execute(text(f"SELECT inputs FROM {table}")).scalar_one()
    assert json.loads(inputs)["positionalArgs"] == ["work", "KB1", "tax", "main", 1]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("leap", ["3600", "-3600"])
def test_upkeep_goes_on_after_the_clock_was_an_hour_off(database, engine, floor, leap):
    def reconciled(number):
        job = Job("work", f"KB{number}", "tax", "main", 2)
        floor.tell("overdue", job.id)
        until(lambda: f"{job.id} w1" in floor.lines("done"), 240)

    floor.start("w1")
    reconciled(1)
    floor.tell("leap", leap)
    reconciled(2)
    floor.tell("leap", "0")
    reconciled(3)
    assert set(floor.lines("done")) == {f"KB{n}:tax:main:work:2 w1" for n in (1, 2, 3)}


@pytest.mark.timeout(600)
def test_no_row_of_the_engine_holds_a_pickle(database, engine, floor):
    enqueue(database, engine, TAX, Job("work", "FAILS", "tax", "main", 1))
    floor.start("w1")
    floor.tell("overdue", "KB1:tax:main:work:2")
    until(lambda: len(floor.lines("done")) == 2, 240)
    until(lambda: set(rows(database).values()) == {"SUCCESS"}, 240)
    # Nothing tells that no row is written any more: whatever is done every second has been done after three.
    time.sleep(3)
    cells = [cell for table in engine_tables(database) for cell in cells_of(database, table)]
    assert len(cells) > 20
    assert [cell for cell in cells if is_pickle(cell)] == []


@pytest.mark.timeout(600)
def test_what_an_earlier_release_left_pickled_is_dropped_and_disturbs_nobody(
    database, engine, floor
):
    earlier = DBOSClient(system_database_engine=database.engine, application_name=APPLICATION)
    name = f"{APPLICATION}.reconcile"
    schedule = {"schedule_name": "reconcile", "workflow_name": name, "schedule": "* * * * * *"}
    earlier.apply_schedules([{**schedule, "queue_name": "kaiban-upkeep"}])
    options = {"workflow_name": name, "queue_name": "kaiban-upkeep", "app_version": VERSION}
    earlier.enqueue(options, datetime.fromtimestamp(time.time(), UTC), None)
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    held = f"UPDATE {table} SET status = 'PENDING', executor_id = 'w1'"
    with database.transaction() as connection:
        connection.execute(text(held))
    enqueue(database, engine, TAX)
    floor.start("w1")
    until(lambda: floor.lines("done"), 240)
    cells = [cell for table in engine_tables(database) for cell in cells_of(database, table)]
    assert [cell for cell in cells if is_pickle(cell)] == []
    assert earlier.list_schedules() == []
    earlier.destroy()


def engine_tables(database):
    found = inspect(database.engine)
    if not database.is_sqlite:
        return [f'dbos."{name}"' for name in found.get_table_names(schema="dbos")]
    ours = set(metadata.tables) | {"alembic_version"}
    return [f'"{name}"' for name in found.get_table_names() if name not in ours]


def cells_of(database, table):
    with database.reading() as connection:
        found = connection.execute(text(f"SELECT * FROM {table}")).all()
    return [cell for row in found for cell in row if isinstance(cell, str | bytes)]


def is_pickle(cell):
    raw = cell if isinstance(cell, bytes) else cell.encode()
    try:
        decoded = base64.b64decode(raw, validate=True)
    except binascii.Error:
        decoded = b""
    # Protocol 2 and later begin so and end with a full stop.
    return any(each[:1] == b"\x80" and each[-1:] == b"." for each in (raw, decoded))
