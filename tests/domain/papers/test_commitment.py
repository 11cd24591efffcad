"""A commitment is offered where its condition stands; a case's events tell what became of it; wrong profiles are refused."""

from datetime import UTC, date, datetime

import pytest

from kaiban.domain.cases.event import Event
from kaiban.domain.papers.commitment import Check, given
from kaiban.domain.papers.commitment_profile import read_commitments
from kaiban.domain.papers.obligation import Lapse

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
RAW = {
    "title": "住所承诺", "version": "2", "text": "住所真实。", "departments": ["registration"], "working_days": 20,
}  # fmt: skip
FACTS = {"commitment": "2", "words": "住所真实。", "due": "2026-04-01", "follows": "notice"}


def read(**more):
    [found] = read_commitments({"premises": {**RAW, **more}})
    return found


def test_a_profile_says_what_may_be_declared():
    found = read(follows="withdraw", earlier=[{"version": "1", "text": "原来的话"}])
    assert (found.key, found.working_days, found.follows) == (
        "commitment-premises", 20, Lapse.WITHDRAW,
    )  # fmt: skip
    assert (found.words("2"), found.words("1"), found.words("0")) == ("住所真实。", "原来的话", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"version": 3}, {"text": "长" * 2001}, {"departments": []}, {"departments": "registration"},
        {"working_days": 0}, {"working_days": True}, {"follows": "fine"}, {"when": {"premises.tenure": 1}}, {"moon": 1},
        {"earlier": [{"version": "2", "text": "别的话"}]},
    ],
)  # fmt: skip
def test_wrong_settings_are_named(wrong):
    with pytest.raises(ValueError, match=r"commitments\.premises"):
        read(**wrong)


def test_a_name_that_would_not_fit_an_address_is_refused():
    with pytest.raises(ValueError, match="small letters"):
        read_commitments({"Premises!": RAW})


@pytest.mark.parametrize(
    ("form", "links", "offered"),
    [
        ({"premises": {"tenure": "own"}}, ("registration", "seal"), True),
        ({"premises": {"tenure": "own"}}, ("seal",), False),
        ({"premises": {"tenure": "lease"}}, ("registration",), False),
        ({}, ("registration",), False),
    ],
)
def test_it_is_offered_for_its_links_and_answers_alone(form, links, offered):
    assert read(when={"premises.tenure": "own"}).applies(form, links) is offered


def test_the_events_tell_what_was_declared_and_what_was_found():
    events = [Event("committed", AT, "applicant", code="commitment-premises", text="住所承诺", facts=FACTS)]  # fmt: skip
    [one] = given(events)
    assert (one.version, one.words, one.due, one.state) == (
        "2", "住所真实。", date(2026, 4, 1), "待核查",
    )  # fmt: skip
    events.append(Event("commitment_false", AT, "w1", code="commitment-premises", text="无此门牌"))
    [one] = given(events)
    assert (one.check, one.reason, one.state) == (Check.FALSE, "无此门牌", "核查不实")


def test_a_check_of_what_nobody_declared_is_nothing():
    assert given([Event("commitment_true", AT, "w1", code="commitment-x")]) == []
