"""Cities for the campaigns: fast clocks, reviews that take no time; and at the end a table of what became of each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.city import City, city
from tests.faults.campaign import Campaign, Plan
from tests.faults.table import Row, table

#: Five minutes of business are half a second.
SPEED = 600.0
ROWS: pytest.StashKey[list[Row]] = pytest.StashKey()


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Callable[..., City]]:
    """Found a city: ``found(database="")``, or with whatever else ``city`` takes."""
    usual = {"folder": tmp_path, "speed": SPEED, "poll": 0.1, "pace": 1e6}
    with ExitStack() as cities:
        yield lambda database="", **other: cities.enter_context(
            city(database=database, **{**usual, **other})
        )


@pytest.fixture
def ran(request: pytest.FixtureRequest) -> Callable[[City, Plan], Row]:
    """Run a campaign and put it into the table: ``ran(city, plan)``."""

    def run(city: City, plan: Plan) -> Row:
        row = Row.of(Campaign(city, plan).run())
        request.config.stash.setdefault(ROWS, []).append(row)
        return row

    return run


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what became of every campaign."""
    if rows := config.stash.get(ROWS, []):
        terminalreporter.section("campaigns")
        for line in table(rows):
            terminalreporter.write_line(line)
