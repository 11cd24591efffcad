"""Lists of cases: what a line says, and that a page costs the same however many cases there are."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, Select, func, inspect, select, text

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.domain.notices.notice import Draft, Item, Notice
from kaiban.ports import EVERY_CASE, CaseFilter, CaseLine, FeedPlace, Span
from kaiban.storage import schema
from kaiban.storage.cases import changes, filters, lists
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.indexes import owner_index
from kaiban.storage.cases.lists import Wanted
from kaiban.storage.database import Database
from tests.domain.desk.test_worklist import CITY
from tests.storage.samples import FORM, MORNING, sample_case

HOUR = timedelta(hours=1)
ITEM = Item("/company/name", "code", "words", "tax")
#: Cases that are finished, and those of one owner in progress among them.
PAST, OPEN = 20_000, 5
PAGE = 50
#: What reading one row may take of what `work` counts; merging the runs of all states is a part of it.
A_ROW = {"sqlite": 40, "postgresql": 1}


def add(cases, *new):
    with cases.transaction() as tx:
        for case in new:
            tx.add(case)


def renamed(case, company):
    case.form = {**FORM, "company": {**FORM["company"], "name": {"full": company}}}
    return case


@pytest.mark.parametrize("city", [CITY, None], ids=["with a worklist", "before it was made"])
def test_a_line_says_what_the_case_says(database, keyring, city):
    cases = SqlCases(database, keyring, city=city)
    first = renamed(sample_case("KB0001"), "示范市云杉软件有限公司")
    first.state = CaseState.COMPLETED
    second = replace(sample_case("KB0002", at=MORNING + HOUR), form={"people": []}, promise="own")
    add(cases, first, second)
    assert [asdict(each) for each in cases.lines()] == [
        asdict(CaseLine("KB0002", CaseState.IN_PROGRESS, MORNING + HOUR, "own", ("registration", "tax"), "")),
        asdict(CaseLine("KB0001", CaseState.COMPLETED, MORNING, "city", ("registration", "tax"), "示范市云杉软件有限公司")),
    ]  # fmt: skip


def test_a_line_follows_its_case(database, keyring):
    cases = SqlCases(database, keyring, city=CITY)
    add(cases, renamed(sample_case(), "示范市云杉软件有限公司"))
    with cases.transaction() as tx:
        case = renamed(tx.get("KB0001"), "示范市青松软件有限公司")
        case.state = CaseState.SUSPENDED
        tx.save(case)
    [found] = cases.lines()
    assert (found.company, found.state) == ("示范市青松软件有限公司", CaseState.SUSPENDED)


def test_pages_join_without_gap_or_repetition(cases):
    """Over states that lie mixed, with cases accepted at one instant across the border of two pages."""
    states = [CaseState.COMPLETED, CaseState.IN_PROGRESS, CaseState.REFUSED]
    for number in range(12):
        case = sample_case(f"KB{number:04d}", at=MORNING + HOUR * (number // 4))
        case.state = states[number % 3]
        add(cases, case)
    wanted = {
        "all": (EVERY_CASE, list(range(12))),
        "two states": (
            CaseFilter(states=[*states[:2], states[0]]),
            [n for n in range(12) if n % 3 != 2],
        ),
        "an owner": (CaseFilter(owner="alice"), list(range(12))),
    }
    for name, (asked, numbers) in wanted.items():
        found = list(paged(cases, asked))
        assert found == [f"KB{number:04d}" for number in reversed(numbers)], name
    assert cases.lines(before="KB9999") == cases.browse(before="KB9999") == []


def paged(cases, asked) -> Iterator[str]:
    before = None
    while found := cases.lines(asked, before=before, limit=5):
        yield from (each.no for each in found)
        before = found[-1].no


def test_a_list_has_what_is_asked_for_and_nothing_else(database, keyring):
    cases = SqlCases(database, keyring, city=CITY)
    first = renamed(sample_case("KB0001"), "示范市云杉软件有限公司")
    first.state, first.finished_at, first.reference = (
        CaseState.COMPLETED,
        MORNING + 30 * HOUR,
        "A-1",
    )
    second = renamed(sample_case("KB0002", at=MORNING + HOUR), "示范市青松软件有限公司")
    second.state, second.finished_at = CaseState.REFUSED, MORNING + 20 * HOUR
    third = sample_case("KB0003", at=MORNING + 24 * HOUR)
    third.links.pop(0)
    third.reference = "A-1"
    add(cases, first, second, third)
    asked = {
        "created": (CaseFilter(accepted=Span(MORNING + HOUR, MORNING + 24 * HOUR)), [2]),
        "ended, by when": (CaseFilter(finished=Span(MORNING)), [1, 2]),
        "ended before": (CaseFilter(finished=Span(None, MORNING + 30 * HOUR)), [2]),
        "ended so": (CaseFilter(finished=Span(MORNING), states=[CaseState.COMPLETED]), [1]),
        "company": (CaseFilter(company="示范市 云杉软件有限公司"), [1]),
        "company of another": (CaseFilter(company="示范市云杉软件有限公司", owner="bob"), []),
        "reference": (CaseFilter(reference="A-1", owner="alice"), [3, 1]),
        "another reference": (CaseFilter(reference="A-2"), []),
        "link": (CaseFilter(link="registration"), [2, 1]),
        "no link": (CaseFilter(link="seal"), []),
    }
    for name, (wanted, numbers) in asked.items():
        assert list(paged(cases, wanted)) == [f"KB000{n}" for n in numbers], name


def test_a_list_by_end_goes_on_after_its_page(cases):
    for number in range(12):
        case = sample_case(f"KB{number:04d}", at=MORNING + HOUR * number)
        case.finished_at = MORNING + HOUR * (100 - number // 4) if number % 3 else None
        add(cases, case)
    ended = [n for n in range(12) if n % 3]
    ended.sort(key=lambda n: (100 - n // 4, n), reverse=True)
    found = list(paged(cases, CaseFilter(owner="alice", finished=Span(MORNING))))
    assert found == [f"KB{number:04d}" for number in ended]
    assert cases.lines(CaseFilter(finished=Span(MORNING)), before="KB0000") == []


def test_a_link_stands_in_a_list_as_it_stands_in_its_case(cases):
    stands = {}
    for number, states in enumerate(product(LinkState, LinkState)):
        case = sample_case(f"KB{number:04d}")
        for step, state in zip(case.link("tax").steps, states, strict=True):
            step.state = state
        stands[case.no] = case.link("tax").state
        add(cases, case)
    for state in LinkState:
        found = cases.lines(CaseFilter(link="tax", link_state=state), limit=len(stands))
        assert {each.no for each in found} == {no for no, its in stands.items() if its is state}


def test_nobody_else_s_cases_are_in_a_list(cases):
    add(cases, sample_case("KB0001"), sample_case("KB0002", owner="bob"))
    assert [each.no for each in cases.lines(CaseFilter(owner="bob"))] == ["KB0002"]
    assert cases.lines(CaseFilter(owner="nobody")) == []


def test_drafts_and_what_supervisors_are_told_of_are_found_among_all(cases):
    draft = Draft(MORNING, MORNING + HOUR, (ITEM,))
    later, other, refused, told_again, quiet = (
        sample_case(f"KB000{n}", at=MORNING + HOUR * n) for n in range(1, 6)
    )
    later.draft, other.draft = replace(draft, due=MORNING + 2 * HOUR), draft
    other.hall = "south"
    refused.note("copied", MORNING + 9 * HOUR, "system", link="tax")
    refused.note("unlisted", MORNING + 10 * HOUR, "window:w1")
    told_again.notices = [
        Notice(n, MORNING + n * 7 * HOUR, (ITEM,), None, repeats) for n, repeats in ((1, False), (2, True))
    ]  # fmt: skip
    quiet.notices = [Notice(1, MORNING + 20 * HOUR, (ITEM,), None, repeats=False)]
    add(cases, later, other, refused, told_again, quiet)
    assert [each.no for each in cases.drafting("", 9)] == ["KB0002", "KB0001"]
    assert [each.no for each in cases.drafting("south", 9)] == ["KB0002"]
    assert [each.no for each in cases.copied("", 9)] == ["KB0004", "KB0003"]
    assert [each.no for each in cases.copied("", 1)] == ["KB0004"]
    assert cases.copied("south", 9) == []


# --- what a page costs ------------------------------------------------------------------------------


@pytest.fixture
def full(database: Database, cases: SqlCases) -> Database:
    """A database with many finished cases of one owner in one hall, and some of the same in progress."""
    done = sample_case("KB0000")
    done.state = CaseState.COMPLETED
    add(cases, done, *(sample_case(f"KB{n:04d}", at=MORNING - HOUR) for n in range(1, 1 + OPEN)))
    with database.transaction() as connection:
        names = [each["name"] for each in inspect(connection).get_columns("cases")]
        values = ", ".join("'KC' || n" if name == "no" else f'"{name}"' for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        connection.execute(
            text(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :past)"
                f" INSERT INTO cases ({columns}) SELECT {values} FROM numbers,"
                " (SELECT * FROM cases WHERE no = 'KB0000') AS one"
            ),
            {"past": PAST},
        )
        connection.execute(text("ANALYZE"))
    return database


ASKED = {
    "all": Wanted(before="KC9"),
    "in progress": Wanted((CaseState.IN_PROGRESS,)),
    "completed": Wanted((CaseState.COMPLETED,), before="KC9"),
    "ended or not": Wanted((CaseState.COMPLETED, CaseState.IN_PROGRESS)),
    "an owner": Wanted(owner_index="alice", before="KC9"),
    "an owner, in progress": Wanted((CaseState.IN_PROGRESS,), "alice"),
    "a hall": Wanted(hall="center"),
    "a hall without cases": Wanted(hall="elsewhere"),
}


@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_a_page_reads_no_more_than_it_shows(full, keyring, wanted):
    if wanted.owner_index:
        wanted = replace(wanted, owner_index=owner_index(keyring, wanted.owner_index))
    states = len(set(wanted.states or (CaseState if wanted.owner_index else [""])))
    with full.reading() as connection:
        place = lists.older_than(connection, wanted.before)
        asked = lists.page(wanted, place, PAGE)
        assert work(connection, asked) <= PAGE * states * A_ROW[connection.dialect.name]


FILTERED = {
    "created": CaseFilter(accepted=Span(MORNING - HOUR, MORNING + HOUR), owner="alice"),
    "created, in progress": CaseFilter([CaseState.IN_PROGRESS], accepted=Span(MORNING - HOUR)),
    "ended": CaseFilter(finished=Span(MORNING, MORNING + HOUR)),
    "an owner's ended": CaseFilter(finished=Span(MORNING), owner="alice"),
    "reference": CaseFilter(reference="A-1", owner="alice"),
    "company": CaseFilter(company="示范市云杉软件有限公司", owner="alice"),
}


@pytest.mark.parametrize("asked", FILTERED.values(), ids=FILTERED)
def test_a_filtered_page_reads_no_more_than_it_shows(full, keyring, asked):
    wanted = filters.wanted(keyring, asked, None)
    runs = len(wanted.states or (CaseState if asked.owner else [""]))
    with full.reading() as connection:
        found = work(connection, lists.page(wanted, [], PAGE))
        assert found <= PAGE * runs * A_ROW[connection.dialect.name]


@pytest.mark.parametrize("owner", [None, "alice"])
def test_a_page_of_the_feed_reads_no_more_than_it_shows(full, keyring, owner):
    index = owner and owner_index(keyring, owner)
    with full.reading() as connection:
        dialect = connection.dialect.name
        asked = changes.changed(index, FeedPlace(0, 1, "KC5"), PAGE, dialect)
        assert work(connection, asked) <= PAGE * A_ROW[dialect]


@pytest.mark.parametrize("page", [lists.drafting, lists.copied])
@pytest.mark.parametrize("hall", ["", "center"])
def test_what_is_rare_is_found_without_reading_the_rest(full, page, hall):
    with full.reading() as connection:
        assert work(connection, page(hall, PAGE)) <= PAGE * A_ROW[connection.dialect.name]


@pytest.mark.parametrize("sort", ["no", "state"], ids=["passing over", "sorting"])
def test_reading_everything_would_be_seen(full, sort):
    """What a page costs whose index does not begin with what is asked for, or does not end in its order."""
    c = schema.cases.c
    state = func.coalesce(c.state, "")  # for which there is no index
    wanted = {"no": (state == "in_progress", c.no), "state": (c.no > "", state)}
    condition, order = wanted[sort]
    with full.reading() as connection:
        assert work(connection, select(c.no).where(condition).order_by(order).limit(PAGE)) >= PAST


def work(connection: Connection, asked: Select) -> int:
    """How many rows of the table or its indexes are read on PostgreSQL; on SQLite, how many steps its machine takes."""
    if connection.dialect.name == "sqlite":
        return _steps(connection, asked)
    sql = asked.compile(connection, compile_kwargs={"render_postcompile": True})
    explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", sql.params)
    [whole] = explained.scalar_one()
    return sum(_rows(whole["Plan"]))


def _steps(connection: Connection, asked: Select) -> int:
    steps: list[None] = []
    driver = connection.connection.driver_connection
    driver.set_progress_handler(lambda: steps.append(None), 1)
    try:
        connection.execute(asked).all()
    finally:
        driver.set_progress_handler(None, 1)
    return len(steps)


def _rows(node: Any) -> Iterator[int]:
    if node.get("Alias") == "cases" or "Index Name" in node:
        yield node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    for each in node.get("Plans", ()):
        yield from _rows(each)
