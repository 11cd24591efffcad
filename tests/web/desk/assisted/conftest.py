"""Lend clerks of two halls."""

import pytest

from tests.web.desk.assisted.clerk import Clerk
from tests.web.desk.people import OTHER, hire


def seated(city, person):
    clerk = Clerk(city.address)
    person.come_in(clerk)
    clerk.person, clerk.login = person, person.login
    return clerk


@pytest.fixture
def clerk(city):
    """Somebody at a window of the usual hall."""
    clerk = seated(city, hire(city.kaiban))
    yield clerk
    clerk.close()


@pytest.fixture
def colleague(city):
    """Somebody else there."""
    clerk = seated(city, hire(city.kaiban))
    yield clerk
    clerk.close()


@pytest.fixture
def elsewhere(city):
    """Somebody in another hall."""
    clerk = seated(city, hire(city.kaiban, hall=OTHER))
    yield clerk
    clerk.close()
