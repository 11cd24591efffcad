"""Fixed-width messages: widths count bytes, nothing is replaced or cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire.fixed import Field, Layout

LAYOUT = Layout(Field("name", 8), Field("count", 3, "9"), Field("mark", 2))
GBK = st.characters(codec="gbk", exclude_categories=("Cc",))


def test_text_is_filled_with_spaces_and_numbers_with_zeros():
    assert LAYOUT.pack({"name": "张三", "count": 7, "mark": ""}) == "张三    007  ".encode("gbk")


@given(st.text(GBK, max_size=4).map(lambda text: text.strip(" ")), st.integers(0, 999))
def test_what_was_packed_is_read_again(name, count):
    raw = LAYOUT.pack({"name": name, "count": count, "mark": "X"})
    assert len(raw) == LAYOUT.width == 13
    assert LAYOUT.unpack(raw) == {"name": name, "count": f"{count:03}", "mark": "X"}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "甲乙丙丁戊", "count": 1, "mark": ""},
        {"name": "𠮷", "count": 1, "mark": ""},
        {"name": "", "count": 1000, "mark": ""},
        {"name": "", "count": "", "mark": ""},
        {"name": "", "count": -1, "mark": ""},
    ],
)
def test_what_does_not_fit_is_an_error_and_never_cut(values):
    with pytest.raises(ValueError):
        LAYOUT.pack(values)


@pytest.mark.parametrize("raw", [b"", b"x" * 12, b"x" * 14, b"\xff" * 13])
def test_other_bytes_are_an_error(raw):
    with pytest.raises(ValueError):
        LAYOUT.unpack(raw)
