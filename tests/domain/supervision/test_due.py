"""The cards of a case against the clock oracle: counted minute by minute from its events, sharing nothing with the domain."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.cases.link import ALLOWED
from kaiban.domain.cases.link import LinkState as S
from kaiban.domain.city import City, Hall
from kaiban.domain.hours.cards import Cause, Level
from kaiban.domain.hours.clock import Promise
from kaiban.domain.notices.notice import Defect
from kaiban.domain.supervision.due import due_of, given_from, not_given
from tests.domain.halls import HALL, at
from tests.domain.minute_oracle import BEGINNING, minute_number, open_minutes
from tests.storage.samples import sample_case

PROMISE = Promise(
    "city", "五小时", timedelta(hours=5),
    link_limits={"tax": timedelta(minutes=90), "registration": timedelta(minutes=45)},
)  # fmt: skip
CITY = City("shifan", "示范市", "990100", {"center": Hall("center", "市大厅", HALL)}, {"city": PROMISE})  # fmt: skip
STANDING = {"waiting", "needs_correction", "done", "refused", "cancelled"}


#: Seconds between one thing and the next, at most.
LONG, SHORT = (20, 400, 3000, 20000, 90000), (20, 200, 600)


def lived(seed, pauses=LONG):
    """A case to which all kinds of things happened, over some days around the weekend, or within a morning."""
    dice = random.Random(seed)
    begins = 2 * 86400 if pauses is LONG else 3600
    moment = at("2026-03-05 08:50") + timedelta(seconds=dice.randrange(begins))
    case = sample_case(at=moment)
    for _ in range(dice.randrange(14)):
        moment += timedelta(seconds=dice.choice(pauses) * dice.random())
        link = dice.choice(case.links)
        step = link.current
        if choices := sorted(ALLOWED[step.state]):
            case.move(link, step, dice.choice(choices), moment)
    return case


def oracle(case, until):
    """(level, subject, first minute by which it is due) for every card due by then."""
    events, found = list(case.events), {}
    counts = {"case": 0, "tax": 0, "registration": 0}
    after = {("notice", "case"): 210, ("yellow", "case"): 270, ("red", "case"): 300, ("yellow", "tax"): 91, ("yellow", "registration"): 46}  # fmt: skip
    states = {}
    for minute in range(minute_number(case.accepted_at), minute_number(until) + 1):
        for (level, subject), wanted in after.items():
            if counts[subject] == wanted:
                found.setdefault((level, subject), minute)
        while events and minute_number(events[0].at) <= minute:
            event = events.pop(0)
            if event.kind == "step":
                states[event.link, event.step] = event.after
        if open_minutes()[minute]:
            values = set(states.values())
            counts["case"] += not ("needs_correction" in values and values <= STANDING)
            for name in ("tax", "registration"):
                there = {each for (link, _), each in states.items() if link == name}
                counts[name] += bool(there & {"submitted", "in_review"})
    return found


@pytest.mark.parametrize("seed", range(120))
def test_every_card_falls_due_at_the_minute_the_oracle_counts(seed):
    case = lived(seed)
    until = case.events[-1].at + timedelta(days=6)
    cards = {
        (each.card.level, each.card.subject): minute_number(each.at)
        for each in due_of(case, CITY)
        if each.at <= until
    }
    assert cards == oracle(case, until)


def test_the_oracle_and_its_cases_are_worth_something():
    levels = [key for seed in range(120) for key in oracle(lived(seed), at("2026-03-20 12:00"))]
    for key in (("red", "case"), ("yellow", "tax"), ("yellow", "registration")):
        assert levels.count(key) > 3
    assert levels.count(("red", "case")) < 120, "some stand still"
    assert minute_number(BEGINNING) == 0


def test_a_case_that_has_ended_earns_nothing_more():
    case = sample_case(at=at("2026-03-05 09:00"))
    case.complete(1, at("2026-03-05 14:00"))
    levels = [each.card.level for each in due_of(case, CITY)]
    assert levels == [Level.NOTICE], "three and a half hours were used"


def test_a_second_notice_about_what_could_be_seen_the_first_time_is_a_red_card():
    case = sample_case(at=at("2026-03-05 09:00"))
    case.ask([Defect("/company/name", "name", "请改")], at("2026-03-05 09:30"))
    case.notices[0] = case.notices[0].answered(at("2026-03-05 09:40"))
    case.ask([Defect("/company/capital", "capital", "请改")], at("2026-03-05 09:50"))
    [due] = [each for each in due_of(case, CITY) if each.card.cause is Cause.SECOND_NOTICE]
    assert (due.at, due.card.level, due.card.occasion) == (at("2026-03-05 09:50"), Level.RED, "2")


def test_a_card_is_given_once_whatever_the_promise_becomes():
    case = sample_case(at=at("2026-03-05 09:00"))
    facts = {"cause": "promise", "occasion": ""}
    case.note("card", at("2026-03-05 14:00"), "system", code="notice", facts=facts)
    longer = replace(
        CITY, promises={"city": Promise("city", "六小时", timedelta(hours=6), link_limits={})}
    )
    for city in (CITY, longer):
        left = [each.card.level for each in not_given(case, due_of(case, city))]
        assert left == [Level.YELLOW, Level.RED]


def test_while_the_package_is_being_made_a_card_waits_less_than_a_minute():
    case = sample_case(at=at("2026-03-05 09:00"))
    due = due_of(case, CITY)[0]
    assert given_from(case, due) == due.at
    case.package_due = due.at
    wait = given_from(case, due) - due.at
    assert timedelta(0) < wait < timedelta(minutes=1)


def test_where_hall_or_promise_are_gone_there_are_no_cards():
    case = sample_case(at=at("2026-03-05 09:00"))
    for gone in (replace(CITY, halls={}), replace(CITY, promises={})):
        assert due_of(case, gone) == []
    assert S.WAITING in {step.state for _, step in case.steps()}
