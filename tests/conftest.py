"""What every test may ask for; nothing else lives here."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade
from tests.combinations import DATABASES
from tests.databases import Cluster, running_cluster

# A busy machine is no defect: no example fails for being slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Thousands of tests are millions of objects that stay: the garbage collector looks less often, and not at them.
gc.set_threshold(20_000)


def pytest_collection_finish() -> None:
    """Keep what was collected out of every later look for garbage."""
    gc.freeze()


@pytest.fixture(autouse=True)
def usual_log() -> Iterator[None]:
    """Log as usual again, whatever a command run in this process has set up."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test process, started when the first test asks for it."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'kaiban.db'}"


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test alone."""
    with cluster.database() as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of this test alone; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows, to be copied: migrating takes longer."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> Iterator[str]:
    """The name of a PostgreSQL database like that."""
    with cluster.database() as url:
        _migrated(url)
        yield str(make_url(url).database)


@pytest.fixture(params=DATABASES)
def migrated_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test alone, with all tables and no rows; the test runs once on each kind."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "postgresql":
        with request.getfixturevalue("cluster").database(template) as url:
            yield url
    else:
        path = request.getfixturevalue("tmp_path") / "kaiban.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"


def _migrated(url: str) -> None:
    database = Database(url)
    upgrade(database)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
