"""JSON text in and out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import sample
from forms.fields import Money
from forms.jsontext import read, write
from forms.opening import check


@given(st.decimals(min_value=0, max_value=Decimal("999999999.999999"), places=6))
def test_every_amount_reads_back_exactly(amount):
    loaded = Money("金额", zero=True).deserialize(amount)
    assert Money("金额", zero=True).deserialize(read(write([loaded]))[0]) == loaded


def test_a_checked_form_reads_back_clean_and_equal(today):
    form = check(sample.handmade("village_collective"), today=today).form
    assert form["company"]["capital"]["amount"] == Decimal("36.5")
    assert check(read(write(form)), today=today).form == form


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", '{"a": Infinity}', '{"a":1,"a":2}', "[" * 100_000, "9" * 5000, b"\xff"],
)
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError):
        read(text)


def test_hanzi_are_written_as_they_are():
    assert write({"姓名": "𠮷"}) == '{"姓名": "𠮷"}'


def test_foreign_objects_are_refused():
    with pytest.raises(TypeError):
        write({"a": object()})
