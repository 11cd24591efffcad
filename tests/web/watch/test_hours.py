"""Where the hours went, and what would be if: counted by hand from the events of each case."""

import re
from collections import Counter
from urllib.parse import quote

import pytest

from kaiban.domain.hours.ledger import CLOSED, PAUSES
from kaiban.domain.roles import Role
from tests.web.watch.test_overview import EVER, facts, watching


@pytest.fixture(scope="module")
def granted(city):
    """Two cases that were granted whole."""
    numbers = [city.submit(city.form()) for _ in range(2)]
    assert {city.follow(no)["status"] for no in numbers} == {"completed"}
    return numbers


@pytest.fixture
def watch(city, granted):
    visitor = watching(city)
    yield visitor
    visitor.close()


def ours(city):
    return [each for each in facts(city) if each.outcome.value.startswith("completed")]


def table(visitor, title):
    [found] = visitor.page.xpath(f"//h2[.='{title}']/following-sibling::table[1]")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./td")] for row in found.xpath(".//tbody/tr")]  # fmt: skip


def minutes_told(text):
    """What the page says, in minutes."""
    hours, minutes = re.fullmatch(r"(?:(\d+) 小时)? ?(?:(\d+) 分(?:钟)?)?", text).groups()
    return int(hours or 0) * 60 + int(minutes or 0)


def test_the_hours_are_those_of_the_facts_and_open_to_their_cases(city, watch):
    watch.open(f"/watch/hours?{EVER}")
    expected = Counter()
    for each in ours(city):
        expected.update(
            {name: count for name, count in each.minutes.items() if count and name != CLOSED}
        )
    rows = table(watch, "归谁")
    told = [minutes_told(row[1]) for row in rows]
    assert told == sorted(expected.values(), reverse=True)
    [first, *_] = watch.page.xpath("//h2[.='归谁']/following-sibling::table[1]//a/@href")
    most = max(expected, key=expected.get)
    assert sorted(watch.numbers(first)) == sorted(
        each.no for each in ours(city) if each.minutes.get(most)
    )
    assert not set(PAUSES) & {most}


def test_a_week_says_when_and_by_one_holder_alone(city, watch):
    watch.open(f"/watch/hours?{EVER}")
    total = sum(
        count for each in ours(city) for name, count in each.minutes.items() if name != CLOSED
    )
    sums = watch.page.xpath("//table[@class='kb-heat']//tbody/tr/td[last()]/text()")
    assert sum(map(minutes_told, sums)) == total
    ways = dict(
        zip(
            watch.page.xpath("//nav[@aria-label='看谁的']//a/text()"),
            watch.page.xpath("//nav[@aria-label='看谁的']//a/@href"),
            strict=True,
        )
    )
    office = city.kaiban.office.departments.adapters["registration"].manifest.office
    watch.open(ways[office])
    sums = watch.page.xpath("//table[@class='kb-heat']//tbody/tr/td[last()]/text()")
    assert sum(map(minutes_told, sums)) == sum(
        each.minutes.get("department:registration", 0) for each in ours(city)
    )


def last_holders(timeline):
    """Who still had it in hand when everybody else had done with it."""
    last = max((leg.end for leg in timeline.legs), default=None)
    return {leg.holder for leg in timeline.legs if leg.end == last}


def test_who_was_last_stands_on_the_critical_path_and_nobody_on_more_than_all(
    city, watch, granted
):
    watch.open(f"/watch/hours?{EVER}")
    office = city.kaiban.office.departments.adapters["housing_fund"].manifest.office
    [on_path, of_all] = {row[0]: row for row in table(watch, "关键路径")}[office][1].split(" / ")
    fund = {"department:housing_fund"}
    ended_last = {each.no for each in ours(city) if last_holders(each.timeline) == fund}
    # Granted or not: what was refused last made the case as long as it was, too.
    asked = [each for each in ours(city) if "housing_fund" in each.timeline.order]
    # Its confirmation takes longest of all, and everything else runs beside it; other tests hold cases up elsewhere.
    assert set(granted) <= ended_last
    assert len(ended_last) <= int(on_path) <= len(asked)
    assert int(of_all) == len(ours(city))


def told(visitor):
    """The rows of the answer: title, as it was, what if."""
    return [[" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./td")] for row in visitor.page.xpath("//main//form[.//button]/following-sibling::table[1]//tbody/tr")]  # fmt: skip


def test_another_promise_is_the_same_minutes_against_other_ones(city, watch):
    found = ours(city)
    middle = sorted(each.used for each in found)[len(found) // 2]
    hours = max(middle, 1) / 60
    watch.open(f"/watch/what-if?{EVER}&promise={hours:.2f}")
    if "请写小时数" in watch.text:  # not a whole minute: ask for the hour above
        hours = middle // 60 + 1
        watch.open(f"/watch/what-if?{EVER}&promise={hours}")
    limit = round(hours * 60)
    before = sum(each.used <= each.promised for each in found)
    after = sum(each.used <= limit for each in found)
    [kept, *_] = told(watch)
    assert f"{before} / {len(found)}" in kept[1]
    assert f"{after} / {len(found)}" in kept[2]
    lost = [each.no for each in found if limit < each.used <= each.promised]
    ways = watch.page.xpath("//main//a[contains(@href, '/watch/what-if/lost')]/@href")
    assert bool(ways) == bool(lost)
    if lost:
        assert sorted(watch.numbers(ways[0])) == sorted(lost)


def test_nothing_changed_is_as_it_was_and_a_question_without_a_link_changes_nothing(city, watch):
    for asked in ("", "&takes=1/2&saturdays=yes", "&rule=noon&link=nowhere"):
        watch.open(f"/watch/what-if?{EVER}{asked}")
        assert watch.status == 200
        assert all(was == would for _, was, would in told(watch)), asked
        assert "会变成按时的" not in watch.text


def test_by_the_clock_on_the_wall_no_case_is_quicker(city, watch):
    watch.open(f"/watch/what-if?{EVER}&rule=always")
    [_, median, _] = told(watch)
    assert minutes_told(median[1]) <= minutes_told(median[2])
    watch.open(f"/watch/what-if?{EVER}&link=registration&takes=1/2")
    [_, median, _] = told(watch)
    assert minutes_told(median[1]) >= minutes_told(median[2])


@pytest.mark.parametrize("promise", ["0", "-1", "1e9", "abc", "999", "0.01", "5/2"])
def test_a_promise_that_is_none_is_told(watch, promise):
    watch.open(f"/watch/what-if?promise={promise}")
    assert watch.status == 200
    assert "请写小时数" in watch.text


@pytest.mark.parametrize("promise", ["１．５", " 1.5 小时 ", "1.5"])
def test_hours_are_read_as_people_write_them(watch, promise):
    watch.open(f"/watch/what-if?{EVER}&promise={quote(promise)}")
    assert "请写小时数" not in watch.text
    assert watch.heading


def test_where_nothing_ended_there_is_nothing_to_tell(watch):
    for page in ("hours", "what-if"):
        assert (
            "这段时间没有办结的件。"
            in watch.open(f"/watch/{page}?first=2020-01-01&last=2020-01-31").text
        )


def test_what_nobody_asks_for_is_no_page(watch):
    for page in ("what-if/faster", "hours/nobody", "hours/department:nobody"):
        assert watch.open(f"/watch/{page}").status == 404, page


def test_ways_to_other_days_keep_the_question(watch):
    watch.open(f"/watch/what-if?{EVER}&promise=4&rule=always")
    for way in watch.page.xpath("//nav[@aria-label='时间']//a/@href"):
        assert "promise=4" in way
        assert "rule=always" in way


def test_hours_are_not_for_the_window(city):
    window = watching(city, Role.WINDOW)
    assert window.open("/watch/hours").status == 403
    window.close()
