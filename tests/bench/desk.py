"""What staff wait for with 200,000 cases of which 5,000 are open, over what they wait with 2,000 of which 50 are.

Two cities stand side by side, and every page is asked for in the one and then in the other, so that a busy machine is
busy for both. Open cases are real ones: every cell of theirs opens, each is found by names and numbers of its own.
Closed ones are copies of the rows of one under other numbers, found by terms that are as many and as different; their
cells do not open (they are bound to their row), which no list needs to.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import click
import requests
from sqlalchemy import Connection, inspect, text

from kaiban.app import Kaiban
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.states import CaseState
from tests.bench.figure import Figure
from tests.bench.filling import p95
from tests.databases import SAFE, running_cluster
from tests.journeys.city import playing
from tests.web.desk.people import at_desk, hire

#: Cases in all, and how many of them are open: of the small city and of the large one.
SIZES = ((2_000, 50), (200_000, 5_000))
RATIO = 1.3
LOOKS, FIRST = 150, 10


#: 32 hexadecimal digits nobody looks for.
TERMS = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "md5(random()::text)"}


class Desk:
    """Somebody of the staff in one of the two cities."""

    def __init__(self, kaiban: Kaiban, address: str, cases: list[Case]) -> None:
        self._visitor = at_desk(address, hire(kaiban))
        self._address, self._cases = address, cycle(cases)
        token = self._visitor.page.xpath("//input[@name='csrf_token']")[0]
        self._token = token.get("value")

    def queue(self) -> requests.Response:
        """The list, as it opens in the morning."""
        return self._visitor.http.get(f"{self._address}/desk", timeout=60)

    def search(self) -> requests.Response:
        """A person is found by the number on their card; the redirect is a part of it."""
        number = next(self._cases).form["people"]["legal_rep"]["cert"]["no"]
        sent = {"q": number, "csrf_token": self._token}
        return self._visitor.http.post(f"{self._address}/desk/search", data=sent, timeout=60)

    def case(self) -> requests.Response:
        """A case nobody has looked at yet."""
        no = next(self._cases).no
        return self._visitor.http.get(f"{self._address}/desk/cases/{no}", timeout=60)


def measure() -> dict[str, Figure]:
    """How much longer each of the three takes on SQLite."""
    with ExitStack() as stack:
        return _figures(stack, "", [f"sqlite:///{_folder(stack)}/kaiban.db" for _ in SIZES])


def measure_postgresql() -> dict[str, Figure]:
    """The same on PostgreSQL: two databases of one server."""
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(SAFE))
        urls = [stack.enter_context(cluster.database()) for _ in SIZES]
        return _figures(stack, "_postgresql", urls)


def _figures(stack: ExitStack, suffix: str, urls: list[str]) -> dict[str, Figure]:
    cities = zip(urls, SIZES, strict=True)
    desks = [stack.enter_context(_desk(url, _folder(stack), *size)) for url, size in cities]
    return {
        f"desk_{name}_over_small{suffix}": Figure(_ratio(desks, ask), "ratio", RATIO)
        for name, ask in (("queue", Desk.queue), ("search", Desk.search), ("case", Desk.case))
    }


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiban-bench-")))


def _ratio(desks: list[Desk], ask: Callable[[Desk], requests.Response]) -> float:
    found: list[list[float]] = [[], []]
    for _ in range(FIRST + LOOKS):
        for desk, times in zip(desks, found, strict=True):
            began = time.perf_counter()
            ask(desk).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    small, large = (p95(times[FIRST:]) for times in found)
    click.echo(f"  {ask.__name__} {small:.0f} ms, {large:.0f} ms")
    return large / small


@contextmanager
def _desk(url: str, folder: Path, total: int, opened: int) -> Iterator[Desk]:
    with playing(folder, url) as city:
        model = city.kaiban.cases.read(city.submit(city.form()))
        cases = _opened(city.kaiban, model, opened)
        _close(city.kaiban, model, total - opened)
        yield Desk(city.kaiban, city.address, cases)


def _opened(kaiban: Kaiban, model: Case, count: int) -> list[Case]:
    cases = [_other(model, number) for number in range(1, count)]
    for start in range(0, len(cases), 500):
        with kaiban.cases.transaction() as tx:
            for case in cases[start : start + 500]:
                tx.add(case)
    return cases


def _close(kaiban: Kaiban, model: Case, count: int) -> None:
    closed = _other(model, 900_000)
    closed.state, closed.finished_at = CaseState.REFUSED, closed.accepted_at
    with kaiban.cases.transaction() as tx:
        tx.add(closed)
    with kaiban.database.transaction() as connection:
        if kaiban.database.is_sqlite:
            connection.execute(text("PRAGMA cache_size = -500000"))
        for table, values in _copies(connection):
            names = ", ".join(f'"{name}"' for name in values)
            key = "no" if table == "cases" else "case_no"
            connection.execute(
                text(
                    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
                    f" INSERT INTO {table} ({names}) SELECT {', '.join(values.values())}"
                    f" FROM numbers, (SELECT * FROM {table} WHERE {key} = :no) AS one"
                ),
                {"no": closed.no, "count": count - 1},
            )
        connection.execute(text("ANALYZE"))


def _copies(connection: Connection) -> Iterator[tuple[str, dict[str, str]]]:
    """For every table of a case its columns with what a copy has in them."""
    other = "substr(:no, 1, 15) || 'C' || n"
    term = TERMS[connection.dialect.name]
    for table in ("cases", "links", "steps", "events", "worklist", "case_terms"):
        names = [column["name"] for column in inspect(connection).get_columns(table)]
        values = {name: f'"{name}"' for name in names}
        values |= {name: other for name in names if name in {"no", "case_no"}}
        # Each is found by terms of its own.
        values |= {name: term for name in names if name == "term"}
        yield table, values


def _other(model: Case, number: int) -> Case:
    """The case as if other people had handed it in some minutes before."""
    case = deepcopy(model)
    before = timedelta(minutes=number % 600)
    case.no = f"{model.no[:15]}{number:06d}"
    case.accepted_at -= before
    case.events = [replace(event, at=event.at - before) for event in case.events]
    people = cycle(range(100))
    form: dict[str, Any] = dict(case.form)
    for person in _people(form):
        each = next(people)
        person["name"] = f"某{number}之{each}"
        person["cert"]["no"] = f"9901{number:08d}{each:06d}"
        person["mobile"] = f"140{number:06d}{each:02d}"
    form["company"]["name"] |= {
        "trade_name": f"第{number}号",
        "full": f"示范市第{number}号有限公司",
    }
    case.form = form
    return case


def _people(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        yield from (person for each in node for person in _people(each))
    if isinstance(node, dict):
        if isinstance(node.get("cert"), dict):
            yield node
        yield from (person for each in node.values() for person in _people(each))
