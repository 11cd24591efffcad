"""What a browser sends is a number, or it is none: whatever it is, no page fails of it."""

import pytest

from kaiban.web.sent import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)])  # fmt: skip
def test_digits_are_a_number(text, number):
    assert whole_number(text, -1) == number


@pytest.mark.parametrize("text", ["", " 7", "-1", "+1", "1.0", "1e3", "٣", "²", "七", "1" * 10, "1" * 5000])  # fmt: skip
def test_anything_else_is_what_is_usual(text):
    assert whole_number(text, -1) == -1
    assert whole_number(text, None) is None
