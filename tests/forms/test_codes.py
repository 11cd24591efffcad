"""The scope catalogue and the industries agree with each other, with their standards, and with what the registrar knows."""

import json
import re
from importlib.resources import files

import pytest

from forms import codes

#: Classes of risk at work by the divisions of GB/T 4754-2017, as 人社部发〔2015〕71号 names them (it numbers those of 2011).
RISKS = {
    1: "65 66 67 68 69 75 85 87",
    2: "51 52 59 60 61 62 63 64 70 71 72 73 74 80 82 83 84 86 88",
    3: "13 14 15 16 17 20 24 39 40 41 46 76 77 81 90",
    4: "01 03 05 18 19 23 27 28 29 33 34 35 36 37 38 42 43 44 45 53 56 57 89",
    5: "02 11 21 22 49 50 54 55 58 78",
    6: "04 26 30 31 32 47 48",
    7: "07 12 25",
    8: "06 08 09 10",
}
#: Of the division 59 of 2017 what was, in 2011, transport agents' business.
OTHERWISE = {"G5910": 5}
#: The sections of GB/T 4754-2017 by the first and the last of their divisions.
SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90),
}  # fmt: skip


@pytest.mark.parametrize("item", codes.INDUSTRIES.items, ids=lambda item: item.code)
def test_an_industry_is_in_its_section_and_its_risk_that_of_its_division(item):
    division = item.code[1:3]
    first, last = SECTIONS[item.code[0]]
    assert first <= int(division) <= last
    by_division = next(risk for risk, each in RISKS.items() if division in each.split())
    assert item.more["risk"] == OTHERWISE.get(item.code, by_division)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("A0314", "羊的饲养"),
        ("C1811", "运动机织服装制造"),
        ("F5134", "化妆品及卫生用品批发"),
        ("R8820", "艺术表演场馆"),
        ("R8930", "健身休闲活动"),
        ("C2671", "炸药及火工产品制造"),
        ("E5012", "住宅装饰和装修"),
        ("F5128", "烟草制品批发"),
        ("L7259", "其他广告服务"),
        ("L7289", "其他会议、展览及相关服务"),
        ("P8394", "教育辅助服务"),
    ],
)
def test_industries_are_called_as_in_the_standard(code, label):
    assert codes.INDUSTRIES.label(code) == label


@pytest.mark.parametrize(
    ("label", "industry"),
    [
        ("民用爆炸物品生产", "C2671"),
        ("烟草专卖品批发", "F5128"),
        ("住宅室内装饰装修", "E5012"),
        ("广告设计、代理", "L7259"),
        ("会议及展览服务", "L7289"),
        ("食用农产品批发", "F5123"),
        ("化妆品批发", "F5134"),
        ("健身休闲活动", "R8930"),
        ("食品销售（仅销售预包装食品）", "F5229"),
    ],
)
def test_an_entry_of_the_scope_leads_to_its_industry(label, industry):
    [item] = [each for each in codes.SCOPE.items if each.label == label]
    assert item.more["industry"] == industry


def test_the_catalogue_has_what_most_companies_do_each_once():
    items = codes.SCOPE.items
    assert len(items) >= 300
    assert len({each.label for each in items}) == len(items)
    assert all(re.fullmatch(r"[GLP][0-9]{3}", each.code) for each in items)
    assert {each.more["industry"] for each in items} <= codes.INDUSTRIES.by_code.keys()


def test_whatever_needs_a_licence_says_which_from_whom_and_by_which_rule():
    for item in codes.SCOPE.items:
        told = [item.more.get(name) for name in ("licence", "office", "basis")]
        needed = item.more["class"] != "general" or item.more.get("how") == "filing"
        assert all(told) if needed else not any(told), item.label
        assert item.more.get("how", "") in {"", "filing", "commitment"}, item.label


def test_the_registrar_knows_every_entry_by_the_same_name():
    text = (files("adapters.registration.stub") / "register.json").read_text("utf-8")
    known = {code: (label, kind) for code, label, kind in json.loads(text)["scope"]}
    assert known == {each.code: (each.label, each.more["class"]) for each in codes.SCOPE.items}
