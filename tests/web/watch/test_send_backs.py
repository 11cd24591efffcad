"""Send-backs by field and reason: counted by hand from the notices and events of each case, each line opening to its cases."""

from collections import Counter

import pytest

from kaiban.domain.roles import Role
from tests.web.watch.test_hours import table
from tests.web.watch.test_overview import EVER, facts, watching


@pytest.fixture(scope="module")
def corrected(city):
    """A case told twice: the second time of what the first notice could have said."""
    form = city.form("测试补正登记")
    form["bank"]["appointment"]["date"], monday = city.sunday()
    no = city.submit(form, "registration", "bank")
    city.follow(no)
    for change in ({"/premises/detail": "青云路 9 号"}, {"/bank/appointment/date": monday}):
        assert city.correct(no, change).ok
        city.follow(no)
    assert city.case(no)["status"] == "completed"
    return no


@pytest.fixture
def watch(city, corrected):
    visitor = watching(city)
    visitor.open(f"/watch/send-backs?{EVER}")
    yield visitor
    visitor.close()


def ended(city):
    """The cases that have ended, whole."""
    return [city.kaiban.cases.read(each.no) for each in facts(city)]


def test_kinds_are_told_of_all_that_ended_and_open_to_their_cases(city, watch):
    found = ended(city)
    expected = {
        "告知书里有要改的": {each.no for each in found if each.notices},
        "第二次告知了上次就能发现的问题": {
            each.no for each in found if any(one.repeats for one in each.notices)
        },
        "申请人重新填写过栏目": {
            each.no for each in found if any(one.kind == "corrected" and one.text for one in each.events)
        },
        "要求了清单以外的材料": {
            each.no
            for each in found
            if any(item.reason for one in each.notices for item in one.items)
        },
    }  # fmt: skip
    rows = {
        row.xpath("string(./td[1])").strip(): row
        for row in watch.page.xpath("//main//table[1]/tbody/tr")
    }
    ways = {}
    for title, numbers in expected.items():
        told = " ".join(rows[title].xpath("string(./td[3])").split())
        assert told.startswith(f"{len(numbers)} / {len(found)}"), title
        ways[title] = rows[title].xpath(".//a/@href")
    for title, numbers in expected.items():
        assert bool(ways[title]) == bool(numbers)
        if numbers:
            assert set(watch.numbers(ways[title][0])) == numbers, title


def test_fields_and_reasons_are_those_of_the_notices(city, watch, corrected):
    places, reasons = Counter(), Counter()
    for case in ended(city):
        for notice in case.notices:
            for item in notice.items:
                places[item.pointer] += 1
                reasons[item.link, item.code] += 1
    rows = {row[0]: int(row[1]) for row in table(watch, "退回的栏目")}
    assert sum(rows.values()) == sum(places.values())
    [where] = [each for each in rows if each.endswith("详细地址")]
    assert rows[where] == places["/premises/detail"]
    told = [int(row[2]) for row in table(watch, "退回的原因")]
    assert sum(told) == sum(reasons.values())
    assert told == sorted(told, reverse=True)
    [way] = watch.page.xpath(
        "//h2[.='退回的栏目']/following-sibling::table[1]//a[contains(., '详细地址')]/@href"
    )
    assert corrected in watch.numbers(way)
    assert "详细地址" in watch.heading


def test_what_was_typed_again_is_told_by_field(watch):
    assert any(row[0].endswith("详细地址") for row in table(watch, "重新填写的栏目"))


def test_a_kind_nobody_has_is_no_page_and_a_strange_place_has_no_cases(watch):
    assert watch.open("/watch/send-backs/slowest").status == 404
    assert watch.open("/watch/send-backs/demand?place=%00").status == 404
    watch.open(f"/watch/send-backs/demand?{EVER}&place=/nowhere&by=nobody&code=")
    assert (watch.status, "没有这样的件。" in watch.text) == (200, True)


def test_where_nothing_ended_nothing_was_sent_back(watch):
    watch.open("/watch/send-backs?first=2020-01-01&last=2020-01-31")
    assert "这段时间没有结束的件。" in watch.text


def test_send_backs_are_not_for_the_window(city):
    window = watching(city, Role.WINDOW)
    for page in ("", "/demand"):
        assert window.open(f"/watch/send-backs{page}").status == 403
    window.close()
