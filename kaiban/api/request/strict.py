"""Strict JSON (RFC 8259 and I-JSON): what two parsers could read differently is refused."""

import json
import re
from decimal import Decimal
from typing import Any

MAX_DEPTH = 32
MAX_DIGITS = 30
#: Characters outside of texts: what reading takes in memory goes by these, a file is one text.
MAX_MARKS = 2 * 1024 * 1024

# Always matches at a quotation mark, ended or not: no mark is ever looked at twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OPENING = frozenset(b"[{")
_CLOSING = frozenset(b"]}")


class StrictJsonError(ValueError):
    """The body is not JSON of the strict kind; the message says why, in Chinese."""


class TooManyMarksError(StrictJsonError):
    """More stands outside of texts than any body has."""


def parse(body: bytes) -> Any:
    """The value of a JSON body; numbers with a fraction become Decimal.

    Refused: other encodings than UTF-8, a byte order mark, duplicate keys, NaN and Infinity, NUL,
    lone surrogates, numbers of more than 30 digits, and nesting deeper than 32.
    """
    _refuse_depth(body)
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except UnicodeDecodeError as error:
        raise StrictJsonError("正文不是有效的 UTF-8 编码。") from error
    except json.JSONDecodeError as error:
        text = f"正文不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列）。"
        raise StrictJsonError(text) from error
    _plain_list([value])
    return value


def _refuse_depth(body: bytes) -> None:
    marks = _STRING.sub(b"", body)
    if len(marks) > MAX_MARKS:
        raise TooManyMarksError("JSON 中文字以外的部分过长。")
    depth = 0
    for byte in marks:
        if byte in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                raise StrictJsonError(f"JSON 嵌套超过 {MAX_DEPTH} 层。")
        elif byte in _CLOSING:
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        _plain(key)
        if key in found:
            raise StrictJsonError(f"JSON 中的键重复：{key[:40]}。")
        if isinstance(value, str):
            _plain(value)
        elif isinstance(value, list):
            _plain_list(value)
        found[key] = value
    return found


def _plain_list(values: list[Any]) -> None:
    for value in values:
        if isinstance(value, str):
            _plain(value)
        elif isinstance(value, list):
            _plain_list(value)


def _plain(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise StrictJsonError("JSON 文本中含有空字符或不成对的代理字符。")


def _no_constant(name: str) -> None:
    raise StrictJsonError(f"JSON 中不允许 {name}。")


def _whole(digits: str) -> int:
    _short(digits)
    return int(digits)


def _fraction(digits: str) -> Decimal:
    _short(digits)
    value = Decimal(digits)
    if abs(value.adjusted()) > MAX_DIGITS:
        raise StrictJsonError("JSON 中的数字过大或过小。")
    return value


def _short(digits: str) -> None:
    if len(digits) > MAX_DIGITS:
        raise StrictJsonError(f"JSON 中的数字超过 {MAX_DIGITS} 位。")
