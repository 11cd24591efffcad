"""Lend cities whose ports, processes and files are gone when the test ends."""

import shutil

import pytest

from tests.journeys.city import playing


@pytest.fixture
def sqlite_url(tmp_path, sqlite_template):
    """The URL of a SQLite database with all tables: making them for every city anew takes as long as a case."""
    path = tmp_path / "kaiban.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def city(tmp_path, sqlite_url):
    """A city whose departments review twenty times as fast as people do."""
    with playing(tmp_path, sqlite_url, pace=20) as city:
        yield city
