"""What counts as a difference between a case and its replay."""

import pytest

from kaiban.domain.cases.exchange import Exchange, Message
from kaiban.domain.cases.plan import Plan
from kaiban.domain.cases.replay import compare
from tests.domain.cases.test_case import CODE, LATER, REGISTRATION, SEAL, START, accepted, go


def said(errand, outcome, code="", asked=(), link="registration"):
    told = tuple(Message("POST /x", 200, 5, dict.fromkeys(names, "***"), {}) for names in asked)
    return Exchange(link, "main", 1, errand, START, 1, outcome, code, 5, "", told)


SENT = said("send", "Pending", asked=[("name",), ("name", "capital")])
GRANTED = said("look", "Done")
THEN = [SENT, said("look", "Pending"), GRANTED]


def played(*states, code=""):
    case, _ = accepted(REGISTRATION)
    go(case, "registration", *states)
    case.link("registration").current.reason_code = code
    return case


def differences(said_now, *states, said_then=THEN, code=""):
    then = played("sending", "done")
    [found] = compare(then, said_then, played(*states, code=code), said_now)
    return found.differences


@pytest.mark.parametrize(
    "now",
    [
        THEN,
        [SENT, GRANTED],
        [
            SENT,
            said("look", "Pending"),
            said("callback", "Hint"),
            said("look", "Pending"),
            GRANTED,
        ],
        [said("send", "Pending", asked=[("capital", "name")]), GRANTED],
    ],
)
def test_how_often_and_when_is_chance(now):
    assert differences(now, "sending", "done") == ()


def test_another_end_is_told_with_its_code():
    found = differences([SENT, said("look", "Rejected", "R09")], "sending", "refused", code="R09")
    assert found == (
        "结果：done → refused R09",
        "往来：发送 Pending，查询 Done → 发送 Pending，查询 Rejected R09",
    )


def test_a_lost_answer_in_between_is_told():
    found = differences([said("send", "Unknown"), said("look", "Done")], "sending", "done")
    assert any("发送 Unknown" in line for line in found)


def test_fields_that_came_or_went_are_named():
    now = said("send", "Pending", asked=[("name", "phone")])
    assert differences([now, GRANTED], "sending", "done") == (
        "少了字段：capital",
        "多了字段：phone",
    )


def test_what_was_not_kept_is_not_held_against_it():
    assert differences(THEN, "sending", "done", said_then=[]) == ()
    assert differences(THEN, "sending", "refused", said_then=[]) == ("结果：done → refused",)


def test_only_what_is_played_again_is_compared():
    then, _ = accepted(REGISTRATION, SEAL)
    go(then, "registration", "sending", "done", at=LATER)
    assert [each.link for each in compare(then, THEN, played("sending", "done"), THEN)] == [
        "registration"
    ]


def test_a_link_brings_whoever_provides_what_it_waits_for():
    assert CODE in SEAL.steps[0].requires
    plan = Plan.of((REGISTRATION, SEAL), {})
    assert plan.with_providers(["seal"]) == {"registration", "seal"}
    assert plan.with_providers(["registration"]) == {"registration"}
