"""Personal numbers: hidden wherever they stand; receipts: readable."""

import pytest
from marshmallow import Schema, fields

from kaiban.documents.masking import masked, masked_sensitive, masked_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("990101199003070030", "990101********0030"),
        ("99010119900307003X", "990101********003X"),
        ("99010119900307003x", "990101********003x"),
        ("９９０１０１１９９００３０７００３０", "９９０１０１********００３０"),
        ("99010119900307003Ｘ", "990101********003Ｘ"),
        ("王小芳（990101199003070030）未实名", "王小芳（990101********0030）未实名"),
        ("990101199003070030,990101198812150011", "990101********0030,990101********0011"),
        ("990101202611200017", "990101202611200017"),
        ("KB99010020261120004176", "KB99010020261120004176"),
        ("SB990101199003070030", "SB990101199003070030"),
        ("91990100MA41000025", "91990100MA41000025"),
        ("990101199013070030", "990101199013070030"),
        ("", ""),
    ],
)
def test_an_identity_number_is_cut_inside_any_text_and_nothing_else_is(text, shown):
    assert masked_text(text, 2026) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("990101199003070030", "990101********0030"),
        ("990101900307003", "990101*****7003"),
        ("990101201903070030", "990101********0030"),
        ("13800005678", "138****5678"),
        ("6222020000001234567", "****4567"),
        ("+86 13800005678", "+****78"),
        ("（0731）88881234", "（****34"),
        ("军字第 0123456 号", "军****56"),
        ("8000.50", "****50"),
        ("12", "1*"),
        ("王小芳", "王**"),
        ("买买提·艾力", "买***"),
        ("李", "李*"),
        ("", ""),
    ],
)
def test_a_sensitive_value_is_always_cut(value, shown):
    assert masked_sensitive(value) == shown


class Inner(Schema):
    id_number = fields.String(metadata={"sensitive": True}, data_key="idNo")


class Outer(Schema):
    people = fields.List(fields.Nested(Inner))
    head = fields.Nested(Inner)
    mobiles = fields.List(fields.String(), metadata={"sensitive": True})
    card = fields.Raw(metadata={"sensitive": True})


def test_fields_are_masked_by_their_schema_however_deep():
    result = {
        "people": [{"idNo": "990101201903070030"}, {"idNo": None}],
        "head": {"idNo": "990101201903070030"},
        "mobiles": ["13800005678"],
        "card": {"no": 6222020000001234567},
    }
    assert masked(result, 2026, Outer()) == {
        "people": [{"idNo": "990101********0030"}, {"idNo": None}],
        "head": {"idNo": "990101********0030"},
        "mobiles": ["138****5678"],
        "card": {"no": "****4567"},
    }


def test_what_is_not_text_keeps_its_type_unless_it_hides_a_number():
    result = {"flag": True, "count": 3, "rate": 0.08, "none": None, "id": 990101199003070030}
    assert masked(result, 2026) == {**result, "id": "990101********0030"}


def test_a_number_used_as_a_key_is_masked_too():
    assert masked({"990101199003070030": 1}, 2026) == {"990101********0030": 1}


def test_half_characters_become_readable_text():
    assert masked("坏\ud800", 2026).encode() == "坏\ufffd".encode()
