from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.storage import codec

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers() | st.text() | DECIMALS | st.binary()
VALUES = st.recursive(
    PLAIN,
    lambda each: st.lists(each) | st.dictionaries(st.text().filter(lambda k: k != "$bytes"), each),
)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value):
    found = codec.loads(codec.dumps(value))
    assert found == value
    assert repr(found) == repr(value)  # 1 and 1.0 and Decimal(1) are equal, but not the same


@pytest.mark.parametrize("number", ["100", "1E+3", "0.10", "-0", "12345678901234567890.00"])
def test_a_decimal_keeps_its_digits_and_is_a_json_number(number):
    text = codec.dumps(Decimal(number))
    assert not text.startswith('"')
    assert str(codec.loads(text)) == number


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), object(), {1: "x"}, {"a": {1}}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        codec.dumps(value)
