"""Lend visitors of one city with real departments; every test begins filings of its own."""

import pytest

from tests.journeys.city import playing
from tests.web.visitor import Visitor


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A city whose departments review twenty times as fast as people do; its clock is set by hand."""
    folder = tmp_path_factory.mktemp("web")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


@pytest.fixture(autouse=True)
def leaving(request):
    """What a test opens is left when it ends: carrying it on would be most of what the next ones do.

    What a module or the session shares was opened before.
    """
    if "city" not in request.fixturenames:
        yield
        return
    city = request.getfixturevalue("city")
    with city.leaving():
        yield
    city.check_figures()


@pytest.fixture
def printed(city):
    """The city, in which packages are printed as long as the test runs: it looks at one."""
    city.prints = True
    yield city
    city.prints = False


@pytest.fixture
def visitor(city):
    """Somebody at the first page."""
    visitor = Visitor(city.address)
    visitor.open("/")
    yield visitor
    visitor.close()


@pytest.fixture
def filing(visitor):
    """Somebody who has begun a filing, at the task list."""
    visitor.press("开始填写")
    visitor.press("保存并继续")
    return visitor
