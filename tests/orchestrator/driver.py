"""An engine that keeps its jobs in a table beside the cases, a clock set by hand, and who runs both.

A second implementation of the Engine port: jobs are promised in the transaction of the case,
and run one after the other by the test. A test may lose them, run them twice or in any order.
"""

import json
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import event, text

from kaiban.app.papers.glyphs import InstalledGlyphs
from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import Promise
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Wanted
from kaiban.domain.papers.package import Package
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.departments import Departments
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.steps.case_run import run_alone
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import PLATFORM, Job
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.records.edit_requests import SqlEditRequests
from kaiban.storage.cases.records.materials import SqlMaterials
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.tickets import SqlTickets
from tests.domain.halls import HALL
from tests.orchestrator.departments import Crash

START = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # a Wednesday, 09:00 in the hall
JOBS = (
    "CREATE TABLE test_jobs (id TEXT PRIMARY KEY, kind TEXT, no TEXT, link TEXT,"
    " step TEXT, attempt INTEGER, due TEXT, ended INTEGER DEFAULT 0)"
)
KEYRING = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
CITY = City(
    "shifan", "示范市", "990100",
    {"main": Hall("main", "大厅", HALL)},
    {"five_hours": Promise("five_hours", "五小时办结", timedelta(hours=5))},
)  # fmt: skip
BROUGHT = {"identity": "身份证件", "lease": "房屋租赁合同", "permit": "许可证件"}
FORM = {
    "company": {"name": {"full": "示范市晨光科技有限公司"}, "capital": 100},
    "seal": {"kind": "copper"},
    "tax": {"invoices": ["digital"]},
    "staff": [{"name": "王一"}, {"name": "李二"}],
}


class HandClock:
    """Business time as the test sets it; machines live as fast."""

    def __init__(self):
        self.at = START

    def now(self):
        return self.at

    def real(self, business):
        return business

    def business(self, real):
        return real


def make_template(migrated, path):
    """Make a copy of a migrated database with a table of jobs; a driver runs on a copy of it."""
    shutil.copy(migrated, path)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as connection:
        connection.execute(text(JOBS))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def without_fsync(connection, _record):
    # No power fails in these tests; waiting for the disk is most of what they would do.
    connection.execute("PRAGMA synchronous=OFF").close()


class TableEngine:
    """Jobs as rows; what a transaction promised exists when it commits."""

    def __init__(self, database, clock):
        self.database, self.clock = database, clock

    def enqueue(self, connection, job, delay=timedelta(0)):
        row = {**vars(job), "id": job.id, "due": (self.clock.now() + delay).isoformat()}
        connection.execute(
            text(
                "INSERT INTO test_jobs (id, kind, no, link, step, attempt, due) VALUES"
                " (:id, :kind, :case_no, :link, :step, :attempt, :due) ON CONFLICT DO NOTHING"
            ),
            row,
        )

    def is_queued(self, job):
        found = text("SELECT 1 FROM test_jobs WHERE id = :id AND ended = 0")
        with self.database.reading() as connection:
            return connection.execute(found, {"id": job.id}).first() is not None

    def waiting(self):
        """Return every job that has not run, the earliest first, with its instant."""
        jobs = text(
            "SELECT kind, no, link, step, attempt, due FROM test_jobs WHERE ended = 0"
            " ORDER BY due, id"
        )
        with self.database.reading() as connection:
            rows = connection.execute(jobs).all()
        return [
            (Job(kind, no, link, step, attempt), datetime.fromisoformat(due))
            for kind, no, link, step, attempt, due in rows
        ]

    def end(self, job):
        with self.database.transaction() as connection:
            ended = text("UPDATE test_jobs SET ended = 1 WHERE id = :id")
            connection.execute(ended, {"id": job.id})


class PlainForm:
    """A form without rules, in which the value BAD is always a defect."""

    spared = frozenset()
    foreign_registrar = ""

    def begun_for(self, _applicant):
        return {}

    def not_applying(self, form):
        return {}

    def group_of(self, path, form):
        return path

    def asked_for(self, path):
        return path

    def glance(self, part, at, whole):
        return self.check(part, frozenset(), at)[1]

    def materials(self, form, links):
        kept = [Wanted("roster", "名册", links, produced=True)]
        return kept + [Wanted(key, name, links, produced=False) for key, name in BROUGHT.items()]

    def of_persons(self):
        return frozenset()

    def brought(self):
        return BROUGHT

    def to_be_seen(self, form):
        return {}

    def completed(self, form):
        return form

    def refilled(self, form):
        return {name: part for name, part in form.items() if name != "consents"}

    def check(self, entry, wanted, at):
        return dict(entry), [Defect(pointer, "bad", "请修改") for pointer in _bad(entry, "")]


def _bad(value, pointer):
    if isinstance(value, dict):
        return [p for key, each in value.items() for p in _bad(each, f"{pointer}/{key}")]
    if isinstance(value, list):
        return [p for n, each in enumerate(value) for p in _bad(each, f"{pointer}/{n}")]
    return [pointer] if value == "BAD" else []


class PlainPackages:
    """Packages that name the state of each link."""

    def __init__(self):
        self.meanwhile = lambda: None

    def make(self, case, version, at):
        self.meanwhile()
        states = json.dumps({link.name: link.state.value for link in case.links}).encode()
        return Package(version, f"{case.no[-9:]}{version:03}", at, b"%PDF-", b"PK", states)


class Driver:
    """An office with real rows, and the hand that turns it."""

    def __init__(self, place, *departments, announce=None):
        """``place`` is the path of a SQLite file, or the URL of a database; ``announce`` makes who hears of events."""
        self.database = Database(place if "://" in str(place) else f"sqlite:///{place}")
        if self.database.is_sqlite:
            event.listen(self.database.engine, "connect", without_fsync)
        self.clock = HandClock()
        self.engine = TableEngine(self.database, self.clock)
        announcer = announce and announce(self)
        cases = SqlCases(self.database, KEYRING, announce=announcer)
        self.packages = PlainPackages()
        self.departments = {each.manifest.department: each for each in departments}
        self.office = Office(
            CITY, Departments(self.departments), PlainForm(), cases,
            self.engine, self.clock, self.packages, SqlMaterials(self.database, KEYRING),
            SqlEditRequests(self.database, KEYRING), SqlTickets(self.database, KEYRING),
            InstalledGlyphs(),
        )  # fmt: skip

    def close(self):
        self.database.close()

    def open(self, *links, form=FORM):
        opened = open_case(self.office, Application(form, links, "alice"))
        assert not isinstance(opened, list), opened
        return opened.no

    def case(self, no):
        return self.office.cases.read(no)

    def states(self, no):
        return {link.name: link.state.value for link in self.case(no).links}

    def advance(self, **span):
        self.clock.at += timedelta(**span)

    def run(self, job, *, end=True):
        """Run a job as a worker would; one that dies leaves its job behind as ended."""
        if end:
            self.engine.end(job)
        with suppress(Crash):
            run_alone(self.office, job)

    def forgotten(self):
        """Return what is due at once and no engine knows of, as a dispatcher finds it."""
        queues = [*self.departments, PLATFORM]
        known = {job for job, _ in self.engine.waiting()}
        due = self.office.cases.due(self.clock.now(), queues, 100)
        return [job for job in due if job not in known]

    def turn(self):
        """Go on to the earliest job and run it; False if none waits."""
        waiting = self.engine.waiting() or [(job, self.clock.at) for job in self.forgotten()]
        if not waiting:
            return False
        job, due = waiting[0]
        self.clock.at = max(self.clock.at, due)
        self.run(job)
        return True

    def turn_until(self, done, most=300):
        """Turn until it is so; what was forgotten is taken up, as the worker's schedule does."""
        for _ in range(most):
            if done():
                return
            if not self.turn():
                self.advance(seconds=60)
                reconcile(self.office)
        raise AssertionError("it never came to that")

    def finish(self, no):
        self.turn_until(partial(self._ended, no))
        return self.case(no)

    def _ended(self, no):
        return self.case(no).ended
