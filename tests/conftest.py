"""What every test may ask for; nothing else lives here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import Cluster, running_cluster

# A busy machine is no defect: no example fails for being slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of this test alone; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
