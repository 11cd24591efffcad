"""Figures over frozen facts, against the same counted by hand."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kaiban.domain.cases.states import CaseState
from kaiban.domain.desk.worklist import Source
from kaiban.domain.hours.clock import Promise
from kaiban.domain.statistics.case_facts import CaseFacts
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Scope, Subset
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.schema import case_facts, case_minutes
from kaiban.storage.statistics import SqlFigures, freeze, thaw
from tests.domain.desk.test_worklist import CITY
from tests.storage.samples import MORNING, sample_case

MARCH = date(2026, 3, 1)
GRANTED = {CaseState.COMPLETED, CaseState.COMPLETED_PARTLY}
OUTCOMES = [*GRANTED, CaseState.COMPLETED, CaseState.REFUSED, CaseState.WITHDRAWN]


def some(number, rng):
    """The facts of a case, as good as any."""
    ended = MARCH + timedelta(days=rng.randrange(60))
    used = rng.choice([0, 240, 299, 300, 301, 600, rng.randrange(900)])
    return CaseFacts(
        no=f"KB{number:05}", hall=rng.choice(["main", "east"]), source=rng.choice(list(Source)),
        outcome=rng.choice(OUTCOMES), accepted_on=ended - timedelta(days=rng.randrange(3)), ended_on=ended,
        promised=rng.choice([300, 480]), used=used,
        minutes={"platform": used // 3, "department:tax": used - used // 3, "closed": rng.randrange(1000), "applicant": 7},
        links={name: rng.randrange(200) for name in ("registration", "tax") if rng.random() < 0.8},
        sent_back=rng.randrange(3), level=rng.choice(["", "notice", "yellow", "red"]), provisional=rng.random() < 0.1,
    )  # fmt: skip


@pytest.fixture
def known(database):
    rng = random.Random(20260301)  # the same cases every time
    found = [some(number, rng) for number in range(400)]
    with database.transaction() as connection:
        for each in found:
            freeze(connection, each)
    return found


SCOPES = [
    Scope(MARCH, MARCH + timedelta(days=59)),
    Scope(MARCH, MARCH),
    Scope(MARCH + timedelta(days=3), MARCH + timedelta(days=20), "east"),
    Scope(date(2020, 1, 1), date(2020, 1, 31)),
]


def within(scope, found):
    return [
        each
        for each in found
        if scope.first <= each.ended_on <= scope.last and scope.hall in ("", each.hall)
    ]


@pytest.mark.parametrize("scope", SCOPES)
def test_figures_are_those_of_the_facts(database, known, scope):
    figures, ours = SqlFigures(database), within(scope, known)
    granted = [each for each in ours if each.outcome in GRANTED]
    assert figures.counts(scope) == {
        Subset.GRANTED: len(granted),
        Subset.IN_TIME: sum(each.in_time for each in granted),
        Subset.LATE: sum(not each.in_time for each in granted),
        Subset.YELLOW: sum(each.level == "yellow" for each in ours),
        Subset.RED: sum(each.level == "red" for each in ours),
        Subset.SENT_BACK: sum(each.sent_back > 0 for each in ours),
        Subset.PROVISIONAL: sum(each.provisional for each in ours),
        Subset.REFUSED: sum(each.outcome is CaseState.REFUSED for each in ours),
        Subset.WITHDRAWN: sum(each.outcome is CaseState.WITHDRAWN for each in ours),
    }
    assert figures.times(scope) == Spread.of(each.used for each in granted)
    by_hand = {}
    for each in granted:
        for name, used in each.links.items():
            by_hand.setdefault(name, []).append(used)
    assert figures.links(scope) == {name: Spread.of(used) for name, used in by_hand.items()}
    holders = Counter()
    for each in granted:
        holders.update(each.minutes)
    assert figures.holders(scope) == dict(holders)


def test_every_figure_opens_to_its_cases(database, known):
    figures, scope = SqlFigures(database), SCOPES[0]
    for subset, count in figures.counts(scope).items():
        pages = [figures.cases(scope, subset, start, 30) for start in range(0, 420, 30)]
        found = [row for page in pages for row in page]
        assert len(found) == len({no for no, _, _ in found}) == count, subset
        assert [used for _, used, _ in found] == sorted(
            (used for _, used, _ in found), reverse=True
        )


def test_what_was_written_once_stays_as_it_was(database, known):
    [first, *_] = known
    other = replace(first, used=first.used + 1, links={"bank": 1}, minutes={"window": 1})
    before = SqlFigures(database).times(SCOPES[0]), SqlFigures(database).links(SCOPES[0])
    with database.transaction() as connection:
        freeze(connection, other)
    assert (SqlFigures(database).times(SCOPES[0]), SqlFigures(database).links(SCOPES[0])) == before


def test_a_case_that_goes_on_after_all_has_no_facts(database, known):
    with database.transaction() as connection:
        thaw(connection, known[0].no)
    with database.reading() as connection:
        for table in (case_facts, case_minutes):
            mine = select(func.count()).where(table.c.case_no == known[0].no)
            assert connection.scalar(mine) == 0


EVER = Scope(date(2026, 1, 1), date(2026, 12, 31))


def ended(cases, no, minutes):
    """A case that was granted after so many minutes, as far as anybody counts."""
    case = sample_case(no)
    with cases.transaction() as tx:
        case.complete(1, MORNING + timedelta(minutes=minutes))
        tx.add(case)


def test_the_end_of_a_case_is_counted_and_nothing_later_moves_it(database, keyring):
    cases, figures = SqlCases(database, keyring, city=CITY), SqlFigures(database)
    ended(cases, "KB0001", 90)
    before = figures.cases(EVER, Subset.REFUSED, 0, 9) or figures.cases(EVER, Subset.GRANTED, 0, 9)
    [(no, used, promised)] = before
    assert (no, used, promised) == (
        "KB0001",
        90,
        CITY.promises["city"].working // timedelta(minutes=1),
    )
    # The profile promises something else by now, and the case is written once more.
    other = replace(CITY, promises={"city": Promise("city", "一分钟", timedelta(minutes=1))})
    later = SqlCases(database, keyring, city=other)
    with later.transaction() as tx:
        case = tx.get("KB0001")
        case.note("handed_out", MORNING + timedelta(hours=9), "window")
        tx.save(case)
    assert (
        figures.cases(EVER, Subset.REFUSED, 0, 9) or figures.cases(EVER, Subset.GRANTED, 0, 9)
    ) == before


def test_facts_of_cases_from_before_there_were_any_are_made_once(database, keyring):
    cases = SqlCases(database, keyring, city=CITY)
    for number, minutes in enumerate((30, 60, 90)):
        ended(cases, f"KB000{number}", minutes)
    figures, lines = SqlFigures(database), SqlLines(database, keyring, CITY)
    counts = figures.counts(EVER)
    assert lines.behind() == []
    with database.transaction() as connection:
        for table in (case_facts, case_minutes):
            connection.execute(table.delete())
    assert sum(figures.counts(EVER).values()) == 0
    assert sorted(lines.behind()) == ["KB0000", "KB0001", "KB0002"]
    for no in lines.behind():
        lines.make(no)
    assert (figures.counts(EVER), lines.behind()) == (counts, [])
