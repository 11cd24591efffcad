"""Lend the served API."""

import shutil

import pytest

from tests.api.serving import Served
from tests.orchestrator.driver import make_template


@pytest.fixture(scope="session")
def template(sqlite_template, tmp_path_factory):
    """A migrated database without cases."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    make_template(sqlite_template, path)
    return path


@pytest.fixture
def served(tmp_path, template):
    shutil.copy(template, tmp_path / "api.db")
    served = Served(tmp_path / "api.db")
    yield served
    served.close()
