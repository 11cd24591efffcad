"""A hall on each kind of database."""

import pytest

from tests.orchestrator.queue.hall import lobby


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request, tmp_path_factory):
    """A hall on that kind of database, for a whole module."""
    if request.param == "sqlite":
        with lobby(f"sqlite:///{tmp_path_factory.mktemp('hall')}/kaiban.db") as made:
            yield made
        return
    with request.getfixturevalue("cluster").database() as url, lobby(url) as made:
        yield made


@pytest.fixture
def hall(house):
    """The hall, empty, at nine o'clock."""
    house.empty()
    return house
