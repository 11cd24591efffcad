"""What is due at once, found by the rows themselves: steps nobody has in hand, and packages to be made."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, bindparam, literal, select, union_all

from kaiban.ports import PLATFORM, Job
from kaiban.storage.schema import DUE_AT_ONCE, cases, steps


def due_jobs(
    connection: Connection, now: datetime, queues: Collection[str], most: int
) -> list[Job]:
    """So many for each of the queues, what waits longest first."""
    departments = [queue for queue in queues if queue != PLATFORM]
    if not queues:
        return []
    asked = {
        "now": now,
        "most": most,
        **{f"queue_{n}": each for n, each in enumerate(departments)},
    }
    wanted = _wanted(len(departments), packages=PLATFORM in queues)
    return [
        Job(kind, no, link, step, attempt)
        for kind, no, link, step, attempt, _ in connection.execute(wanted, asked)
    ]


@cache
def _wanted(departments: int, *, packages: bool) -> CompoundSelect[Any]:
    parts = [_of_department(n) for n in range(departments)] + ([_packages()] if packages else [])
    # SQLite takes a limit inside a union only of a query in brackets of its own.
    return union_all(*(select(part.subquery()) for part in parts)).order_by("due")


def _of_department(n: int) -> Select[Any]:
    table = steps.c
    return (
        select(
            literal("work").label("kind"), table.case_no, table.link, table.name, table.attempt,
            table.next_action_at.label("due"),
        )
        .where(DUE_AT_ONCE, table.link == bindparam(f"queue_{n}"), table.next_action_at <= bindparam("now"))
        .order_by(table.next_action_at)
        .limit(bindparam("most"))
    )  # fmt: skip


def _packages() -> Select[Any]:
    table = cases.c
    return (
        select(
            literal("issue").label("kind"), table.no.label("case_no"), literal("").label("link"),
            literal("").label("name"), table.package_attempt.label("attempt"),
            table.package_due.label("due"),
        )
        .where(table.package_due <= bindparam("now"))
        .order_by(table.package_due)
        .limit(bindparam("most"))
    )  # fmt: skip
