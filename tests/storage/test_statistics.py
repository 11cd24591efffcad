"""Figures over frozen facts, against the same counted by hand."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.clock import Promise
from kaiban.domain.statistics.case_facts import CaseFacts
from kaiban.domain.statistics.marks import Mark, MarkKind
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.statistics.timeline import Leg, Timeline
from kaiban.domain.tickets.ticket import Ticket, TicketState
from kaiban.domain.tickets.waits import waits
from kaiban.ports.statistics import Marked, Scope, Subset
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.schema import case_facts, case_marks, case_minutes, case_timelines, tickets
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.statistics.freezing import freeze, thaw
from tests.domain.desk.test_worklist import CITY
from tests.storage.samples import MORNING, sample_case

MARCH = date(2026, 3, 1)
GRANTED = {CaseState.COMPLETED, CaseState.COMPLETED_PARTLY}
OUTCOMES = [*GRANTED, CaseState.COMPLETED, CaseState.REFUSED, CaseState.WITHDRAWN]


def a_mark(rng):
    place, code = (
        rng.choice(["", "/premises/detail", "/people/holders/*/cert/no"]),
        rng.choice(["", "R01", "R02"]),
    )
    return Mark(rng.choice(list(MarkKind)), rng.choice(["tax", "window"]), place, code)


def some(number, rng):
    """The facts of a case, as good as any."""
    ended = MARCH + timedelta(days=rng.randrange(60))
    used = rng.choice([0, 240, 299, 300, 301, 600, rng.randrange(900)])
    return CaseFacts(
        no=f"KB{number:05}", hall=rng.choice(["main", "east"]),
        outcome=rng.choice(OUTCOMES), accepted_on=ended - timedelta(days=rng.randrange(3)), ended_on=ended,
        promised=rng.choice([300, 480]), used=used,
        minutes={"platform": used // 3, "department:tax": used - used // 3, "closed": rng.randrange(1000), "applicant": 7},
        links={name: rng.randrange(200) for name in ("registration", "tax") if rng.random() < 0.8},
        asked=rng.choice([1, 2, 6]), sent_back=rng.randrange(3), level=rng.choice(["", "notice", "yellow", "red"]), provisional=rng.random() < 0.1,
        timeline=Timeline(f"KB{number:05}", "main", 300, 100, 100 + used, ("tax",), (Leg("department:tax", 110, 100 + used),), ((100, 101 + used),)),
        marks=tuple(a_mark(rng) for _ in range(rng.choice([0, 0, 1, 4]))),
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
        Subset.WITHIN_PROMISE: sum(each.used <= each.promised for each in granted),
        Subset.LATE: sum(each.used > each.promised for each in granted),
        Subset.YELLOW: sum(each.level == "yellow" for each in ours),
        Subset.RED: sum(each.level == "red" for each in ours),
        Subset.SENT_BACK: sum(each.sent_back > 0 for each in ours),
        Subset.PROVISIONAL: sum(each.provisional for each in ours),
        Subset.REFUSED: sum(each.outcome is CaseState.REFUSED for each in ours),
        Subset.WITHDRAWN: sum(each.outcome is CaseState.WITHDRAWN for each in ours),
        Subset.RATED: 0,
        Subset.BADLY_RATED: 0,
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
    kept = {}
    for each in granted:
        share = Share(int(each.used <= each.promised), 1)
        of_hall = kept.setdefault(each.hall, {})
        of_hall[each.asked] = of_hall.get(each.asked, Share(0, 0)).plus(share)
    assert figures.promises_kept(scope) == kept
    came_in = [
        each
        for each in known
        if scope.first <= each.accepted_on <= scope.last and scope.hall in ("", each.hall)
    ]
    lengths = {}
    for each in came_in:
        if each.outcome in GRANTED:
            lengths.setdefault(each.hall, []).append(each.used)
    assert figures.lengths(scope) == {
        hall: (Spread.of(used), Spread({})) for hall, used in lengths.items()
    }


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
        for table in (case_facts, case_marks, case_minutes, case_timelines):
            mine = select(func.count()).where(table.c.case_no == known[0].no)
            assert connection.scalar(mine) == 0


def test_minutes_that_the_release_before_wrote_without_a_day_count_all_the_same_and_get_it(
    database, keyring, known
):
    figures, holder = SqlFigures(database), next(iter(known[0].minutes))
    asked = [
        (figures.links(each), figures.holders(each), figures.held(each, holder, 0, 500))
        for each in SCOPES
    ]
    with database.transaction() as connection:
        some = case_minutes.c.case_no.in_([each.no for each in known[::3]])
        assert connection.execute(update(case_minutes).where(some).values(ended_on=None)).rowcount
    assert asked == [
        (figures.links(each), figures.holders(each), figures.held(each, holder, 0, 500))
        for each in SCOPES
    ]
    # None of these has its case any more; the facts have outlived it.
    lines = SqlLines(database, keyring, CITY)
    for no in lines.behind():
        lines.make(no)
    assert lines.behind() == []
    days = select(case_minutes.c.case_no, case_minutes.c.ended_on).distinct()
    with database.reading() as connection:
        assert {(each.no, each.ended_on.isoformat()) for each in known} >= set(
            map(tuple, connection.execute(days))
        )


EVER = Scope(date(2026, 1, 1), date(2026, 12, 31))


def ended(cases, no, minutes):
    """A case that was granted after so many minutes, as far as anybody counts."""
    case = sample_case(no)
    with cases.transaction() as tx:
        end = MORNING + timedelta(minutes=minutes)
        case.complete(1, end, CITY.closing(case, end))
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


def test_ratings_of_whole_cases_are_counted_by_level_and_open_to_their_cases(database, keyring):
    cases, figures = SqlCases(database, keyring, city=CITY), SqlFigures(database)
    given = {
        "KB0001": {"": 5},
        "KB0002": {"": 1, "registration": 5},
        "KB0003": {"seal": 1},
        "KB0004": {"": 2},
        "KB0005": {},
    }
    for no, levels in given.items():
        ended(cases, no, 30)
        with cases.transaction() as tx:
            for link, level in levels.items():
                tx.put_rating(no, Rating(link, level, MORNING, "web"))
    assert figures.ratings(EVER) == {5: 1, 1: 1, 2: 1}
    counts = figures.counts(EVER)
    assert (counts[Subset.RATED], counts[Subset.BADLY_RATED]) == (3, 2)
    for subset, numbers in (
        (Subset.RATED, {"KB0001", "KB0002", "KB0004"}),
        (Subset.BADLY_RATED, {"KB0002", "KB0004"}),
    ):
        assert {no for no, _, _ in figures.cases(EVER, subset, 0, 9)} == numbers
    assert figures.ratings(Scope(date(2026, 1, 1), date(2026, 1, 31))) == {}


def test_waits_are_those_of_the_rule_shown_beside_them(database):
    rng, figures = random.Random(20260302), SqlFigures(database)
    rows = []
    for number in range(60):
        came = MORNING + timedelta(days=rng.randrange(20), seconds=rng.randrange(9000))
        starts = came + timedelta(minutes=rng.randrange(-20, 20)) if rng.random() < 0.5 else None
        called = came + timedelta(seconds=rng.randrange(-60, 4000)) if rng.random() < 0.8 else None
        rows.append(
            Ticket(
                f"{number:032x}",
                rng.choice(["center", "east"]),
                "opening",
                TicketState.DONE,
                came.date(),
                came,
                starts_at=starts,
                arrived_at=came,
                called_at=called,
            )
        )
    with database.transaction() as connection:
        for each in rows:
            row = {
                column.name: getattr(each, column.name)
                for column in tickets.columns
                if hasattr(each, column.name)
            }
            row |= {
                "day": each.day.isoformat(),
                "state": each.state.value,
                "code": None,
                "case_no": None,
                "phone": None,
            }
            connection.execute(insert(tickets), row)
    for hall in ("", "east"):
        scope = Scope(MORNING.date(), MORNING.date() + timedelta(days=9), hall)
        mine = [
            each
            for each in rows
            if scope.first <= each.day <= scope.last and hall in ("", each.hall)
        ]
        expected, found = waits(mine), figures.waits(scope)
        assert (found.size, found.median) == (expected.people, expected.middle)
        assert sum(value * count for value, count in found.counts.items()) == expected.minutes


def test_facts_of_cases_from_before_there_were_any_are_made_once(database, keyring):
    cases = SqlCases(database, keyring, city=CITY)
    for number, minutes in enumerate((30, 60, 90)):
        ended(cases, f"KB000{number}", minutes)
    figures, lines = SqlFigures(database), SqlLines(database, keyring, CITY)
    counts = figures.counts(EVER)
    assert lines.behind() == []
    with database.transaction() as connection:
        for table in (case_facts, case_marks, case_minutes, case_timelines):
            connection.execute(table.delete())
    assert sum(figures.counts(EVER).values()) == 0
    assert sorted(lines.behind()) == ["KB0000", "KB0001", "KB0002"]
    for no in lines.behind():
        lines.make(no)
    assert (figures.counts(EVER), lines.behind()) == (counts, [])


def test_timelines_come_back_as_they_were_and_of_the_granted_alone(database, known):
    figures = SqlFigures(database)
    for scope in SCOPES:
        granted = [each for each in within(scope, known) if each.outcome in GRANTED]
        kept = figures.timelines(scope, 1000)
        found = [timeline for timeline, _ in kept]
        assert {each.no: used for each, used in kept} == {each.no: each.used for each in granted}
        assert {
            each.no: (each.legs, each.open, each.accepted, each.finished) for each in found
        } == {
            each.no: (
                each.timeline.legs,
                each.timeline.open,
                each.timeline.accepted,
                each.timeline.finished,
            )
            for each in granted
        }
        assert {each.no: (each.hall, each.promised) for each in found} == {
            each.no: (each.hall, each.promised) for each in granted
        }
        newest = sorted(granted, key=lambda each: (each.ended_on, each.no), reverse=True)
        assert [each.no for each, _ in figures.timelines(scope, 7)] == [
            each.no for each in newest[:7]
        ]


def test_minutes_of_a_holder_open_to_their_cases(database, known):
    figures, scope = SqlFigures(database), SCOPES[0]
    granted = [each for each in within(scope, known) if each.outcome in GRANTED]
    for holder, total in figures.holders(scope).items():
        pages = [figures.held(scope, holder, start, 50) for start in range(0, 450, 50)]
        rows = [row for page in pages for row in page]
        assert sum(minutes for _, minutes, _ in rows) == total
        assert sorted(rows) == sorted(
            (each.no, each.minutes[holder], each.used) for each in granted if each.minutes[holder]
        )


def test_timelines_are_made_for_facts_that_are_older_and_leave_these_alone(database, keyring):
    cases = SqlCases(database, keyring, city=CITY)
    ended(cases, "KB0001", 90)
    with database.transaction() as connection:
        connection.execute(case_timelines.delete())
        connection.execute(case_facts.update().values(used=91))
    lines = SqlLines(database, keyring, CITY)
    assert lines.behind() == ["KB0001"]
    lines.make("KB0001")
    assert lines.behind() == []
    with database.reading() as connection:
        assert connection.scalar(select(case_facts.c.used)) == 91
        assert connection.scalar(select(func.count()).select_from(case_timelines)) == 1


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("by", [(), ("place",), ("by", "code"), ("by", "place", "code")])
def test_marks_are_counted_by_what_they_say_and_open_to_their_cases(database, known, scope, by):
    marks = SqlFigures(database).marks
    for kind in MarkKind:
        expected = {}
        for each in within(scope, known):
            for mark in each.marks:
                if mark.kind is kind:
                    key = tuple(getattr(mark, name) for name in by)
                    expected.setdefault(key, Counter())[each.no] += 1
        assert marks.counted(scope, kind, by) == {
            key: (sum(found.values()), len(found)) for key, found in expected.items()
        }
        for key, found in expected.items():
            marked = Marked(kind, **dict(zip(by, key, strict=True)))
            pages = [marks.cases(scope, marked, start, 25) for start in range(0, 400, 25)]
            rows = [row for page in pages for row in page]
            assert {no: count for no, count, _ in rows} == found
            assert [count for _, count, _ in rows] == sorted(found.values(), reverse=True)


def test_marks_are_looked_for_in_cases_whose_facts_are_older_and_stay_as_found(database, keyring):
    cases, figures = SqlCases(database, keyring, city=CITY), SqlFigures(database)
    for no in ("KB0001", "KB0002"):
        case = sample_case(no)
        case.note("corrected", MORNING, "applicant", text="/people/0/name、/company/name")
        with cases.transaction() as tx:
            case.complete(1, MORNING, CITY.closing(case, MORNING))
            tx.add(case)
    lines = SqlLines(database, keyring, CITY)
    assert (lines.behind(), figures.marks.unmarked(EVER)) == ([], 0)
    expected = figures.marks.counted(EVER, MarkKind.RETYPED, ("place",))
    assert expected == {("/company/name",): (2, 2), ("/people/*/name",): (2, 2)}
    # As the release before left them.
    with database.transaction() as connection:
        connection.execute(case_marks.delete())
        connection.execute(case_facts.update().values(marks=None, asked=0))
    assert (figures.marks.counted(EVER, MarkKind.RETYPED), figures.marks.unmarked(EVER)) == ({}, 2)
    assert sorted(lines.behind()) == ["KB0001", "KB0002"]
    for _ in range(2):
        for no in ("KB0001", "KB0002"):
            lines.make(no)
    assert (lines.behind(), figures.marks.unmarked(EVER)) == ([], 0)
    assert figures.marks.counted(EVER, MarkKind.RETYPED, ("place",)) == expected
    with database.reading() as connection:
        asked = connection.scalars(select(case_facts.c.asked)).all()
    assert asked == [len(sample_case("KB0001").links)] * 2


def test_what_is_still_open_is_counted_with_the_time_it_has_taken_so_far(database, keyring):
    cases, figures = SqlCases(database, keyring, city=CITY), SqlFigures(database)
    ended(cases, "KB0001", 90)
    with cases.transaction() as tx:
        case = sample_case("KB0002")
        case.note("sheet", MORNING + timedelta(minutes=40), "window")
        tx.add(case)
    found = figures.lengths(EVER)
    assert found["center"][1] == Spread({40: 1})
    assert figures.intake(EVER)[CaseState.IN_PROGRESS] == 1
