"""Lend a city whose processes, ports and files are gone when the test ends."""

import pytest

from tests.journeys.city import playing


@pytest.fixture
def city(tmp_path, sqlite_url):
    with playing(tmp_path, sqlite_url) as city:
        yield city
