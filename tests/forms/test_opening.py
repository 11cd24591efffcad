"""The one check: everything at once, nothing ever raised, work bounded by the form."""

import copy
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields

from forms import sample
from forms.defects import TABLE
from forms.opening import ALWAYS, SECTIONS, check, path_exists

DAY = sample.SAMPLE_DAY


@given(st.integers(min_value=-(10**9), max_value=10**9))
@settings(max_examples=60, deadline=None)
def test_every_sample_is_clean_and_checking_again_changes_nothing(seed):
    result = check(sample.sample(seed), today=DAY)
    assert result.defects == ()
    again = check(result.form, today=DAY)
    assert again.defects == ()
    assert again.form == result.form


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2034, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_a_sample_for_any_day_is_clean_on_that_day(day):
    assert check(sample.sample(3, day), today=day).defects == ()


def test_seeds_give_different_companies_and_people():
    forms = [check(sample.sample(seed), today=DAY).form for seed in range(100)]
    assert len({f["company"]["name"]["full"] for f in forms}) == 100
    assert len({h["cert"]["no"] for f in forms for h in f["people"]["holders"]}) == 200
    assert sample.sample(5) == sample.sample(5)


@pytest.mark.parametrize("name", sample.names())
def test_hand_made_samples_are_clean(name):
    assert check(sample.handmade(name), today=DAY).defects == ()


def test_hand_made_samples_keep_until_2031():
    for name in sample.names():
        assert check(sample.handmade(name), today=date(2031, 6, 1)).defects == ()


def test_the_checked_form_is_complete():
    form = check(sample.sample(6), today=DAY).form
    assert form["company"]["name"]["full"] == "示范市" + sample.trade_name(6) + "信息技术有限公司"
    assert form["company"]["scope"]["text"].startswith(
        "一般项目：信息系统集成服务；企业管理咨询；"
    )
    assert form["people"]["holders"][0]["share_pct"] == 60
    assert form["people"]["holders"][0]["birth_date"]
    assert form["people"]["tax_agent"]["cert"] == form["people"]["finance_officer"]["cert"]
    assert form["social_insurance"]["risk_class"] == 1
    assert form["social_insurance"]["staff_count"] == 3
    assert form["social_insurance"]["clerk"]["name"] == form["people"]["proxy"]["name"]
    assert form["housing_fund"]["clerk"] == form["social_insurance"]["clerk"]


def test_licensed_entries_are_printed_first_with_the_usual_words():
    form = sample.sample()
    form["company"]["scope"]["items"] = [{"code": "G101"}, {"code": "L101"}, {"code": "L102"}]
    printed = check(form, today=DAY).form["company"]["scope"]["text"]
    assert printed == (
        "许可项目：餐饮服务；食品销售（依法须经批准的项目，经相关部门批准后方可开展经营活动，"
        "具体经营项目以相关部门批准文件或许可证件为准）。"
        "一般项目：软件开发（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
    )


def test_what_was_sent_for_a_derived_value_is_worked_out_again():
    form = sample.sample()
    form["company"]["name"]["full"] = ["anything"]
    form["social_insurance"]["risk_class"] = "9"
    result = check(form, today=DAY)
    assert result.defects == ()
    assert result.form["company"]["name"]["full"].startswith("示范市")


def test_the_entry_itself_is_not_changed():
    form = sample.sample()
    before = copy.deepcopy(form)
    check(form, today=DAY)
    assert form == before


def test_parts_of_the_result_are_not_shared():
    form = check(sample.sample(), today=DAY).form
    form["social_insurance"]["clerk"]["cert"]["no"] = "changed"
    form["people"]["tax_agent"]["cert"]["no"] = "changed"
    assert form["people"]["proxy"]["cert"]["no"] != "changed"
    assert form["people"]["finance_officer"]["cert"]["no"] != "changed"


@pytest.mark.parametrize("entry", [None, [], 3, 1.5, "x", True, [{}], Decimal("NaN")])
def test_an_entry_that_is_no_object_is_one_defect(entry):
    (defect,) = check(entry, today=DAY).defects
    assert (defect.pointer, defect.code) == ("", "type.object")


def test_an_empty_entry_names_every_question_of_every_section():
    defects = check({}, today=DAY).defects
    assert {d.code for d in defects} == {"required", "owners.needed"}
    assert {"/company/name/trade_name", "/people/holders", "/consents/sensitive"} <= {
        d.pointer for d in defects
    }
    assert {d.pointer.split("/")[1] for d in defects} == set(SECTIONS) - {
        "social_insurance",
        "staff",
    }


def test_only_wanted_sections_are_required_but_present_ones_are_checked():
    form = {name: part for name, part in sample.sample().items() if name in ALWAYS}
    assert check(form, today=DAY, wanted=()).defects == ()
    assert check(form, today=DAY, wanted={"company"}).defects == ()
    form["bank"] = {"branch_cnaps": "123"}
    found = {d.pointer for d in check(form, today=DAY, wanted={"tax"}).defects}
    assert "/bank/branch_cnaps" in found
    assert "/tax/taxpayer_kind" in found
    assert not any(p.startswith("/housing_fund") for p in found)


def test_a_section_of_another_department_is_part_of_the_form():
    class Medical(Schema):
        scheme = fields.String(required=True, metadata={"label": "医保类型"})
        count = fields.Integer(strict=True, metadata={"label": "人数"})

    more = {**SECTIONS, "medical": Medical}
    form = sample.sample()
    (missing,) = check(form, today=DAY, sections=more).defects
    assert (missing.pointer, missing.code) == ("/medical/scheme", "required")
    assert "医保类型" in missing.message
    form["medical"] = {"scheme": "a", "count": "x", "other": 1}
    found = {d.pointer: d.code for d in check(form, today=DAY, sections=more).defects}
    assert found == {"/medical/count": "invalid", "/medical/other": "unknown"}
    form["medical"] = {"scheme": "a"}
    assert check(form, today=DAY, sections=more).form["medical"] == {"scheme": "a"}
    assert path_exists("medical.scheme", more)
    assert not path_exists("medical.scheme")


def test_ten_thousand_holders_are_one_defect():
    form = sample.sample()
    form["people"]["holders"] *= 5000
    (defect,) = check(form, today=DAY).defects
    assert (defect.pointer, defect.code) == ("/people/holders", "list.too_many")
    assert "50" in defect.message


def test_ten_thousand_unknown_keys_are_a_few_defects():
    form = sample.sample()
    form.update({f"k{i}": i for i in range(10_000)})
    form["company"].update({f"k{i}": i for i in range(10_000)})
    defects = check(form, today=DAY).defects
    assert len(defects) == 42
    assert ("/company", "unknown.many") in {(d.pointer, d.code) for d in defects}


def test_hostile_keys_make_pointers_that_can_be_printed():
    form = sample.sample()
    form["company"] |= {"a/b~c": 1, "\ud800": 2, "": 3, "x" * 100_000: 4, "_schema": 5}
    defects = check(form, today=DAY).defects
    pointers = [d.pointer for d in defects]
    json.dumps(pointers, ensure_ascii=False).encode()
    assert {"/company/a~1b~0c", "/company/", "/company/_schema"} <= set(pointers)
    assert len(pointers) == 5
    assert max(map(len, pointers)) < 200
    assert {d.code for d in defects} == {"unknown"}


def test_messages_never_repeat_what_was_typed_in_a_sensitive_field():
    form = sample.sample()
    form["people"]["legal_rep"]["cert"]["no"] = "431302199001010019"
    form["people"]["legal_rep"]["mobile"] = "1990000"
    said = str(check(form, today=DAY).defects)
    assert "431302199001010019" not in said
    assert "1990000" not in said


def test_defects_are_in_the_order_of_the_form_and_never_twice():
    defects = check(
        {"bank": {}, "company": {"name": {"trade_name": "雷锋中国"}}}, today=DAY
    ).defects
    places = [(d.pointer, d.code) for d in defects]
    assert len(places) == len(set(places))
    first = [p.split("/")[1] for p, _ in places]
    assert first == sorted(first, key=list(SECTIONS).index)
    (forbidden,) = [d for d in defects if d.code == "name.forbidden"]
    assert "雷锋" in forbidden.message
    assert "中国" in forbidden.message


def test_paths_name_questions_and_groups():
    good = ["company", "company.name", "company.name.full", "people.holders.cert.no"]
    good += ["premises.lease.from", "staff.members.monthly_wage", "tax.invoice.kinds.kind"]
    bad = [
        "",
        "x",
        "company.x",
        "company.name.full.x",
        "people.holders.0.cert",
        "premises.lease.start",
    ]
    assert all(map(path_exists, good))
    assert not any(map(path_exists, bad))


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.sampled_from(["\ud800", "x" * 6000, 10**4000, "2026-02-30", "９", "1130", "张三"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def _places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


PLACES = list(_places(sample.sample()))[1:]


@given(st.sampled_from(PLACES), JUNK)
@settings(max_examples=400, deadline=None)
def test_one_changed_value_anywhere_never_raises(place, junk):
    form = sample.sample()
    inner = form
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = junk
    for defect in check(form, today=DAY).defects:
        assert defect.code in TABLE
        assert defect.message
        (defect.pointer + defect.message).encode()


@given(st.sampled_from(PLACES))
@settings(max_examples=200, deadline=None)
def test_one_removed_value_anywhere_never_raises(place):
    form = sample.sample()
    inner = form
    for part in place[:-1]:
        inner = inner[part]
    del inner[place[-1]]
    result = check(form, today=DAY)
    assert all(d.code in TABLE for d in result.defects)


@given(JUNK)
@settings(max_examples=200, deadline=None)
def test_any_json_value_is_answered(junk):
    assert check(junk, today=DAY).defects


def test_a_part_of_the_form_can_be_checked_by_itself():
    part = {"bank": SECTIONS["bank"]}
    form = {"bank": sample.sample()["bank"]}
    assert check(form, today=DAY, sections=part, wanted={"bank"}).defects == ()
    assert check({}, today=DAY, sections=part, wanted={"bank"}).defects != ()


@pytest.mark.parametrize(
    ("pointer", "said", "meant"),
    [
        ("/company/capital/amount", "100万", "100"),
        ("/company/capital/paid_by", "2027/1/1", "2027-01-01"),
        ("/company/contact_phone", "(0731)88881234", "0731-88881234"),
        ("/housing_fund/unit_ratio", "8%", "8"),
        ("/housing_fund/payday", "15号", "15"),
    ],
)
def test_a_program_is_refused_and_told_what_a_page_would_have_read(changed, pointer, said, meant):
    found = check(changed({pointer: said}), today=DAY).defects
    (told,) = [one for one in found if one.pointer == pointer]
    assert told.message.endswith(f"按所写内容，应填 {meant}。")


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        ("/company/capital/amount", "一百"),
        ("/staff/members/0/monthly_wage", "8000元"),
        ("/people/legal_rep/mobile", "+86 13800000000"),
    ],
)
def test_what_is_not_sure_or_sensitive_is_not_repeated(changed, pointer, said):
    found = check(changed({pointer: said}), today=DAY).defects
    assert [one for one in found if "应填" in one.message] == []
