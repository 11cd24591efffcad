"""Figures for programs: those of the facts, each with both its numbers and its rule, and to that scope alone."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from kaiban.domain.statistics.marks import MarkKind
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.tickets.waits import REACH
from kaiban.orchestrator.supervisor.figure_list import CLOCK
from kaiban.ports.statistics import Scope
from kaiban.storage.statistics.freezing import freeze
from tests.storage.test_statistics import GRANTED, MARCH, some, within

LAST = MARCH + timedelta(days=59)


@pytest.fixture
def known(served):
    rng = random.Random(20261201)
    found = [some(number, rng) for number in range(120)]
    with served.driver.database.transaction() as connection:
        for each in found:
            freeze(connection, each)
    return found


@pytest.fixture
def ask(served):
    headers = {"Authorization": f"Bearer {served.token('reader', 'statistics:read')}"}

    def ask(path="", first=MARCH, last=LAST, **more):
        query = {"first": first.isoformat(), "last": last.isoformat(), **more}
        return served.client.get(f"/api/v1/statistics{path}", query_string=query, headers=headers)

    return ask


def test_figures_are_those_of_the_facts_with_both_numbers_and_the_rule(ask, known):
    told = ask().get_json()
    granted = [each for each in known if each.outcome in GRANTED]
    assert (told["first"], told["last"], told["hall"], told["clock"]) == (
        MARCH.isoformat(), LAST.isoformat(), "", CLOCK,
    )  # fmt: skip
    figures = {each["name"]: each for each in told["figures"]}
    share = Share(sum(each.used <= each.promised for each in granted), len(granted))
    kept = figures["within_promise"]
    assert (kept["numerator"], kept["denominator"], kept["unit"]) == (
        share.part, share.whole, "percent",
    )  # fmt: skip
    assert Decimal(str(kept["value"])) == share.percent
    assert [Decimal(str(kept["interval"][name])) for name in ("low", "high")] == list(
        share.interval
    )
    times = Spread.of(each.used for each in granted)
    assert figures["working_time_p90"]["value"] == times.percentile(90)
    assert Decimal(str(figures["working_time_median"]["value"])) == times.median
    assert figures["red"]["numerator"] == sum(each.level == "red" for each in known)
    assert all(each["of"] and each["rule"] for each in told["figures"])
    waits = [each["rule"] for name, each in figures.items() if name.startswith("waiting")]
    assert all(rule.endswith(REACH) for rule in waits)
    assert waits
    assert sum(each["granted"] for each in told["trend"]) == len(granted)
    minutes = Counter()
    for each in granted:
        minutes.update(each.minutes)
    assert {each["name"]: each["minutes"] for each in told["holders"]} == dict(minutes)
    tax = [each.links["tax"] for each in granted if "tax" in each.links]
    [its] = [each for each in told["links"] if each["name"] == "tax"]
    assert (its["cases"], its["p90"]) == (len(tax), Spread.of(tax).percentile(90))


def test_what_was_sent_back_is_told_by_place_and_reason(ask, known):
    told = ask("/send-backs").get_json()
    marks = Counter(mark for each in known for mark in each.marks)
    assert (told["ended"], told["unmarked"]) == (len(known), 0)
    assert told["sent_back"] == sum(each.sent_back > 0 for each in known)
    for kind in told["kinds"]:
        its = sum(count for mark, count in marks.items() if mark.kind == kind["kind"])
        cases = sum(any(mark.kind == kind["kind"] for mark in each.marks) for each in known)
        assert (kind["count"], kind["cases"], kind["ended"]) == (its, cases, len(known))
    assert {kind["kind"] for kind in told["kinds"]} == set(MarkKind)
    places = Counter()
    for mark, count in marks.items():
        if mark.kind is MarkKind.DEMAND:
            places[mark.place] += count
    assert {each["place"]: each["count"] for each in told["places"]} == dict(places)


def test_halls_stand_beside_one_another_with_their_numbers(ask, known):
    told = {each["name"]: each for each in ask("/halls").get_json()["halls"]}
    for hall in ("main", "east"):
        its = [each for each in known if each.hall == hall and each.outcome in GRANTED]
        kept = sum(each.used <= each.promised for each in its)
        assert (told[hall]["granted"], told[hall]["within_promise"]) == (len(its), kept)


def test_another_hall_and_other_days_are_other_figures_and_nonsense_is_told(ask, known, served):
    hall = next(iter(served.driver.office.city.halls))
    scope = Scope(MARCH, MARCH + timedelta(days=9), hall)
    told = ask(first=scope.first, last=scope.last, hall=hall).get_json()
    ours = [each for each in within(scope, known) if each.outcome in GRANTED]
    assert (told["hall"], told["figures"][0]["denominator"]) == (hall, len(ours))
    assert ask(hall="nowhere").status_code == 404
    headers = {"Authorization": f"Bearer {served.token('x', 'statistics:read')}"}
    for query in ("first=2026-3-1", "first=soon", "whose=mine"):
        answer = served.client.get(
            f"/api/v1/statistics?{query}",
            headers=headers,
        )
        assert answer.status_code == 400, query


def test_of_few_cases_nothing_is_said_but_how_many(ask, served):
    rng = random.Random(5)
    granted = (each for each in (some(number, rng) for number in range(99)) if each.outcome in GRANTED)  # fmt: skip
    with served.driver.database.transaction() as connection:
        for _ in range(4):
            freeze(connection, next(granted))
    told = ask().get_json()
    assert sum(each["granted"] for each in told["trend"]) == 4
    assert all(each["percent"] is None and each["p90"] is None for each in told["trend"])
    assert all(each["percent"] is None for each in ask("/halls").get_json()["halls"])
