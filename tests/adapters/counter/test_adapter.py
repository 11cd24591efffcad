"""The counter: what it writes on the sheet, what it says, and departments only a profile knows."""

import json
import random
from datetime import date
from decimal import Decimal

import pytest
from marshmallow import Schema, fields

from adapters.counter import CounterAdapter
from adapters.kit.check import Verdict
from adapters.kit.checks import CHECKS
from adapters.kit.examine import adapter_class, adapter_names, chosen, examine
from adapters.kit.paper import REASONS
from kaiban.ports import Forged, Key, Misconfigured, Pending, RawCallback, Ref

DECLARED = {
    "title": "医保登记", "office": "示范市医疗保障局", "requires": ["credit_code"],
    "reads": ["company.name.full"], "result": {"unit_no": "医保单位编号"},
}  # fmt: skip


def path(where):
    return {"path": where}


class Row(Schema):
    name = fields.String(metadata=path("name"))
    day = fields.Date(metadata=path("born"))


class Half(Schema):
    no = fields.String(metadata=path("cert.no"))


class Needs(Schema):
    code = fields.String(metadata=path("facts.credit_code"))
    rep = fields.String(metadata=path("people.legal_rep.name"))
    mobile = fields.String(load_default="", metadata=path("people.legal_rep.mobile"))
    rows = fields.List(fields.Nested(Row), metadata=path("people.holders"))
    again = fields.List(fields.Nested(Half), metadata=path("people.holders"))
    amount = fields.Decimal(metadata=path("company.capital.amount"))


def made(**members):
    kind = CounterAdapter.declared("medical", DECLARED)
    return type("Made", (kind,), members)({}, clock=None)


def test_the_sheet_says_the_needs_where_the_form_has_them():
    needs = {
        "code": "91X", "rep": "王一", "mobile": "", "amount": Decimal("1000000.50"),
        "rows": [{"name": "李二", "day": date(1990, 3, 7)}, {"name": "张三"}],
        "again": [{"no": "1"}, {"no": "2"}],
    }  # fmt: skip
    key = Key("KB1", "medical", "main", 2, Ref("old", "N-1"))
    prepared = made(Needs=Needs).prepare(needs, key, "main")
    assert json.loads(prepared.body, parse_float=Decimal) == {
        "corrects": "N-1",
        "answers": {
            "facts": {"credit_code": "91X"},
            "company": {"capital": {"amount": Decimal("1000000.5")}},
            "people": {
                "legal_rep": {"name": "王一"},
                "holders": [
                    {"name": "李二", "born": "1990-03-07", "cert": {"no": "1"}},
                    {"name": "张三", "cert": {"no": "2"}},
                ],
            },
        },
    }
    shown = repr((prepared.key, prepared.ref, prepared.meta))
    assert not any(text in shown for text in ("王一", "李二", "91X")), (
        "these columns are not sealed"
    )


@pytest.mark.parametrize("asked", ["send", "look", "take_back"])
def test_it_says_pending_and_names_where_people_must_go(asked):
    adapter, ref = made(), Ref("k", "N-1")
    prepared = adapter.prepare(
        {"company_name_full": "某公司"}, Key("KB1", "medical", "main"), "main"
    )
    outcome = getattr(adapter, asked)(prepared if asked == "send" else ref)
    assert isinstance(outcome, Pending)
    assert "示范市医疗保障局" in outcome.reason
    assert asked == "send" or outcome.ref == ref


def test_nobody_calls_for_a_counter_and_it_always_answers():
    with pytest.raises(Forged):
        made().parse_callback(RawCallback("/", {}, b""))
    assert made().health().ok


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": ""}, "title"), ({"office": None}, "office"), ({"reads": []}, "reads"),
        ({"result": {}}, "result"), ({"result": {"Nr": "编号"}}, "result"), ({"nonsense": 1}, "nonsense"),
        ({"promise_minutes": 0}, "promise_minutes"), ({"requires": "x"}, "requires"),
    ],
)  # fmt: skip
def test_a_wrong_description_is_named(change, named):
    with pytest.raises(Misconfigured, match=named):
        CounterAdapter.declared("medical", {**DECLARED, **change})


def test_a_name_nobody_can_type_is_refused():
    with pytest.raises(Misconfigured, match="name"):
        CounterAdapter.declared("医保", DECLARED)


def test_a_setting_has_no_meaning_for_it():
    with pytest.raises(Misconfigured, match="url"):
        CounterAdapter.declared("medical", DECLARED)({"url": "http://x"}, clock=None)


# --- the kit ---------------------------------------------------------------------------------------


def test_every_reason_is_about_a_check_there_is():
    assert set(REASONS) <= {check.id for check in CHECKS}
    assert {"B01", "B02", "B03", "B04", "B05"}.isdisjoint(REASONS)


@pytest.mark.parametrize("name", adapter_names())
def test_the_kit_finds_every_departments_counter_sound(name):
    found = list(examine(adapter_class(f"{name}.counter"), chosen("gold")))
    assert [each for each in found if each.verdict is Verdict.FAILED] == []
    passed = {each.check.id for each in found if each.verdict is Verdict.PASSED}
    assert passed == {check.id for check in CHECKS} - set(REASONS)


def test_a_counter_that_rolls_dice_is_caught(monkeypatch):
    kind = adapter_class("tax.counter")
    prepare = kind.prepare
    monkeypatch.setattr(
        kind, "prepare", lambda self, *rest: random.random() and prepare(self, *rest)
    )
    (found,) = examine(kind, chosen("gold", "B05"))
    assert found.verdict is Verdict.FAILED
