"""Complaints over HTTP: raised, seen with their steps, and answered by whether they are settled."""

import pytest

from kaiban.domain.complaint import ComplaintStep, StepKind

WORDS = {"text": "两天没有答复"}


@pytest.fixture
def no(served):
    return served.open()


def complain(served, no, body, **more):
    return served.call("POST", f"/cases/{no}/complaints", body, **more)


def listed(served, no):
    return served.call("GET", f"/cases/{no}/complaints").get_json()["complaints"]


def answer(served, no):
    """Let staff have answered it."""
    door = served.app.extensions["kaiban"].complaints
    for kind in (StepKind.ASSIGNED, StepKind.ANSWERED):
        with door.opened(no, 1) as (tx, case, found):
            step = ComplaintStep(kind, case.events[-1].at, "w1", "已查清。")
            door.take(tx, case, found, step, days=1, owner="w1")
    return listed(served, no)[0]["version"]


def reply(served, no, **said):
    return served.call("POST", f"/cases/{no}/complaints/1/reply", said)


def test_a_program_complains_and_reads_what_was_done(served, no):
    told = complain(served, no, WORDS).get_json()
    assert (told["number"], told["state"], told["source"]) == (1, "received", "api")
    assert complain(served, no, WORDS).get_json()["number"] == 1
    version = answer(served, no)
    [found] = listed(served, no)
    assert (found["answer"], found["owner"]) == ("已查清。", "w1")
    assert [each["kind"] for each in found["steps"]] == ["raised", "assigned", "answered"]
    assert reply(served, no, satisfied=False, text="", version=version).status_code == 422
    again = reply(served, no, satisfied=False, text="没有", version=version)
    assert again.get_json()["state"] == "in_hand"
    assert reply(served, no, satisfied=True, version=version).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"text": " "}, 422), ({"text": 1}, 400), ({**WORDS, "who": "x"}, 400), ({**WORDS, "phone": "1"}, 422)],
)  # fmt: skip
def test_what_is_wrong_with_a_complaint_is_said(served, no, body, status):
    assert complain(served, no, body).status_code == status
    assert listed(served, no) == []


def test_what_is_not_there_and_what_is_somebody_elses_answers_alike(served, no):
    assert reply(served, no, satisfied=True, version="1").status_code == 404
    other = served.token("bob", "cases:read", "cases:write")
    assert complain(served, no, WORDS, token=other).status_code == 404
    assert reply(served, no, satisfied="yes", version="1").status_code == 400
