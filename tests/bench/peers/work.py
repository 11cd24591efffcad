"""What every peer does for a case: the plan, the rows, one step. Only who runs the steps differs.

``PEERS_DATABASE`` is where the rows are, ``PEERS_STUB`` the departments' address. A step is one transaction: its result
is kept once, and whatever it makes ready is promised in it.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import requests
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)

from kaiban.domain.pointer import value_at

#: Each step and what it waits for.
PLAN: Final[Mapping[str, tuple[str, ...]]] = {
    "registration": (),
    "seal": ("registration",),
    "tax": ("registration",),
    "social_insurance": ("registration",),
    "housing_fund": ("registration",),
    "bank": ("registration", "seal"),
    "merge": ("registration", "seal", "tax", "social_insurance", "housing_fund", "bank"),
}
#: What each department is told of the form, besides the company's name.
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "registration": ("premises.detail", "people.legal_rep.name", "people.legal_rep.cert.no"),
    "seal": ("seal.engraver",),
    "tax": ("tax.taxpayer_kind",),
    "social_insurance": ("people.legal_rep.mobile",),
    "housing_fund": ("people.legal_rep.mobile",),
    "bank": ("bank.branch_cnaps",),
    "merge": (),
}

meta = MetaData()
cases = Table(
    "peer_cases", meta, Column("id", Text, primary_key=True), Column("form", Text, nullable=False),
    Column("state", Text, nullable=False), Column("summary", Text), Column("touched_at", Float),
)  # fmt: skip
steps = Table(
    "peer_steps", meta, Column("case_id", Text, primary_key=True), Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False), Column("result", Text), Column("touched_at", Float),
)  # fmt: skip

#: Makes sure, in a transaction, that a step of a case will be run.
Promise = Callable[[Connection, str, str], None]
_local = threading.local()


def no_promise(_connection: Connection, _case: str, _step: str) -> None:
    """For peers that can promise only after the commit."""


@cache
def database() -> Engine:
    """The rows' database, once a process."""
    return engine_of(os.environ["PEERS_DATABASE"])


def engine_of(url: str) -> Engine:
    """A database that is as durable as it can be."""
    if not url.startswith("sqlite"):
        url = url.replace("postgresql://", "postgresql+psycopg://")
        return create_engine(url, pool_size=20, max_overflow=20)
    arguments = {"isolation_level": "IMMEDIATE", "timeout": 30}
    found = create_engine(url, pool_size=20, max_overflow=20, connect_args=arguments)

    @event.listens_for(found, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}").close()

    return found


def post(step: str, serial: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """One POST to a department, with a key that makes repetition safe; each thread keeps its connection."""
    if not hasattr(_local, "http"):
        _local.http = requests.Session()
        _local.http.trust_env = False
    body = json.dumps({"serial": serial, **told}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": serial}
    url = f"{os.environ['PEERS_STUB']}/{step}"
    answer = _local.http.post(url, data=body, headers=headers, timeout=30)
    answer.raise_for_status()
    result: dict[str, Any] = answer.json()["result"]
    return result


def message(step: str, form: Mapping[str, Any], results: Mapping[str, Any]) -> dict[str, Any]:
    """What the step tells its department."""
    if step == "merge":
        return {"results": results}
    told = {path.rpartition(".")[2]: value_at(form, path) for path in READS[step]}
    told["name"] = value_at(form, "company.name.trade_name")
    for before in PLAN[step]:
        told |= results[before]
    return told


def add(case: str, form: Mapping[str, Any], promise: Promise) -> None:
    """Keep a new case and promise its first step."""
    with database().begin() as connection:
        now = time.time()
        text = json.dumps(form, ensure_ascii=False)
        connection.execute(insert(cases).values(id=case, form=text, state="open", touched_at=now))
        rows = [
            {"case_id": case, "name": name, "state": "waiting", "touched_at": now} for name in PLAN
        ]
        rows[0]["state"] = "ready"
        connection.execute(insert(steps), rows)
        promise(connection, case, "registration")


def run(case: str, step: str, promise: Promise) -> list[str]:
    """One step: read, speak, keep. Return what became ready, which ``promise`` was told in the transaction."""
    form, results = _read(case)
    result = post(step, f"{case}-{step}-1", message(step, form, results))
    with database().begin() as connection:
        # The first statement writes: it takes the case's lock on either database.
        mine = update(cases).where(cases.c.id == case)
        connection.execute(mine.values(touched_at=time.time()))
        if not _keep(connection, case, step, result):
            return []
        if step == "merge":
            summary = json.dumps({"case": case, "results": results})
            connection.execute(mine.values(state="done", summary=summary))
            return []
        return _release(connection, case, promise)


def _read(case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with database().connect() as connection:
        form = connection.execute(select(cases.c.form).where(cases.c.id == case)).scalar_one()
        rows = connection.execute(
            select(steps.c.name, steps.c.result).where(steps.c.case_id == case)
        )
        return json.loads(form), {name: json.loads(result) for name, result in rows if result}


def _keep(connection: Connection, case: str, step: str, result: Mapping[str, Any]) -> bool:
    place = steps.c.case_id == case, steps.c.name == step
    kept = connection.execute(
        update(steps)
        .where(*place, steps.c.state != "done")
        .values(state="done", result=json.dumps(result), touched_at=time.time())
    )
    return bool(kept.rowcount)


def _release(connection: Connection, case: str, promise: Promise) -> list[str]:
    found = select(steps.c.name, steps.c.state).where(steps.c.case_id == case)
    state = dict(connection.execute(found).all())  # type: ignore[arg-type] - rows are pairs
    ready = [
        name
        for name, needs in PLAN.items()
        if state[name] == "waiting" and all(state[need] == "done" for need in needs)
    ]
    for name in ready:
        place = steps.c.case_id == case, steps.c.name == name
        connection.execute(update(steps).where(*place).values(state="ready"))
        promise(connection, case, name)
    return ready
