"""Contents are of their field's kind, awkward where it hurts, and found again where they stand whole."""

import re

import pytest
from marshmallow import Schema, fields

from adapters.kit.demanding import Failed
from adapters.kit.rig import contents
from adapters.kit.rig.arrivals import Ledger, places, same_value
from forms.values.checks import is_credit_code, is_id_card


class Person(Schema):
    name = fields.String(required=True, metadata={"path": "name", "bytes": 20, "sensitive": True})
    cert_no = fields.String(metadata={"path": "cert.no"})
    wage = fields.Decimal(metadata={"path": "monthly_wage"})


class Needs(Schema):
    credit_code = fields.String(metadata={"path": "facts.credit_code"})
    name = fields.String(metadata={"path": "company.name.full", "bytes": 60})
    kind = fields.String(metadata={"path": "company.kind"})
    until = fields.Date(metadata={"path": "premises.until"})
    staff = fields.List(fields.Nested(Person), metadata={"path": "staff.members"})


SAMPLE = {
    "credit_code": "91990102MA00000015",
    "name": "示范市青禾云软件有限公司",
    "kind": "enterprise",
    "until": "2031-02-28",
    "staff": [{"name": "张三", "cert_no": "990102199003070011", "wage": "8000"}],
}


def values(needs):
    return {leaf.where: leaf.text for leaf in contents.leaves(Needs(), needs)}


def sent(*rounds, alter=lambda _where, text: text):
    ledger = Ledger()
    for needs in rounds:
        told = {where: alter(where, text) for where, text in values(needs).items()}
        ledger.add(contents.answers(Needs(), needs), told)
    return ledger


def test_the_kinds_are_seen_by_declaration_path_and_sample():
    kinds = {leaf.where: contents.kind_of(leaf) for leaf in contents.leaves(Needs(), SAMPLE)}
    assert {where: kind and kind.name for where, kind in kinds.items()} == {
        "credit_code": "credit code", "name": "text", "kind": None, "until": "day",
        "staff.0.name": "name", "staff.0.cert_no": "id", "staff.0.wage": "amount",
    }  # fmt: skip


def test_lists_of_people_get_several_and_everybody_is_somebody_else():
    found = contents.filled(Needs(), SAMPLE, 1)
    names = [one["name"] for one in found["staff"]]
    assert len(set(names)) == len(names) == contents.PEOPLE
    assert found["kind"] == "enterprise", "what comes from a list of codes stays"


def test_among_the_contents_are_the_dot_the_last_byte_and_sums_no_float_holds():
    rounds = [contents.filled(Needs(), SAMPLE, nth) for nth in range(7)]
    assert any("·" in one["staff"][0]["name"] for one in rounds)
    assert any("“" in one["name"] and "（" in one["name"] for one in rounds)
    assert max(len(one["name"].encode("gbk", "replace")) for one in rounds) in (59, 60)
    wages = [one["staff"][0]["wage"] for one in rounds]
    assert any(
        str(float(wage)) != wage.rstrip("0").rstrip(".") and len(wage) > 16 for wage in wages
    )


def test_credit_codes_and_identity_numbers_have_their_check_characters():
    for nth in range(7):
        found = contents.filled(Needs(), SAMPLE, nth)
        code, number = found["credit_code"], found["staff"][1]["cert_no"]
        assert is_credit_code(code), code
        assert is_id_card(number), number
        assert number[:14] == SAMPLE["staff"][0]["cert_no"][:14]


def test_what_hypothesis_draws_is_the_same_again_and_keeps_to_the_fields():
    first, second = (contents.drawn(Needs(), SAMPLE, 5, again=True) for _ in range(2))
    assert first == second
    assert len(first) == 5
    assert all(Needs().load(one) for one in first)


def test_another_company_is_made_anew_each_time_and_a_person_stays_one_person():
    first, second = (contents.fresh(Needs(), SAMPLE, salt) for salt in ("a", "b"))
    assert first["credit_code"] != second["credit_code"]
    assert first["name"] != second["name"]
    assert re.fullmatch(r"示范市.+有限公司", first["name"])


def test_contents_that_stand_whole_in_their_place_are_in_order():
    rounds = [contents.filled(Needs(), SAMPLE, nth) for nth in range(7)]
    ledger = sent(*rounds)
    ledger.demand_whole(set())
    # In order is what was entered and looked at, not what nobody has sent.
    assert len(ledger.messages) == len(rounds)
    assert {"name", "until", "staff.*.name", "staff.*.wage"} <= ledger.sent.keys()
    assert all(found for rows in ledger.sent.values() for *_, found in rows)


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda where, text: text.replace("·", ""), "did not arrive whole"),
        (lambda where, text: text[:20], "did not arrive whole"),
        (lambda where, text: text.translate(str.maketrans("“”", '""')), "did not arrive whole"),
        (lambda where, text: f"{float(text):.2f}" if where.endswith("wage") else text, "wage"),
        (lambda where, text: str(round(float(text))) if where.endswith("wage") else text, "wage"),
    ],
)
def test_contents_altered_on_the_way_are_seen(alter, told):
    rounds = [contents.filled(Needs(), SAMPLE, nth) for nth in range(7)]
    rounds += contents.drawn(Needs(), SAMPLE, 5, again=True)
    with pytest.raises(Failed, match=told):
        sent(*rounds, alter=alter).demand_whole(set())


def test_people_in_another_order_than_their_sums_are_seen():
    ledger = Ledger()
    for nth in range(7):
        needs = contents.filled(Needs(), SAMPLE, nth)
        told = values(needs)
        last = contents.PEOPLE - 1
        mixed = {f"staff.{n}.name": told[f"staff.{last - n}.name"] for n in range(contents.PEOPLE)}
        ledger.add(contents.answers(Needs(), needs), told | mixed)
    with pytest.raises(Failed, match="in this order"):
        ledger.demand_whole(set())


def test_a_day_and_a_sum_are_the_same_otherwise_written():
    assert same_value("2026-03-05", "20260305")
    assert same_value("1200.00", "120000")
    assert not same_value("2026-03-05", "20260304")
    assert not same_value("1200.01", "1200.00")


def test_a_value_of_one_among_many_is_found_whichever_number_counts_them():
    leaf = next(each for each in contents.leaves(Needs(), SAMPLE) if each.where == "staff.0.name")
    found = places(leaf, {"3.DP.6": "张三", "others": "李四"})
    assert ("*.DP.6", "|") in found
    assert not [place for place in found if place[0] == "others"]
