"""Lend cities whose ports, processes and files are gone when the test ends."""

import pytest

from tests.journeys.city import playing


@pytest.fixture
def city(tmp_path, sqlite_url):
    """A city whose departments review twenty times as fast as people do."""
    with playing(tmp_path, sqlite_url, pace=20) as city:
        yield city
