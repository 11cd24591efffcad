"""A request with a key has one effect, however often it comes, and always the same answer."""

from dataclasses import replace

import pytest
from flask import Response
from sqlalchemy import select

from kaiban.api import app
from kaiban.api.app import routes_of
from kaiban.api.routes import SCOPES, Keyed
from kaiban.ports import New
from kaiban.storage.schema import idempotency
from tests.api.serving import GRANTED, NAME
from tests.api.test_routes import problem
from tests.orchestrator.driver import START

HOOK = {"url": "https://93.184.215.14/hook"}
#: Behind a token, and yet nothing is changed.
PURE = {"/form/check"}


def again(served, method, path, body=None, **more):
    """The answers of a request that is sent twice under one key."""
    return [served.call(method, path, body, key="once", **more) for _ in range(2)]


def same(answers):
    first, second = answers
    assert first.status_code == second.status_code < 300, (first.get_json(), second.get_json())
    assert first.data == second.data
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    its_own = {"X-Request-Id", "Idempotency-Replayed", "RateLimit"}
    told = [[each for each in answer.headers if each[0] not in its_own] for answer in answers]
    assert sorted(told[0]) == sorted(told[1])
    return first.get_json()


def test_whatever_changes_something_may_be_named(served):
    for prefix, routes in routes_of().items():
        for route in routes:
            changes = route.method != "GET" and route.policy in SCOPES
            named = changes and route.rule not in PURE
            assert (route.keyed is not Keyed.NOT) == named, route.rule
            told = served.app.test_client().get("/api/v1/openapi.json").get_json()
            operation = told["paths"][prefix + route.path][route.method.lower()]
            [key] = [p for p in operation["parameters"] if p["name"] == "Idempotency-Key"] or [{}]
            assert bool(key) == named
            assert key.get("required", False) == (route.rule == "/cases" and named)


def test_a_case_is_withdrawn_once_and_told_twice(served):
    no = served.open()
    told = same(again(served, "POST", f"/cases/{no}/withdraw"))
    assert told["withdrawing"]
    assert told["status_title"] == "撤回中"
    assert problem(served.call("POST", f"/cases/{no}/withdraw")) == "conflict"


def test_a_correction_sent_again_gets_the_first_answer(served):
    served.driver.departments["registration"].answers = [NAME, GRANTED]
    no = served.open()
    served.driver.turn()
    [notice] = served.call("GET", f"/cases/{no}").get_json()["notices"]
    body = {"changes": {"/company/name/trade_name": "晨光"}, "version": notice["version"]}
    same(again(served, "PATCH", f"/cases/{no}/form", body))
    assert problem(served.call("PATCH", f"/cases/{no}/form", body)) == "changed"


def test_a_subscription_is_made_once_and_its_secret_told_again(served):
    boss = served.token("boss", "webhooks")
    told = same(again(served, "POST", "/webhooks", HOOK, token=boss))
    assert told["secret"].startswith("whsec_")
    kept = served.call("GET", "/webhooks", token=boss).get_json()["webhooks"]
    assert [each["id"] for each in kept] == [told["id"]]
    same([served.call("DELETE", f"/webhooks/{told['id']}", token=boss, key="gone") for _ in "12"])


def test_no_header_is_kept_that_the_route_does_not_declare(served, monkeypatch):
    def withdraw_case(no):
        return Response("{}", headers={"Location": f"/cases/{no}", "X-Applicant": "王一"})

    declared = {
        prefix: [replace(each, view=withdraw_case, sends=("Location",)) if each.endpoint == "withdraw_case" else each for each in found]
        for prefix, found in routes_of().items()
    }  # fmt: skip
    monkeypatch.setattr(app, "routes_of", lambda: declared)
    client = app.create_api(served.app.extensions["kaiban"]).test_client()
    headers = {"Authorization": f"Bearer {served.alice}", "Idempotency-Key": "once"}
    first, second = (client.post("/api/v1/cases/KB1/withdraw", headers=headers) for _ in range(2))
    assert "X-Applicant" in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    with served.driver.database.reading() as connection:
        [kept] = connection.scalars(select(idempotency.c.headers))
    assert kept.keys() == {"Content-Type", "Location"}


def test_two_complaints_under_two_keys_are_two_requests(served):
    no = served.open()
    words = {"text": "没有人接电话"}
    told = same(again(served, "POST", f"/cases/{no}/complaints", words))
    other = served.call("POST", f"/cases/{no}/complaints", {"text": "还是没有"}, key="twice")
    assert other.get_json()["number"] != told["number"]


def test_a_key_is_for_one_body_at_one_address(served):
    no = served.open()
    again(served, "POST", f"/cases/{no}/complaints", {"text": "没有人接电话"})
    path = f"/cases/{no}/complaints"
    assert problem(served.call("POST", path, {"text": "别的"}, key="once")) == "key-reused"
    assert problem(served.call("POST", f"/cases/{no}/withdraw", key="once")) == "key-reused"
    bob = served.token("bob", "cases:all")
    other = served.call("POST", path, {"text": "别的"}, key="once", token=bob)
    assert other.status_code == 200, "everybody's keys are their own"


def test_a_refused_request_gives_its_key_back(served):
    no = served.open()
    path = f"/cases/{no}/complaints"
    assert problem(served.call("POST", path, {"text": ""}, key="once")) == "defects"
    assert served.call("POST", path, {"text": "没有人接电话"}, key="once").status_code == 200


def test_who_comes_while_the_first_is_being_answered_waits(served):
    no = served.open()
    path = f"/cases/{no}/withdraw"
    seen = []
    read = served.driver.office.cases.read

    def impatient(number):
        if not seen:
            seen.append(None)
            seen[0] = served.app.test_client().post(
                f"/api/v1{path}",
                headers={"Authorization": f"Bearer {served.alice}", "Idempotency-Key": "once"},
            )
        return read(number)

    served.driver.office.cases.read = impatient
    assert served.call("POST", path, key="once").status_code == 200
    assert problem(seen[0]) == "in-progress"
    assert seen[0].headers["Retry-After"] == "2"


def test_after_a_death_between_deed_and_answer_the_request_is_judged_anew(served):
    no = served.open()
    path = f"/cases/{no}/withdraw"
    keep = served.keys.keep
    served.keys.keep = lambda *_: (_ for _ in ()).throw(MemoryError)
    assert problem(served.call("POST", path, key="once")) == "internal"
    served.keys.keep = keep
    assert problem(served.call("POST", path, key="once")) == "in-progress"
    served.now = START + served.patience
    assert problem(served.call("POST", path, key="once")) == "conflict"
    assert isinstance(served.keys.begin("alice", "once", "f", served.now), New)


@pytest.mark.parametrize("key", ["", " ", '""', "a,b", "x" * 256, "ä"])
def test_a_key_that_is_none_is_refused_everywhere(served, key):
    no = served.open()
    headers = {"Idempotency-Key": key}
    answer = served.call("POST", f"/cases/{no}/withdraw", headers=headers)
    assert problem(answer) in {"bad-request", "key-missing"}
    assert not served.driver.case(no).withdrawing


def test_what_changes_nothing_is_answered_anew(served):
    for _ in range(2):
        answer = served.call("POST", "/form/check", {}, key="once")
        assert answer.status_code == 200
        assert "Idempotency-Replayed" not in answer.headers
