import json
from collections import Counter

import pytest

from kaiban.documents.package.verify import verify_file


def test_a_refusal_by_the_bank_leaves_a_package_that_shows_the_gap(city):
    city.prints = True
    no = city.submit(city.form("测试驳回银行"), "registration", "bank")
    case = city.follow(no)
    assert case["status"] == "completed_partly"
    assert city.states(no) == {"registration": "done", "bank": "refused"}
    assert verify_file(city.package(no, "zip")).ok
    told = json.loads(city.package(no, "json"))
    assert told["complete"] is False
    (gap,) = told["gaps"]
    assert (gap["link"], gap["reason"]) == ("bank", city.link(no, "bank")["reason"])
    assert gap["next_step"]


def test_a_refusal_by_the_registration_takes_back_what_was_registered_before(city):
    no = city.submit(city.form("测试驳回登记"))
    case = city.follow(no)
    assert (case["status"], case["facts"]) == ("refused", {})
    states = city.states(no)
    assert states.pop("registration") == "refused"
    assert set(states.values()) == {"cancelled"}
    reasons = {link["name"]: link["steps"][0]["status"] for link in case["links"]}
    assert reasons["social_insurance"] == reasons["housing_fund"] == "cancelled"
    gone = {c.department for c in city.hall.commits()}
    assert gone <= {"social_insurance", "housing_fund"}


@pytest.mark.parametrize(
    ("aim", "department"),
    {"登记": "registration", "公章": "seal", "税务": "tax", "银行": "bank",
     "社保": "social_insurance", "公积金": "housing_fund"}.items(),
)  # fmt: skip
def test_an_answer_that_is_lost_is_looked_up_and_nothing_is_applied_for_twice(
    city, aim, department
):
    no = city.submit(city.form(f"测试超时{aim}"), *dict.fromkeys(["registration", department]))
    case = city.follow(no)
    assert case["status"] == "completed"
    changes = [
        (e["before"], e["after"]) for e in city.events(no, "step") if e["link"] == department
    ]
    assert ("sending", "unknown") in changes
    assert ("unknown", "ready") not in changes
    effects = Counter((c.department, c.step) for c in city.hall.commits())
    assert set(effects.values()) == {1}
