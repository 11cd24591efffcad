"""The walk through a form."""

import pytest

from forms import sample
from forms.opening import check
from forms.structure.tour import mask, walk


@pytest.fixture
def lines(today):
    return {line.pointer: line for line in walk(check(sample.sample(7), today=today).form)}


def test_codes_numbers_days_and_booleans_are_shown_in_chinese(lines):
    shown = {pointer: line.value for pointer, line in lines.items()}
    assert shown["/company/entity_type"] == "有限责任公司（自然人投资或控股）"
    assert shown["/company/capital/amount"] == "100 万元"
    assert shown["/company/licence/paper"] == "是"
    assert shown["/company/industry_code"] == "A0141 蔬菜种植"
    assert shown["/people/holders/0/share_pct"] == "60%"
    assert shown["/premises/region_code"] == "示范市云启区"
    assert shown["/premises/lease/to"] == "2029年12月1日"
    assert shown["/housing_fund/first_month"] == "2026年12月"
    assert shown["/bank/branch_cnaps"] == "示范银行开元支行（虚构）（990990100021）"
    assert shown["/social_insurance/insurances"].startswith("企业职工基本养老保险、失业保险")


def test_rows_are_numbered_and_groups_named(lines):
    line = lines["/people/holders/1/cert/no"]
    assert (line.section, line.trail, line.label) == ("股东与人员", ("股东 2", "证件"), "证件号码")


def test_sensitive_answers_are_masked_where_shown(lines):
    number = lines["/people/holders/0/cert/no"]
    assert number.sensitive
    assert number.shown == number.value[:6] + "********" + number.value[-4:]
    assert lines["/company/name/full"].shown == lines["/company/name/full"].value
    assert lines["/staff/members/0/monthly_wage"].shown.startswith("****0")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("431302199001010018", "431302********0018"),
        ("13812345678", "138****5678"),
        ("6212260000001234", "************1234"),
        ("示范市开元区示范路 1 号", "示范市****1"),
        ("8000 元", "****00"),
        ("12 元", "****"),
        ("1990年1月1日", "****"),
        ("甲", "****"),
    ],
)
def test_masks(text, masked):
    assert mask(text) == masked


def test_no_personal_number_is_shown_anywhere_in_the_overview(today):
    form = check(sample.sample(9), today=today).form
    shown = " ".join(line.shown for line in walk(form))
    for holder in form["people"]["holders"]:
        assert holder["cert"]["no"] not in shown
        assert holder["mobile"] not in shown
        assert holder["residence"] not in shown


def test_every_hand_made_sample_can_be_walked(today):
    for name in sample.names():
        assert all(line.value for line in walk(check(sample.handmade(name), today=today).form))


def test_absent_sections_are_passed_over():
    assert list(walk({})) == []
