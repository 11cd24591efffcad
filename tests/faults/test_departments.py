"""A department that goes away delays its own link and the links that need it, and nobody else."""

import pytest

from tests.city import ENDED, SERVE
from tests.waiting import until

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600)]


@pytest.fixture
def city(found):
    city = found()
    city.start(*SERVE)
    city.wait_until_ready()
    return city


def links(city, no):
    return {link.name: link.state.value for link in city.kaiban.cases.read(no).links}


def ended(city, no):
    return city.kaiban.cases.read(no).state.value in ENDED


def test_a_department_that_is_away_delays_only_its_own_link(city):
    city.hall.stop("bank")
    no = city.handed_in(1)
    others = set(links(city, no)) - {"bank"}
    until(lambda: all(links(city, no)[name] == "done" for name in others), 120, city.log)
    assert links(city, no)["bank"] != "done"
    city.hall.start("bank")
    until(lambda: ended(city, no), 120, city.log)
    assert links(city, no)["bank"] == "done"


def test_a_registration_that_is_away_delays_all_that_need_it(city):
    city.hall.stop("registration")
    no = city.handed_in(1)
    early = {"social_insurance", "housing_fund"}
    until(lambda: all(links(city, no)[name] == "pre_registered" for name in early), 120, city.log)
    waiting = {"seal", "tax", "bank"}
    assert {links(city, no)[name] for name in waiting} == {"waiting"}
    city.hall.start("registration")
    until(lambda: ended(city, no), 120, city.log)
    assert set(links(city, no).values()) == {"done"}


def test_departments_that_die_and_come_back_at_once_are_not_noticed(city):
    numbers = [city.handed_in(seed) for seed in range(3)]
    for name in city.hall.names:
        city.hall.restart(name)
    until(lambda: all(ended(city, no) for no in numbers), 180, city.log)
    commits = [(c.enterprise, c.department, c.step) for c in city.hall.commits()]
    assert len(commits) == len(set(commits))
    assert all(set(links(city, no).values()) == {"done"} for no in numbers)
