"""Entering a department's result over HTTP."""

import base64

from marshmallow import Schema, fields

from kaiban.domain.cases.number import case_number
from kaiban.ports import Unknown
from tests.api.serving import GRANTED

NOBODY = case_number("990100", "20260304", 777)
PDF = base64.b64encode(b"%PDF-1.7").decode()


def at_the_window(served):
    """Open a case whose registration nobody can look up: the window must say how it stands."""
    adapter = served.driver.departments["registration"]
    adapter.manifest = type(adapter.manifest)(**{**vars(adapter.manifest), "lookup": "none"})
    adapter.answers = [Unknown("?")]
    adapter.Result = Schema.from_dict({"credit_code": fields.String(required=True)})
    no = served.open()
    served.driver.turn()
    served.window = served.token("window", "cases:all")
    return no


def post(served, no, body, link="registration", **more):
    more.setdefault("token", served.window)
    return served.call("POST", f"/cases/{no}/links/{link}/result", body, **more)


def test_what_a_program_enters_is_recorded_under_its_own_name_whoever_it_says_did(served):
    no = at_the_window(served)
    document = {"name": "执照.pdf", "title": "营业执照", "content": PDF}
    body = {
        "outcome": "done", "by": "王工", "number": "N-1",
        "result": dict(GRANTED.result), "documents": [document],
    }  # fmt: skip
    answer = post(served, no, body)
    assert answer.status_code == 200, answer.get_json()
    (link,) = [x for x in answer.get_json()["links"] if x["name"] == "registration"]
    assert (link["status"], link["receipt"]) == ("done", "N-1")
    assert answer.get_json()["facts"] == {"credit_code": "91X"}
    case = served.driver.case(no)
    assert case.documents["registration"][0].content == b"%PDF-1.7"
    assert [e.actor for e in case.events if e.after == "done"] == ["window:window"]
    again = post(served, no, body)
    assert [e["code"] for e in again.get_json()["errors"]] == ["decision.not_manual"]


def test_every_defect_of_shape_and_sense_is_told_with_its_pointer(served):
    no = at_the_window(served)
    shapes = {
        "by": 5, "result": [], "nonsense": 1, "items": [{"path": "x"}],
        "documents": [{"name": "a.pdf", "title": "a", "content": "not base64!"}],
    }  # fmt: skip
    answer = post(served, no, shapes)
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.get_json()["errors"]} == {
        "/outcome", "/result", "/nonsense", "/items/0/message", "/documents/0/content",
    }  # fmt: skip
    answer = post(served, no, {"outcome": "refused", "by": "王工", "number": "x"})
    assert {e["pointer"] for e in answer.get_json()["errors"]} == {"/reason", "/number"}


def test_only_who_may_act_for_all_may_enter_and_only_for_a_link_there_is(served):
    no = at_the_window(served)
    body = {"outcome": "received", "by": "王工"}
    assert post(served, no, body, token=served.alice).status_code == 403
    for number, link in ((no, "moon"), (NOBODY, "registration"), ("x", "registration")):
        assert post(served, number, body, link).status_code == 404
    assert post(served, no, b"[]").status_code == 400
    assert post(served, no, body).status_code == 200


def test_a_scan_larger_than_any_form_is_taken(served):
    no = at_the_window(served)
    content = base64.b64encode(b"%PDF-" + bytes(3 * 1024 * 1024)).decode()
    document = {"name": "a.pdf", "title": "a", "content": content}
    body = {
        "outcome": "done",
        "by": "王工",
        "result": dict(GRANTED.result),
        "documents": [document],
    }
    assert post(served, no, body).status_code == 200


def test_it_is_described(served):
    told = served.client.get("/api/v1/openapi.json").get_json()
    assert "/api/v1/cases/{no}/links/{name}/result" in told["paths"]
    assert "done" in told["components"]["schemas"]["Entered"]["properties"]["outcome"]["enum"]
