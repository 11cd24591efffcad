"""The same application a second time is recognised, and leads to the case it is already."""

from itertools import count

import pytest

from tests.web.filling import fill_in
from tests.web.following.cases import case_of, submit
from tests.web.visitor import Visitor

#: A company and people of its own for each test.
SEEDS = count(700)


@pytest.fixture
def form(city):
    return city.form(seed=next(SEEDS))


@pytest.fixture
def stranger(city):
    stranger = Visitor(city.address)
    yield stranger.open("/").press("开始填写").press("保存并继续")
    stranger.close()


def begin(visitor):
    return visitor.open("/").press("开始填写").press("保存并继续")


def numbers(city):
    return {case.no for case in city.kaiban.cases.browse(limit=500)}


def hand_in_again(visitor, form):
    fill_in(visitor, form)
    visitor.go("check")
    return visitor.press("提交申请")


def test_the_same_browser_is_led_to_its_case(filing, city, form):
    submit(filing, form)
    no, address = case_of(filing, city).no, f"/t/{filing.filing_id}"
    before = numbers(city)
    hand_in_again(begin(filing), form)
    assert filing.status == 409
    assert no in filing.text
    assert "没有重复受理" in filing.text
    assert numbers(city) == before
    filing.follow("查看原来的办件")
    assert filing.path == address


def test_its_own_name_is_not_told_to_be_taken(filing, city, form):
    submit(filing, form)
    no = case_of(filing, city).no
    fill_in(begin(filing), form)
    filing.go("name").press("查一查名称")
    assert f"您已经用这个名称提交过申请（办件编号 {no}）" in filing.text
    assert "不能使用" not in filing.text


def test_another_browser_is_told_and_shown_the_way(filing, stranger, city, form):
    submit(filing, form)
    no = case_of(filing, city).no
    before = numbers(city)
    hand_in_again(stranger, form)
    assert (stranger.status, numbers(city)) == (409, before)
    assert no in stranger.text
    assert filing.filing_id not in stranger.answer.text
    assert stranger.follow("用续办码打开").heading == "接着填写"


def test_a_program_under_another_key_is_told_its_number(city, form):
    no = city.submit(form)
    answer = city.hand_in(form)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["case_no"]) == (409, "case.twice", no)
    assert no in error["message"]


def test_what_came_to_nothing_is_applied_for_again(city, form):
    first = city.submit(form, "registration")
    city.ask("POST", f"/cases/{first}/withdraw")
    city.follow(first)
    assert city.submit(form, "registration") != first
