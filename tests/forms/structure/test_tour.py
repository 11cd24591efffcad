"""The walk through a form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
PLACES = [pointer.split("/")[1:] for pointer in (line.pointer for line in walk(sample.sample(7)))]
#: Every place where something stands, the groups and rows around it included.
ALL = sorted({tuple(place[: n + 1]) for place in PLACES for n in range(len(place))})


@settings(deadline=None, max_examples=300)
@given(place=st.sampled_from(ALL), value=ANYTHING)
def test_whatever_stands_anywhere_is_walked_and_shown(place, value):
    form = sample.sample(7)
    *groups, last = place
    beside = form
    for part in groups:
        beside = beside[int(part) if isinstance(beside, list) else part]
    beside[int(last) if isinstance(beside, list) else last] = value
    for line in walk(form):
        assert isinstance(line.value, str)
        assert isinstance(line.shown, str)


def test_what_has_another_shape_than_its_question_is_a_line_that_tells_nothing():
    form = {"people": {"legal_rep": "王小明 431302199001010018", "holders": [5, {"name": "甲"}]}}
    lines = {line.pointer: line for line in walk(form)}
    whole = lines["/people/legal_rep"]
    assert whole.value == "王小明 431302199001010018"
    assert "王小明 4" not in whole.shown
    assert (lines["/people/holders/0"].label, lines["/people/holders/0"].value) == ("股东 1", "5")
    assert lines["/people/holders/1/name"].trail == ("股东 2",)
    [code] = walk({"company": {"entity_type": {"a": 1}}})
    assert (code.value, code.sensitive, code.listed) == ('{"a": 1}', True, False)
