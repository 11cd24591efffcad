"""Lend drivers whose databases are closed when the test ends."""

import itertools
import shutil

import pytest

from tests.orchestrator.driver import Driver, make_template


@pytest.fixture(scope="session")
def template(sqlite_template, tmp_path_factory):
    """A migrated database without cases; migrating one for every test would take half a second."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    make_template(sqlite_template, path)
    return path


@pytest.fixture
def drive(tmp_path, template):
    made, count = [], itertools.count()

    def drive(*departments):
        path = tmp_path / f"{next(count)}.db"
        shutil.copy(template, path)
        made.append(Driver(path, *departments))
        return made[-1]

    yield drive
    for driver in made:
        driver.close()
