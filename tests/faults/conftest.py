"""Cities for the campaigns: fast clocks, reviews that take no time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.city import City, city

#: Five minutes of business are half a second.
SPEED = 600.0


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Callable[..., City]]:
    """Found a city: ``found(database="")``, or with whatever else ``city`` takes."""
    usual = {"folder": tmp_path, "speed": SPEED, "poll": 0.1, "pace": 1e6}
    with ExitStack() as cities:
        yield lambda database="", **other: cities.enter_context(
            city(database=database, **{**usual, **other})
        )
