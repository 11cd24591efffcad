"""The watch shows figures that open to their cases, and to each reader what is theirs."""

import re
from datetime import timedelta

import pytest

from kaiban.domain.cases.states import ENDED
from kaiban.domain.roles import Role
from kaiban.domain.statistics.case_facts import facts_of
from kaiban.domain.statistics.shares import Share
from kaiban.domain.tickets.waits import REACH
from kaiban.orchestrator.applicant.aftercare.rating import Opinion, rate
from tests.web.desk.people import OTHER, at_desk, hire

EVER = "first=2026-01-01&last=2026-12-31"


@pytest.fixture(scope="module")
def granted(city):
    """The number of a case of the usual hall that was granted whole."""
    no = city.submit(city.form())
    assert city.follow(no)["status"] == "completed"
    return no


def watching(city, role=Role.SUPERVISOR, **more):
    return at_desk(city.address, hire(city.kaiban, role, **more))


def facts(city):
    """What figures are made of, worked out from the events of each case that has ended."""
    cases = city.kaiban.cases
    found = (
        facts_of(cases.read(line.no), city.kaiban.office.city)
        for line in cases.lines(limit=10_000)
        if line.state in ENDED
    )
    return [each for each in found if each]


def test_the_first_figure_is_that_of_the_cases_and_opens_to_them(city, granted):
    watch = watching(city)
    watch.open(f"/watch?{EVER}")
    ours = [each for each in facts(city) if each.outcome.value.startswith("completed")]
    in_time = [each for each in ours if each.used <= each.promised]
    assert f"{len(in_time)} / {len(ours)}" in watch.text
    assert f"期内办结的 {len(ours)} 件" in watch.text
    opened = watch.numbers(f"/watch/cases/within_promise?{EVER}")
    assert granted in opened
    assert sorted(opened) == sorted(each.no for each in in_time)
    watch.close()


def test_minutes_of_departments_and_of_everybody_are_told(city, granted):
    watch = watching(city)
    watch.open(f"/watch?{EVER}")
    for words in ("设立登记", "公章刻制", "时间去了哪里", "收件去向"):
        assert words in watch.text, words
    watch.close()


def test_nothing_ended_in_a_period_is_no_share(city):
    watch = watching(city)
    watch.open("/watch?first=2020-01-01&last=2020-01-31")
    assert "这段时间没有办结的件。" in watch.text
    assert "0 / 0" in watch.text
    assert "%" not in re.sub("95%", "", watch.text)
    watch.close()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("first=2026-3-1", "日期请写成 2026-03-01 的样子。"),
        ("last=31.3.", "日期请写成 2026-03-01 的样子。"),
        ("first=2026-03-31&last=2026-03-01", "2026-03-01 至 2026-03-31"),
        ("first=1900-01-01&last=2026-03-01", "2025-02-28 至 2026-03-01"),
        ("first=0001-01-01&last=0001-01-02", "1970-01-01 至 1970-01-01"),
        ("first=9999-12-01&last=9999-12-31", "2999-12-31 至 2999-12-31"),
        ("hall=nowhere", "全市"),
    ],
)
def test_what_the_address_asks_for_is_read_or_told(city, asked, told):
    watch = watching(city)
    assert told in watch.open(f"/watch?{asked}").text
    assert watch.status == 200
    watch.close()


@pytest.mark.parametrize(
    "name", ["endpoint", "values", "subset", "_scheme", "_external", "_anchor"]
)
def test_the_ways_of_a_page_lead_there_whatever_its_address_calls_things(city, granted, name):
    watch = watching(city)
    watch.open(f"/watch?{EVER}&{name}=javascript")
    assert watch.status == 200
    ways = watch.page.xpath("//main//a[starts-with(@href, '/watch?')]/@href")
    assert any(f"{name}=javascript" in way for way in ways)
    assert granted in watch.numbers(f"/watch/cases/granted?{EVER}&{name}=javascript&page=9999")
    watch.close()


def test_a_hall_manager_sees_the_own_hall_whatever_the_address_says(city, granted):
    watch = watching(city, Role.HALL_MANAGER, hall=OTHER)
    assert granted not in watch.listed(f"/watch/cases/granted?{EVER}&hall=main")
    watch.open("/watch")
    assert not watch.page.xpath("//main//a[contains(@href, 'hall=main')]")
    assert watch.page.xpath(f"//main//a[contains(@href, 'hall={OTHER}')]")
    watch.close()


def test_figures_are_not_for_everybody(city):
    for role in (Role.WINDOW, Role.OPERATOR):
        watch = watching(city, role)
        assert watch.open("/watch").status == 403, role
        assert not watch.page.xpath("//nav//a[@href='/watch']")
        watch.close()


def test_a_figure_nobody_has_is_no_page(city):
    watch = watching(city)
    assert watch.open("/watch/cases/fastest").status == 404
    watch.close()


def test_a_case_that_goes_on_after_its_end_is_counted_when_it_ends_again(city):
    form = city.form()
    no = city.submit(form, "registration")
    assert city.follow(no)["status"] == "completed"
    watch = watching(city)
    assert no in watch.listed(f"/watch/cases/granted?{EVER}")
    added = city.call("POST", f"/cases/{no}/links", json={"links": ["seal"]})
    assert added.ok, added.text
    assert no not in watch.listed(f"/watch/cases/granted?{EVER}")
    assert city.follow(no)["status"] == "completed"
    assert no in watch.listed(f"/watch/cases/granted?{EVER}")
    watch.close()


def test_halls_stand_beside_one_another_with_what_a_difference_means(city, granted):
    watch = watching(city)
    watch.open(f"/watch?{EVER}")
    watch.follow("大厅对比")
    assert "示范市政务服务中心企业开办专区" in watch.text
    assert "少于 5 件" in watch.text
    watch.close()


def test_a_hall_manager_sees_the_own_hall_beside_the_city(city, granted):
    watch = watching(city, Role.HALL_MANAGER, hall=OTHER)
    watch.open(f"/watch/halls?{EVER}&hall=main")
    assert "示范市政务服务中心企业开办专区" not in watch.text
    watch.close()


def test_ratings_are_told_with_how_many_answered_and_open_to_their_cases(city, granted):
    office = city.kaiban.complaints
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(granted)
    if not city.kaiban.cases.ratings(granted):
        assert rate(office, case.no, Opinion(2, remark="等得久")).is_bad
    watch = watching(city)
    watch.open(f"/watch?{EVER}")
    ended = len(facts(city))
    rated = {
        no
        for no in (each.no for each in facts(city))
        if any(one.link == "" for one in city.kaiban.cases.ratings(no))
    }
    assert f"（{len(rated)} / {ended}，分母是期内结束的件）" in watch.text
    assert "不满意" in watch.text
    way = watch.page.xpath("//main//a[contains(@href, '/watch/cases/badly_rated')]/@href")[0]
    assert granted in watch.listed(way)
    watch.close()


def test_days_of_which_no_ticket_is_kept_are_not_told_as_days_without_people(city):
    watch = watching(city)
    watch.open("/watch?first=2020-01-01&last=2020-01-31")
    [said] = watch.page.xpath("//h2[.='大厅等候']/following-sibling::p[2]")
    assert " ".join(said.text_content().split()) == REACH
    watch.close()


def test_the_trend_tells_each_month_with_both_numbers_and_little_of_few(city, granted):
    watch = watching(city)
    watch.open(f"/watch?{EVER}")
    [found] = watch.page.xpath("//h2[.='走势']/following-sibling::table[1]")
    told = {
        " ".join(row.xpath("string(./td[1])").split()): row for row in found.xpath("./tbody/tr")
    }
    assert len(told) == 12
    ours = [each for each in facts(city) if each.outcome.value.startswith("completed")]
    for month in range(1, 13):
        its = [each for each in ours if each.ended_on.month == month]
        cells = [" ".join(cell.xpath("string(.)").split()) for cell in told[f"2026 年 {month} 月"].xpath("./td")]  # fmt: skip
        assert cells[1].startswith(f"{len(its)} 件" if its else "没有")
        kept = sum(each.used <= each.promised for each in its)
        assert cells[2] == (
            "—" if len(its) < 5 else f"{Share(kept, len(its)).percent}%（{kept} / {len(its)}）"
        )
    [day] = [each.ended_on for each in ours if each.no == granted]
    monday = day - timedelta(days=day.weekday())
    sunday, week = monday + timedelta(days=6), timedelta(days=7)
    watch.open(f"/watch?first={monday - week}&last={sunday + week}")
    assert f"{monday:%m-%d}–{sunday:%m-%d}" in watch.text
    watch.close()
