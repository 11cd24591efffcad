"""What each kind of field takes, how it spells it, and how it refuses."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from forms import codes, fields
from forms.defects import Found, defect


def outcome(field, value):
    """Return what `field` makes of `value`: the value, or the code of the flaw."""
    try:
        return field.deserialize(value)
    except ValidationError as error:
        one = error.messages[0]
        return ("refused", getattr(one, "code", one))


@pytest.mark.parametrize(
    ("beside", "applies", "shows"),
    [
        ({"cert": {"type": "passport"}}, True, True),
        ({"cert": {"type": "id_card"}}, False, False),
        ({"cert": {}}, False, True),
        ({}, False, True),
        ({"cert": "passport"}, False, True),
        ({"cert": {"type": ["passport"]}}, False, True),
    ],
)
def test_a_question_few_are_asked_is_shown_until_the_answer_is_another(beside, applies, shows):
    when = fields.When("cert.type", {"passport"}, seldom=True)
    assert (when.applies(beside), when.shows(beside)) == (applies, shows)
    assert fields.When("cert.type", {"passport"}).shows(beside)


def refused(code):
    return ("refused", code)


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("张三", "张三"),
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("𠮷䶮", "𠮷䶮"),
        ("王㼆", "王㼆"),
        ("\U00031350某", "\U00031350某"),
        ("\U0002ebf0某", "\U0002ebf0某"),
        ("阿卜杜.热合曼", "阿卜杜·热合曼"),
        ("阿卜杜．热合曼", "阿卜杜·热合曼"),
        ("阿卜杜•热合曼", "阿卜杜·热合曼"),
        ("阿卜杜‧热合曼", "阿卜杜·热合曼"),
        ("阿卜杜・热合曼", "阿卜杜·热合曼"),
        ("阿卜杜 · 热合曼", "阿卜杜·热合曼"),
        ("María  José O’Neill-Smith Jr.", "María José O’Neill-Smith Jr."),
        ("Mari\u0301a", "María"),
    ],
)
def test_a_name_has_one_spelling(typed, spelt):
    assert outcome(fields.Name("姓名"), typed) == spelt


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("张\x00三", "text.control"),
        ("张\n三", "text.control"),
        ("张\ud800三", "text.surrogate"),
        ("张\u202e三", "text.bidi"),
        ("张\u200b三", "text.invisible"),
        ("张\ufeff三", "text.invisible"),
        ("张\u2028三", "text.invisible"),
        ("张\ue000三", "text.private"),
        ("张\U0002fffe三", "text.private"),
        ("张😀三", "text.emoji"),
        ("张❤️三", "text.emoji"),
        ("👨\u200d👩", "text.emoji"),
        ("张<三>", "text.symbol"),
        ("张", "text.too_short"),
        ("张" * 51, "text.too_long"),
        ("张" * 100_000, "text.too_long"),
        (3, "type.text"),
        (True, "type.text"),
        (["张三"], "type.text"),
        ({"a": 1}, "type.text"),
        ("", "required"),
        ("  ", "required"),
        (None, "required"),
    ],
)
def test_a_name_refuses_with_the_code_of_the_reason(typed, code):
    assert outcome(fields.Name("姓名"), typed) == refused(code)


def test_company_brackets_become_full_width():
    spelt = outcome(fields.OrganisationName("名称"), "示范(开元)有限公司")
    assert spelt == "示范（开元）有限公司"
    assert outcome(fields.OrganisationName("名称"), "示范（开元）有限公司") == spelt


@pytest.mark.parametrize("typed", ["ABC", "青禾1", "青·禾", "青 禾a", "青禾（云）"])
def test_parts_of_a_company_name_are_hanzi_only(typed):
    assert outcome(fields.Hanzi("字号"), typed) == refused("text.hanzi")


@pytest.mark.parametrize("value", [1, Decimal("0.000001"), Decimal("999999999.999999"), 999999999])
def test_money_survives_a_round_trip_through_float(value):
    loaded = outcome(fields.Money("金额"), value)
    assert loaded == value
    assert Decimal(repr(float(loaded))) == loaded


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("100", "type.number"),
        ("１００", "type.number"),
        (True, "type.number"),
        (1.5, "money.float"),
        (float("nan"), "money.float"),
        (Decimal("NaN"), "type.number"),
        (Decimal("sNaN"), "type.number"),
        (Decimal("Infinity"), "type.number"),
        (0, "money.positive"),
        (-1, "money.positive"),
        (10**9, "money.too_large"),
        (10**4000, "money.too_large"),
        (Decimal("1E+999999"), "money.too_large"),
        (Decimal("1E-999999"), "money.decimals"),
        (Decimal("0.0000001"), "money.decimals"),
        ([1], "type.number"),
        (None, "required"),
    ],
)
def test_money_refuses(value, code):
    assert outcome(fields.Money("金额"), value) == refused(code)


@given(st.decimals(min_value=0, max_value=Decimal("999999999.999999"), places=6))
def test_any_amount_is_plain_and_equal(amount):
    loaded = outcome(fields.Money("金额", zero=True), amount)
    assert loaded == amount
    assert "E" not in str(loaded)
    assert not str(loaded).startswith("-")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "type.integer"),
        (1.9, "type.integer"),
        (1.0, "type.integer"),
        (Decimal(1), "type.integer"),
        ("1", "type.integer"),
        ("１", "type.integer"),
        (0, "number.range"),
        (11, "number.range"),
        (10**4000, "number.range"),
    ],
)
def test_a_whole_number_refuses(value, code):
    assert outcome(fields.Whole("数量", low=1, high=10), value) == refused(code)


@pytest.mark.parametrize("value", [0, 1, "true", "是", Decimal(1), []])
def test_yes_or_no_is_a_boolean(value):
    assert outcome(fields.Flag("同意"), value) == refused("type.boolean")


def test_a_consent_must_be_given():
    assert outcome(fields.Consent("同意"), value=True) is True
    assert outcome(fields.Consent("同意"), value=False) == refused("consent.needed")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-02-30", "date.invalid"),
        ("2025-02-29", "date.invalid"),
        ("0000-01-01", "date.invalid"),
        ("2026/01/01", "date.format"),
        ("20260101", "date.format"),
        ("2026-1-1", "date.format"),
        ("２０２６-01-01", "date.format"),
        ("2026-01-01T00:00:00", "date.format"),
        ("2026-W01-1", "date.format"),
        ("9" * 100_000, "date.format"),
        (20260101, "type.text"),
    ],
)
def test_a_day_refuses(value, code):
    assert outcome(fields.Day("日期"), value) == refused(code)


def test_days_and_months_stay_text():
    assert outcome(fields.Day("日期"), " 2024-02-29 ") == "2024-02-29"
    assert outcome(fields.Month("月份"), "2026-12") == "2026-12"
    assert outcome(fields.Month("月份"), "2026-13") == refused("month.invalid")
    assert outcome(fields.Month("月份"), "2026-12-01") == refused("month.format")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("１３８00000000", refused("text.half_width")),
        ("1380000000", refused("mobile.invalid")),
        ("+8613800000000", refused("mobile.invalid")),
        (13800000000, refused("type.text")),
        ("١٣٨٠٠٠٠٠٠٠٠", refused("mobile.invalid")),
    ],
)
def test_a_mobile_number(value, expected):
    assert outcome(fields.Mobile(), value) == expected


@pytest.mark.parametrize("address", ["a@b.cn", "a.b-c_d+e@x-y.example.com", "o'neill@example.com"])
def test_an_email_address_is_accepted(address):
    assert outcome(fields.Email(), address) == address


@pytest.mark.parametrize(
    "address", ["a@b", "a@@b.cn", ".a@b.cn", "a..b@c.cn", "a@-b.cn", "张@b.cn"]
)
def test_a_broken_email_address_is_refused(address):
    assert outcome(fields.Email(), address) == refused("email.invalid")


def test_bank_codes_are_told_apart_by_shape_and_check():
    field = fields.BankCode("行号")
    assert outcome(field, "990990100021") == "990990100021"
    assert outcome(field, "99099010002") == refused("bank.code_shape")
    assert outcome(field, "990990100022") == refused("bank.code_check")


@pytest.mark.parametrize("typed", ["I6513", "i6513", "6513", " I6513 "])
def test_an_industry_code_is_completed_to_letter_and_digits(typed):
    assert outcome(fields.IndustryCode("行业"), typed) == "I6513"


@pytest.mark.parametrize("typed", ["X9999", "6514", "", "I65", "I6513 ; DROP", "9" * 99999])
def test_an_unknown_industry_code_is_refused(typed):
    assert outcome(fields.IndustryCode("行业"), typed)[0] == "refused"


def test_a_choice_names_what_can_be_chosen():
    with pytest.raises(ValidationError) as caught:
        fields.Choice("方式", codes.TENURES).deserialize("rent")
    assert "租赁" in caught.value.messages[0].params["choices"]


def test_a_long_list_is_not_recited_but_searched():
    field = fields.Choice("条目", codes.SCOPE)
    with pytest.raises(ValidationError) as caught:
        field.deserialize("X")
    flaw = caught.value.messages[0]
    told = defect(Found("/x", flaw), label="条目", asking=field.asking)
    assert told.code == "code.unknown"
    assert told.message == "“条目”请从列表中选择一项，可以输入几个字来查找。"
    assert fields.Choice("方式", codes.TENURES).asking == "chosen"


def test_several_values_are_each_judged_at_their_place():
    field = fields.Several(fields.Choice("险种", codes.INSURANCES), "险种", most=5)
    assert outcome(field, ["110", "210"]) == ["110", "210"]
    with pytest.raises(ValidationError) as caught:
        field.deserialize(["110", "999", "110", None, 3])
    found = {place: flaws[0].code for place, flaws in caught.value.messages.items()}
    assert found == {1: "code.unknown", 2: "list.repeated", 3: "required", 4: "type.text"}


def test_what_may_be_left_out_is_left_out_by_null_and_blank_alike():
    field = fields.Whole("数量", low=1, high=9, required=False, default=4)
    assert [outcome(field, value) for value in (None, "", " ")] == [4, 4, 4]


@given(st.text())
def test_any_text_is_taken_or_refused_with_a_known_code(typed):
    for field in (fields.Name("姓名"), fields.Text("地址"), fields.Mobile(), fields.Email()):
        result = outcome(field, typed)
        assert isinstance(result, str) or re.fullmatch(r"[a-z.]+[a-z_]+", result[1])


@given(st.text())
def test_a_spelling_is_final(typed):
    for field in (fields.Name("姓名"), fields.OrganisationName("名称"), fields.Text("地址")):
        once = outcome(field, typed)
        if isinstance(once, str):
            assert outcome(field, once) == once


def test_a_number_too_long_to_print_is_still_refused():
    assert outcome(fields.Money("金额"), 10**5000) == refused("money.too_large")
    assert outcome(fields.Whole("数量", low=1, high=10), 10**5000) == refused("number.range")
