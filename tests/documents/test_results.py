"""Any result as lines and tables, from its schema alone."""

import pytest
from marshmallow import Schema, fields, validate

from kaiban.documents.results import LONGEST_TABLE, LONGEST_TEXT, Line, described


class Place(Schema):
    street = fields.String(metadata={"label": "街道"})


class Row(Schema):
    name = fields.String(metadata={"label": "名称"})
    place = fields.Nested(Place, metadata={"label": "地址"})


class Result(Schema):
    second = fields.String(metadata={"label": "乙"})
    first = fields.Boolean(metadata={"label": "甲"})
    kind = fields.String(
        validate=validate.OneOf(["a", "b"], ["子", "丑"]), metadata={"label": "种类"}
    )
    kinds = fields.List(
        fields.String(validate=validate.OneOf(["a"], ["子"])), metadata={"label": "各种"}
    )
    place = fields.Nested(Place, metadata={"label": "地点", "follow_up": True})
    rows = fields.List(fields.Nested(Row), metadata={"label": "清单"})


def test_lines_come_in_the_order_of_the_schema_with_their_labels():
    result = {"unknown": 7, "first": False, "second": "x", "kind": "b", "kinds": ["a", "z"]}
    assert described(result, Result()).lines == (
        Line("乙", "x"),
        Line("甲", "否"),
        Line("种类", "丑"),
        Line("各种", "子、z"),
        Line("unknown", "7"),
    )


def test_what_lies_inside_is_named_after_both_and_inherits_the_follow_up_mark():
    assert described({"place": {"street": "一街"}}, Result()).lines == (
        Line("地点 · 街道", "一街", follow_up=True),
    )


def test_a_list_of_things_is_a_table():
    rows = [{"name": "一", "place": {"street": "东"}}, {"name": None, "extra": "e"}, "plain"]
    (table,) = described({"rows": rows}, Result()).tables
    assert table.title == "清单"
    assert table.columns == ("序号", "名称", "地址", "", "extra")
    assert table.rows == (
        ("1", "一", "街道 东", "—", "—"),
        ("2", "—", "—", "—", "e"),
        ("3", "—", "—", "plain", "—"),
    )
    assert sum(table.widths) == pytest.approx(100, abs=0.01)


def test_without_a_schema_the_keys_are_the_labels():
    assert described({"b": 1, "a": "x"}, None).lines == (Line("b", "1"), Line("a", "x"))


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_value_takes_no_line(empty):
    assert described({"second": empty}, Result()).lines == ()


def test_what_is_too_long_for_paper_says_where_the_rest_is():
    found = described({"second": "长" * 9999, "rows": [{"name": "n"}] * 1000}, Result())
    assert found.lines[0].value == "长" * LONGEST_TEXT + "…（全文见 package.json）"
    assert len(found.tables[0].rows) == LONGEST_TABLE
    assert found.tables[0].left_out == 1000 - LONGEST_TABLE
