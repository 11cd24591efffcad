import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.api.request.strict import MAX_DEPTH, MAX_DIGITS, StrictJsonError, parse

DEEP = 100_000

REFUSED = {
    "nothing": b"",
    "blank": b"  ",
    "a duplicate key": b'{"a": 1, "a": 2}',
    "a duplicate key, escaped": b'{"a": 1, "\\u0061": 2}',
    "a duplicate key, deep": b'[{"b": {"a": 1, "a": 1}}]',
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "a number too large": b'{"a": 1e400}',
    "a number too small": b'{"a": 1e-400}',
    "a long number": b"[" + b"9" * 4000 + b"]",
    "a long fraction": b"[0." + b"1" * 4000 + b"]",
    "NUL in a text": b'{"a": "\\u0000"}',
    "NUL in a key": b'{"\\u0000": 1}',
    "NUL in a list of lists": b'{"a": [["\\u0000"]]}',
    "NUL alone": b'"\\u0000"',
    "NUL in the outermost list": b'["\\u0000"]',
    "a raw NUL": b'{"a": "\x00"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "the other lone surrogate": b'["\\udc00x"]',
    "surrogates the wrong way round": b'{"a": "\\udc00\\ud800"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "GBK": '{"a": "名称"}'.encode("gbk"),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-32": '{"a": 1}'.encode("utf-32-le"),
    "an overlong encoding": b'{"a": "\xc0\xaf"}',
    "many brackets": b"[" * DEEP + b"]" * DEEP,
    "many brackets, never closed": b"[" * DEEP,
    "many braces": b'{"a":' * DEEP,
    "one level too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "a trailing comma": b"[1,]",
    "a comment": b"{} // x",
    "single quotes": b"{'a': 1}",
    "a leading zero": b"[01]",
    "two values": b"{}{}",
    "a raw line break in a text": b'["a\nb"]',
    "a text never ended": b'{"a": "b',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_refused(body):
    with pytest.raises(StrictJsonError) as caught:
        parse(body)
    assert "。" in str(caught.value)
    str(caught.value).encode()


def test_brackets_inside_a_text_are_text():
    assert parse(b'{"a": "' + b"[" * 99 + b'\\"[{"}') == {"a": "[" * 99 + '"[{'}


def test_the_deepest_and_the_longest_that_fit():
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert parse(b"9" * MAX_DIGITS) == 10**MAX_DIGITS - 1


def test_a_pair_of_surrogates_is_one_character():
    assert parse(b'["\\ud840\\udc0b"]') == ["\U0002000b"]


def test_a_fraction_keeps_its_digits():
    assert parse(b'{"a": 0.10}') == {"a": Decimal("0.10")}
    assert str(parse(b"[0.10]")[0]) == "0.10"


@pytest.mark.parametrize("unit", [b'"', b'\\"', b"\\", b'"\\', b"a"])
@pytest.mark.parametrize("start", [b"", b'"'])
def test_two_megabytes_of_anything_are_looked_at_once(start, unit):
    body = (start + unit * 2_000_000)[:2_000_000]
    before = time.process_time()
    with pytest.raises(StrictJsonError):
        parse(body)
    # A second look at every mark would take hours; a slow machine is far below this.
    assert time.process_time() - before < 30


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('abc名"\\[{', max_size=4), inner),
    max_leaves=12,
)


@given(PLAIN)
def test_what_json_writes_is_read_back(value):
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_no_bytes_whatever_make_it_fall_over(body):
    try:
        found = parse(body)
    except StrictJsonError:
        return
    assert found == json.loads(body)
