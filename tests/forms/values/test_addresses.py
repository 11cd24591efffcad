"""The address of the seat, its region once."""

import pytest

from forms.opening import check
from forms.values.addresses import completed, full_address

AT = "/premises/detail"


@pytest.mark.parametrize(
    "typed",
    [
        "青云路 18 号 3 栋",
        "云启区青云路 18 号 3 栋",
        "示范市云启区青云路 18 号 3 栋",
        "湖南省示范市云启区青云路 18 号 3 栋",
        "湖南省示范市 云启区 青云路 18 号 3 栋",
    ],
)
def test_a_region_that_was_pasted_along_is_cut_off(changed, today, typed):
    found = check(changed({"/premises/region_code": "990103", AT: typed}), today=today)
    assert found.defects == ()
    assert found.form["premises"]["detail"] == "青云路 18 号 3 栋"
    assert full_address(found.form["premises"]) == "示范市云启区青云路 18 号 3 栋"
    assert completed(found.form)["premises"]["full"] == "示范市云启区青云路 18 号 3 栋"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("长沙市岳麓区青云路 18 号", "premises.elsewhere"),
        ("湖南省长沙市青云路 18 号", "premises.elsewhere"),
        ("北京市朝阳区青云路 18 号", "premises.elsewhere"),
        ("娄底市青云路 18 号", "premises.elsewhere"),
        ("示范市开元区青云路 18 号", "premises.elsewhere"),
        ("长沙市青云路 18 号", "premises.maybe_elsewhere"),
    ],
)
def test_another_region_is_refused_or_asked_about(defects_of, typed, code):
    assert defects_of({"/premises/region_code": "990103", AT: typed}) == [(AT, code)]


@pytest.mark.parametrize(
    "typed",
    [
        "城市广场 1 号",
        "超市路 8 号",
        "菜市口大街 2 号",
        "幸福小区 3 栋 502 室",
        "夜市街 1 号",
        "工业园区纬一路 9 号",
    ],
)
def test_streets_with_a_town_in_their_name_are_streets(defects_of, typed):
    assert defects_of({"/premises/region_code": "990103", AT: typed}) == []


def test_a_form_without_a_seat_is_left_as_it_is():
    assert completed({"company": {}}) == {"company": {}}
    assert completed({"premises": {"detail": "x"}}) == {"premises": {"detail": "x"}}
