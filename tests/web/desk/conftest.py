"""Lend staff, and cases of two halls."""

import pytest

from tests.databases import SAFE, running_cluster
from tests.journeys.city import playing
from tests.web.desk.people import OTHER, at_desk, hire, move
from tests.web.visitor import Visitor


@pytest.fixture
def person(city):
    """Somebody at a window of the usual hall."""
    return hire(city.kaiban)


@pytest.fixture
def desk(city, person):
    """That person's browser, signed in."""
    visitor = at_desk(city.address, person)
    assert visitor.path == "/desk", visitor.text
    yield visitor
    visitor.close()


@pytest.fixture
def stranger(city):
    """A browser nobody has signed in with."""
    visitor = Visitor(city.address)
    yield visitor
    visitor.close()


@pytest.fixture(scope="session")
def own_case(city):
    """The number of a case of the usual hall."""
    return city.submit(city.form("窗口甲"))


@pytest.fixture(scope="session")
def other_case(city):
    """The number of a case of another hall."""
    no = city.submit(city.form("窗口乙"))
    move(city.kaiban, no, OTHER)
    return no


@pytest.fixture(scope="module")
def away(tmp_path_factory):
    """A city on a PostgreSQL server of its own, which can be stopped and started."""
    with (
        running_cluster(SAFE) as cluster,
        cluster.database() as url,
        playing(tmp_path_factory.mktemp("away"), url, pace=20) as city,
    ):
        yield city, cluster.stopped
