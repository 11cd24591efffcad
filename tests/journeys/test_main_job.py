import json
from collections import Counter

import pytest

from kaiban.documents.package.verify import verify_file
from tests.journeys.city import playing
from tests.journeys.hours import recounted

LINKS = ["registration", "seal", "tax", "bank", "social_insurance", "housing_fund"]
STEPS = {
    ("registration", "main"), ("seal", "main"), ("tax", "main"), ("bank", "main"),
    ("social_insurance", "pre"), ("social_insurance", "confirm"),
    ("housing_fund", "pre"), ("housing_fund", "confirm"),
}  # fmt: skip


@pytest.fixture
def city(tmp_path, database_url):
    """A city whose departments take the time that departments take; on both databases."""
    with playing(tmp_path, database_url) as city:
        yield city


def test_one_form_opens_a_company_in_six_departments_within_five_hours(city):
    city.prints = True
    no = city.submit(city.form())
    case = city.follow(no)

    assert case["status"] == "completed"
    assert [link["name"] for link in case["links"]] == LINKS
    assert set(city.states(no).values()) == {"done"}
    assert all(link["receipt"] for link in case["links"])
    assert case["elapsed"]["working_minutes"] <= case["promise"]["working_minutes"] == 300
    _every_application_took_effect_once(city)
    _the_hours_follow_from_the_events(city, case)
    _the_package_is_sound(city, case)


def _every_application_took_effect_once(city):
    effects = Counter(
        (each.enterprise, each.department, each.step) for each in city.hall.commits()
    )
    assert set(effects.values()) == {1}
    assert {(department, step) for _, department, step in effects} == STEPS


def _the_hours_follow_from_the_events(city, case):
    ledger = {who: minutes for who, minutes in case["ledger"].items() if minutes}
    assert recounted(city.events(case["case_no"]), LINKS) == ledger
    assert sum(ledger.values()) == case["elapsed"]["wall_minutes"] > 60


def _the_package_is_sound(city, case):
    no, version = case["case_no"], case["package"]
    archive = verify_file(city.package(no, "zip"))
    assert archive.ok, archive.findings
    told = json.loads(city.package(no, "json"))
    assert archive.summary == told == verify_file(city.package(no, "pdf")).summary
    assert (told["complete"], told["gaps"]) == (True, [])
    assert told["company"]["credit_code"] == case["facts"]["credit_code"]
    assert told["verify"]["code"] == version["verify_code"]
    assert told["hours"]["working_minutes"] == case["elapsed"]["working_minutes"]
    assert {document["link"] for document in told["documents"]} <= set(LINKS)


def test_the_same_form_handed_in_twice_with_one_key_opens_one_company(city):
    form, headers = city.form(), {"Idempotency-Key": "once"}
    first = city.ask("POST", "/cases", json=form, headers=headers)
    again = city.ask("POST", "/cases", json=form, headers=headers)
    assert first == again
    city.follow(first["case_no"])
    assert len(city.hall.commits()) == len(STEPS)


def test_everything_wrong_with_a_form_is_told_at_once_and_no_department_hears_of_it(city):
    form = city.form()
    del form["company"]["capital"]["amount"]
    form["people"]["legal_rep"]["mobile"] = "123"
    form["tax"]["invoice"]["limit"] = 10**9
    answer = city.hand_in(form)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/company/capital/amount", "/people/legal_rep/mobile", "/tax/invoice/limit",
    ]  # fmt: skip
    city.pass_time(minutes=10)
    assert [city.hall.stub(name).store.journal() for name in city.hall.names] == [[]] * 6
