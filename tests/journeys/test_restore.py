"""After a restore no number is issued again, nothing is applied for twice, and no company gets another's.

The departments know what the restored database has forgotten; their commit oracle is the judge.
"""

import json
from collections import Counter
from datetime import timedelta

import pytest

from kaiban.domain.cases.number import epoch_of
from kaiban.orchestrator.reporting.departments import standings
from tests.combinations import on_one
from tests.journeys.city import playing
from tests.journeys.drill import Drill


@pytest.fixture
def city(tmp_path, database_url):
    with playing(tmp_path, database_url, pace=20) as city:
        yield city


def effects(city):
    """What took effect at the departments, by company, department and step."""
    return Counter((each.enterprise, each.department, each.step) for each in city.hall.commits())


def keys(city, no):
    """Under which keys the departments were spoken to about a case."""
    case = city.kaiban.cases.read(no)
    return {(link.name, step.name): step.ref["key"] for link, step in case.steps()}


def results(city, no):
    case = city.kaiban.cases.read(no)
    return {link.name: (link.receipt, link.result) for link in case.links}


def breakers(city):
    return {name: each["state"] for name, each in standings(city.kaiban.office).items()}


@on_one("sqlite")
def test_a_case_handed_in_after_a_restore_gets_nothing_of_one_the_database_has_lost(city):
    drill = Drill(city)
    drill.save()
    lost = city.submit(city.form("晨光"))
    city.follow(lost)
    theirs, their_keys = results(city, lost), keys(city, lost)
    drill.restore()

    ours = city.submit(city.form("暮云", seed=8))
    case = city.follow(ours)

    assert ours != lost
    assert epoch_of(ours) == 1
    assert set(keys(city, ours).values()).isdisjoint(their_keys.values())
    assert case["status"] == "completed", city.states(ours)
    assert set(breakers(city).values()) == {"closed"}
    assert set(effects(city).values()) == {1}
    told = json.dumps([results(city, ours), case], ensure_ascii=False, default=str)
    assert theirs["registration"][1]["credit_code"] not in told
    for receipt, _ in theirs.values():
        assert receipt not in told
    assert "晨光" not in told
    assert city.call("GET", f"/cases/{lost}").status_code == 404


# Two cases through all six departments, twice: long on a busy machine.
@pytest.mark.timeout(600)
@on_one("postgresql")
def test_cases_under_way_when_the_backup_was_made_end_as_the_departments_know_them(city):
    drill = Drill(city)
    early = city.submit(city.form("早到"))
    city.until(early, lambda case: "credit_code" in case.facts)
    late = city.submit(city.form("晚来", seed=8))
    stopped = {
        step.state.value for no in (early, late) for _, step in city.kaiban.cases.read(no).steps()
    }
    assert {"ready", "waiting", "done"} <= stopped
    drill.save()
    before = {}
    for no in (early, late):
        city.follow(no)
        before[no] = results(city, no)
    drill.restore()

    for no in (early, late):
        case = city.follow(no)
        assert case["status"] == "completed", city.states(no)
        assert results(city, no) == before[no]
    assert {effect: count for effect, count in effects(city).items() if count > 1} == {}
    assert set(breakers(city).values()) == {"closed"}


@on_one("sqlite")
def test_what_nobody_sent_before_the_restore_is_sent_once_it_is_known_not_to_be_there(city):
    drill = Drill(city)
    no = city.submit(city.form("晚来"))
    drill.save()
    drill.restore()
    began = city.hall.clock.now()
    case = city.follow(no)
    assert case["status"] == "completed", city.states(no)
    assert set(effects(city).values()) == {1}
    assert city.hall.clock.now() - began < timedelta(hours=8)
