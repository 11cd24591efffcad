"""How long the last of many cards takes that fall due in the same minute, with 100,000 cases open.

What was handed in overnight begins at one minute, when the hall opens, and is due at one. One worker gives them, each in a
transaction of its own with its mail; with several it is as much shorter. The other cases are copies of the rows of one, due
later: all that is asked of them is an index.
"""

import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, inspect, text

from kaiban.domain.roles import Role
from kaiban.ports import Account
from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from tests.bench.figure import Figure
from tests.databases import SAFE, running_cluster
from tests.orchestrator.worker.cards_program import giving
from tests.storage.samples import MORNING, sample_case

OPEN, TOGETHER, MOST_SECONDS = 100_000, 500, 60.0
#: Of five hours of a morning with a break at noon seven tenths are used then.
DUE = MORNING + timedelta(hours=5)


def measure(open_cases: int = OPEN, together: int = TOGETHER) -> dict[str, Figure]:
    """Seconds until the last is out, on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiban-bench-")))
        cluster = stack.enter_context(running_cluster(SAFE))
        urls = {"": f"sqlite:///{folder}/kaiban.db"}
        urls["_postgresql"] = stack.enter_context(cluster.database())
        return {
            f"card_out{suffix}": Figure(
                _seconds(url, folder, open_cases, together), "s", MOST_SECONDS
            )
            for suffix, url in urls.items()
        }


def _seconds(url: str, folder: Path, open_cases: int, together: int) -> float:
    database = Database(url)
    upgrade(database)
    (folder / "clock").write_text(MORNING.isoformat())
    work = giving(url, folder)
    boss = Account("boss", "某人", Role.HALL_MANAGER, "center", mail="boss@example.com")
    work.alerting.accounts.add(boss, "x", MORNING)
    with work.office.cases.transaction() as tx:
        for number in range(together):
            tx.add(replace(sample_case(), no=f"KB{number:09}"))
        tx.add(replace(sample_case(at=MORNING + timedelta(days=1)), no="KBX"))
    with database.transaction() as connection:
        _copy(connection, open_cases - together)
    (folder / "clock").write_text(DUE.isoformat())
    began = time.perf_counter()
    given = 0
    while work.turn():
        given += 1
    spent = time.perf_counter() - began
    click.echo(f"  {given} cards of {open_cases} open cases in {spent:.1f} s")
    assert given == together, given
    work.database.close()
    database.close()
    return spent


def _copy(connection: Connection, count: int) -> None:
    for table in ("cases", "worklist"):
        names = [column["name"] for column in inspect(connection).get_columns(table)]
        values = ("'KBX' || n" if name in {"no", "case_no"} else f'one."{name}"' for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        key = "no" if table == "cases" else "case_no"
        copies = (
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
            f" INSERT INTO {table} ({listed}) SELECT {', '.join(values)}"
            f" FROM numbers, (SELECT * FROM {table} WHERE {key} = 'KBX') AS one"
        )
        connection.execute(text(copies), {"count": count})
    connection.execute(text("ANALYZE"))
