"""Cities for the campaigns: fast clocks, reviews that take no time; and at the end a table of what became of each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.city import City, city
from tests.faults.books import Ledger
from tests.faults.campaign import Campaign, Plan
from tests.faults.table import Row, table

CASES, STRIKES = 60, 10
#: Five minutes of business are half a second.
SPEED = 600.0
#: Under this name a test's report carries its row, also from another process.
ROW = "campaign"


class Size(NamedTuple):
    """How many cases a campaign has, and how often it strikes."""

    cases: int
    strikes: int


def pytest_addoption(parser: pytest.Parser) -> None:
    """Smaller campaigns, for a look at the harness."""
    parser.addoption("--cases", type=int, default=CASES, help="cases of a campaign")
    parser.addoption("--strikes", type=int, default=STRIKES, help="how often a campaign strikes")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    """How large a campaign without a planted bug is."""
    option = request.config.getoption
    return Size(option("--cases", CASES), option("--strikes", STRIKES))


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Callable[..., City]]:
    """Found a city: ``found(database="")``, or with whatever else ``city`` takes."""
    usual = {"folder": tmp_path, "speed": SPEED, "poll": 0.1, "pace": 1e6}
    with ExitStack() as cities:
        yield lambda database="", **other: cities.enter_context(
            city(database=database, **{**usual, **other})
        )


@pytest.fixture
def ran(request: pytest.FixtureRequest) -> Callable[..., Row]:
    """Run a campaign and put it into the table: ``ran(city, plan)``, or with a ledger in which something stands already."""

    def run(city: City, plan: Plan, ledger: Ledger | None = None) -> Row:
        row = Row.of(Campaign(city, plan, ledger or Ledger()).run())
        request.node.user_properties.append((ROW, list(row.cells)))
        return row

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of every campaign."""
    reports = [
        each for state in ("passed", "failed") for each in terminalreporter.getreports(state)
    ]
    if rows := [
        cells for each in reports if each.when == "call"
        for name, cells in each.user_properties if name == ROW
    ]:  # fmt: skip
        terminalreporter.section("campaigns")
        for line in table(rows):
            terminalreporter.write_line(line)
