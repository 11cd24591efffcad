"""What 30,000 cases cost that wait for their departments: rows, and nothing else.

A worker of the service runs over an empty database until it is at rest; then 30,000 cases are
there, each with three links that are to be looked at in a year, and it goes on running. Counted
are the growth of its resident memory and of its threads, and how long one round of the reconciler
takes among them.

One case is made by the real use case and scheduled by the real engine; the others are copies of
its rows and of its jobs' rows under other case numbers. Their sealed cells cannot be opened (they
are bound to their row), which nobody does while they wait.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import Transaction
from tests.bench.figure import Figure
from tests.city import City, city
from tests.footprint import resident_megabytes, threads
from tests.waiting import until

CASES = 30_000
MEGABYTES, SECONDS = 50.0, 0.5
#: Real time the worker gets to come to rest, and to run over the waiting cases.
REST, RUN = 10.0, 30.0
FAR = timedelta(days=365)
_WAITING = "SELECT count(*) FROM workflow_status WHERE status = 'DELAYED'"
_TABLES = {"cases": "no", "links": "case_no", "steps": "case_no", "events": "case_no"}


def measure() -> dict[str, Figure]:
    """Memory, threads, and one round of the reconciler."""
    with (
        tempfile.TemporaryDirectory() as folder,
        city(Path(folder), speed=1) as ours,
    ):
        worker = ours.start(*ours.commands()["worker-0"].argv).pid
        until(lambda: b"worker_started" in _log(ours), 60, ours.log)
        time.sleep(REST)
        memory, crowd = resident_megabytes(worker), threads(worker)
        _fill(ours)
        time.sleep(RUN)
        grown, more = resident_megabytes(worker) - memory, threads(worker) - crowd
        spent = _reconciled(ours)
    return {
        "waiting_cases_memory": Figure(grown, "MB", MEGABYTES),
        "waiting_cases_threads": Figure(more, "threads", 0),
        "waiting_cases_reconcile": Figure(spent, "s", SECONDS),
    }


def _fill(ours: City) -> None:
    kaiban = ours.kaiban
    case = _waiting_case(ours)
    with kaiban.database.transaction() as connection:
        connection.execute(text("DELETE FROM workflow_status WHERE status = 'ENQUEUED'"))
        for statement in _copies(connection, case.no):
            connection.execute(statement, {"no": case.no, "count": CASES - 1})
        waiting = connection.execute(text(_WAITING)).scalar_one()
    steps = sum(1 for _, step in case.steps() if step.next_action_at)
    assert waiting == CASES * steps, f"{waiting} jobs for {CASES} cases"


def _waiting_case(ours: City) -> Case:
    """A case whose every open step is to be looked at in a year."""
    office = ours.kaiban.office

    def far_away(tx: Transaction, case: Case) -> None:
        case.release(office.plan(case), office.clock.now())
        for link, step in case.steps():
            if step.state is LinkState.READY:
                office.schedule(tx, case, link, step, FAR)

    case = open_case(office, Application(ours.form(1)), far_away)
    assert isinstance(case, Case), case
    return case


def _copies(connection: Connection, no: str) -> Iterator[object]:
    """For every table the statement that writes the case's rows again under other numbers."""
    other = f"printf('W%s%06d', substr(:no, 2, {len(no) - 7}), n)"
    for table, key in _TABLES.items():
        names = [column["name"] for column in inspect(connection).get_columns(table)]
        values = [other if name == key else f'"{name}"' for name in names]
        yield _copy(table, names, values, f"{key} = :no")
    names = [column["name"] for column in inspect(connection).get_columns("workflow_status")]
    values = [
        f"replace({name}, :no, {other})" if name in {"workflow_uuid", "inputs"} else f'"{name}"'
        for name in names
    ]
    yield _copy("workflow_status", names, values, "workflow_uuid LIKE :no || '%'")


def _copy(table: str, names: list[str], values: list[str], wanted: str) -> object:
    columns = ", ".join(f'"{name}"' for name in names)
    return text(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
        f" INSERT INTO {table} ({columns}) SELECT {', '.join(values)}"
        f" FROM (SELECT * FROM {table} WHERE {wanted}), numbers"
    )


def _reconciled(ours: City) -> float:
    office = ours.kaiban.office
    began = time.monotonic()
    found = reconcile(office)
    assert found == 0, f"{found} cases were overdue"
    return time.monotonic() - began


def _log(ours: City) -> bytes:
    return b"".join(path.read_bytes() for path in ours.folder.glob("*worker*.log"))
