"""What a supervisor waits for: the dashboard of a year with ten years of cases kept over one year of them, and a question what if.

Two databases stand side by side, one with 20,000 cases that ended within a year, one with as many in each of ten years, and
the same year is asked for in the one and then in the other, so that a busy machine is busy for both. A few hundred generated
cases are kept as they would be, the others are copies of their rows under other numbers and on other days.
"""

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import click
from sqlalchemy import Connection, Table, func, insert, literal, select, text

from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import Promise
from kaiban.domain.statistics.case_facts import facts_of
from kaiban.orchestrator.supervisor.dashboard import dashboard
from kaiban.orchestrator.supervisor.what_if import Question, what_if
from kaiban.ports.statistics import Scope
from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from kaiban.storage.schema import case_facts, case_marks, case_minutes, case_timelines
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.statistics.freezing import freeze
from tests.bench.figure import Figure
from tests.bench.filling import p95
from tests.databases import SAFE, running_cluster
from tests.domain.halls import HALL
from tests.storage.figured_again import some_ended

A_YEAR, YEARS, KINDS = 20_000, (1, 10), 400
RATIO, SECONDS, LOOKS = 1.3, 5.0, 30
LAST = date(2026, 12, 31)
ASKED = Scope(date(2026, 1, 1), LAST)
#: So long that there are more granted cases in it than are played again.
TWO_YEARS = Scope(date(2025, 1, 1), LAST)
FACTS = (case_facts, case_minutes, case_timelines, case_marks)
#: A tax bureau a third quicker that works on Saturdays, too: every case is played again.
QUICKER = Question(link="tax", takes=Fraction(2, 3), saturdays=True)


def measure() -> dict[str, Figure]:
    """On SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiban-bench-")))
        cluster = stack.enter_context(running_cluster(SAFE))
        sqlite = [f"sqlite:///{folder}/{years}.db" for years in YEARS]
        postgresql = [stack.enter_context(cluster.database()) for _ in YEARS]
        return _figures("", sqlite) | _figures("_postgresql", postgresql)


def _figures(suffix: str, urls: list[str]) -> dict[str, Figure]:
    databases = [Database(url) for url in urls]
    for database, years in zip(databases, YEARS, strict=True):
        _fill(database, years)
    small, large = (SqlFigures(database) for database in databases)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(LOOKS):
        for figures, found in zip((small, large), times, strict=True):
            found.append(_seconds(lambda: dashboard(figures, ASKED)))  # noqa: B023 - called at once
    asked = _seconds(lambda: what_if(large, _city(), TWO_YEARS, QUICKER))
    slow, quick = p95(times[1]), p95(times[0])
    click.echo(
        f"dashboard{suffix}: {quick:.3f} s of {A_YEAR}, {slow:.3f} s of {A_YEAR * YEARS[1]}"
    )
    for database in databases:
        database.close()
    return {
        f"dashboard_over_small{suffix}": Figure(slow / quick, "times", RATIO),
        f"what_if_20000{suffix}": Figure(asked, "s", SECONDS),
    }


def _fill(database: Database, years: int) -> None:
    """As many cases in each of so many years, the last of them 2026."""
    upgrade(database)
    rng = random.Random(20261201)
    with database.transaction() as connection:
        for number in range(KINDS):
            case, city = some_ended(rng, number)
            facts = facts_of(case, city)
            assert facts is not None
            day = LAST - timedelta(days=rng.randrange(365))
            freeze(connection, replace(facts, ended_on=day, accepted_on=day))
        for year in range(LAST.year - years + 1, LAST.year + 1):
            for copy in range(A_YEAR // KINDS - (year == LAST.year)):
                for table in FACTS:
                    _copy(connection, table, f"C{year}{copy:03}", str(year))
    # As the server's own upkeep leaves them: until then PostgreSQL knows no index that is enough by itself.
    clean = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(clean))


def _copy(connection: Connection, table: Table, name: str, year: str) -> None:
    """Every row that was made up once more, of another case in that year."""
    moved = {
        name: func.replace(table.c[name], str(LAST.year), year)
        for name in ("ended_on", "accepted_on")
        if name in table.c
    }
    cells = {"case_no": literal(name) + table.c.case_no, **moved}
    chosen = [cells.get(column.name, column) for column in table.columns]
    rows = select(*chosen).where(table.c.case_no.like("KB%"))
    connection.execute(insert(table).from_select([each.name for each in table.columns], rows))


def _seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _city() -> City:
    promise = Promise("five_hours", "五小时办结", timedelta(hours=5))
    return City(
        "shifan", "示范市", "990100", {"north": Hall("north", "北", HALL)}, {"five_hours": promise}
    )
