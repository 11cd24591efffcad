"""Faults as values: when, where in the exchange, and what goes wrong.

A fault is written as a flat table, in a scenario's TOML or as JSON::

    do = "http"
    status = 503
    at = "before-commit"
    op = "KH0001"
    nth = 2

``when`` is ``op`` (an operation, or a beginning of one with ``*``), ``method`` and ``path`` (without
its query; ``*`` and ``?`` as in names of files), at most one of ``nth``, ``every`` and ``rate``, ``where`` (field name to regular expression), ``between`` (two times of
day in Beijing) and ``times`` (how often at most). Without any of them it is always.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from fnmatch import fnmatchcase
from typing import Any, Literal

from adapters.hall.hours import BEIJING

At = Literal["before-parse", "before-commit", "after-commit", "callback"]
ANYWHERE: tuple[At, ...] = ("after-commit", "before-commit", "before-parse")
AFTER: tuple[At, ...] = ("after-commit",)
BEFORE: tuple[At, ...] = ("before-commit",)
CALLBACK: tuple[At, ...] = ("callback",)


class FaultError(ValueError):
    """No such fault, or not here; the message says what there is instead, ``name`` which entry it is about, or ""."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Kind:
    """A kind of fault: where it can be, the first being usual; its parameters with their defaults.

    ``about`` is what the page says of it.
    ``spoken`` faults need the department's own words, so each stub says whether it can.
    """

    at: tuple[At, ...]
    about: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    spoken: bool = False


KINDS: Mapping[str, Kind] = {
    # What the line does.
    "close": Kind(ANYWHERE, "不回复，挂断"),
    "reset": Kind(ANYWHERE, "重置连接"),
    "hang": Kind(ANYWHERE, "久不出声，然后挂断", {"seconds": 120.0}),
    # In real seconds; a call to Kaiban is delayed by business seconds.
    "delay": Kind((*ANYWHERE, "callback"), "先等一会儿", {"seconds": 2.0, "spread": 0.0}),
    "drip": Kind(AFTER, "一点一点地发", {"bytes": 16, "seconds": 0.5}),
    "truncate": Kind(AFTER, "回复到一半挂断", {"share": 0.5}),
    "short-length": Kind(AFTER, "声明的长度比实际短", {"share": 0.5}),
    # What somebody in between says.
    "http": Kind(("before-commit", "after-commit", "before-parse"), "回 HTTP 错误",
                 {"status": 503, "retry_after": 30}),
    "redirect": Kind(("before-commit", "after-commit", "before-parse"), "转到登录页",
                     {"to": "/login"}),
    # Said in the department's place: an answer of one's own.
    "answer": Kind(("before-parse", "before-commit", "after-commit"), "照自己写的回复",
                   {"status": 200, "headers": {}, "body": "", "encoding": "utf-8", "base64": "",
                    "seconds": 0.0, "spread": 0.0}),
    # What the answer looks like.
    "garbage": Kind(AFTER, "回乱码", {"bytes": 200}),
    "bom": Kind(AFTER, "回复前加 BOM"),
    "encoding": Kind(AFTER, "换一种编码", {"encoding": "big5"}),
    "wrong-content-type": Kind(AFTER, "内容类型不对", {"type": "image/png"}),
    "gzip": Kind(AFTER, "擅自压缩"),
    "huge": Kind(AFTER, "回复过长", {"megabytes": 64}),
    "stale-answer": Kind(AFTER, "再给一遍上一次的回复"),
    # What only the department can say.
    "bad-signature": Kind(AFTER, "签名或校验码不对", spoken=True),
    "other-serial": Kind(AFTER, "回复的是别的请求", spoken=True),
    "unlisted-code": Kind(AFTER, "用协议里没有的代码", spoken=True),
    "missing-field": Kind(AFTER, "少一个字段", spoken=True),
    "duplicate-case": Kind(AFTER, "一件当两件收", spoken=True),
    "busy": Kind(BEFORE, "说忙，不受理", spoken=True),
    "closed": Kind(BEFORE, "说已停业，不受理", spoken=True),
    "session-expired": Kind(BEFORE, "不认会话", spoken=True),
    "late-commit": Kind(("before-parse",), "不回复，过几分钟才办",
                        {"minutes": 5.0}),
    # What happens to calls to Kaiban.
    "hold": Kind(CALLBACK, "扣下，等人放行"),
    "drop": Kind(CALLBACK, "不打"),
    "duplicate": Kind(CALLBACK, "打好几遍", {"n": 2}),
    "reorder": Kind(CALLBACK, "排到最后再打"),
    "forge": Kind(CALLBACK, "先有人冒名打来", {"how": "body"}),
    "wrong-ref": Kind(CALLBACK, "说的是没人认识的办件", spoken=True),
    "before-answer": Kind(CALLBACK, "回复之前就打"),
}  # fmt: skip
#: A name of a header (RFC 9110, section 5.1); what the server says of the line itself is not one's own.
HEADER = re.compile(
    r"(?i)(?!(content-length|transfer-encoding|connection|x-kaiban-stub)$)[!#$%&'*+.^_`|~0-9a-z-]+"
)
FORGERIES = ("body", "key", "replay")
ENCODINGS = ("utf-8", "gbk", "gb18030", "big5", "utf-16")
SELECTORS = ("nth", "every", "rate")
WHEN: Mapping[str, Any] = {"op": "", "method": "", "path": "", "nth": 0, "every": 0, "rate": 0.0, "times": 0,
                           "where": {}, "between": ()}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault; made by ``fault``, which checks it."""

    do: str
    at: At
    op: str = ""
    method: str = ""
    path: str = ""
    nth: int = 0
    every: int = 0
    rate: float = 0.0
    times: int = 0
    where: Mapping[str, str] = field(default_factory=dict)
    between: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What there is to know about all faults of its kind."""
        return KINDS[self.do]

    def concerns(self, operation: str) -> bool:
        """Tell whether it is about that operation."""
        if self.op.endswith("*"):
            return operation.startswith(self.op[:-1])
        return self.op in {"", operation}

    def asked_by(self, line: str) -> bool:
        """Tell whether it is about requests with such a first line: method and path."""
        method, _, target = line.partition(" ")
        path = target.partition("?")[0]
        return self.method in {"", method} and fnmatchcase(path, self.path or "*")

    def within(self, now: datetime) -> bool:
        """Tell whether it is the time of day for it; over midnight if the first time is later."""
        if not self.between:
            return True
        start, end = (time.fromisoformat(each) for each in self.between)
        local = now.astimezone(BEIJING).time()
        return start <= local < end if start <= end else local >= start or local < end

    def shown(self) -> dict[str, Any]:
        """Return it as it was written, without what is usual."""
        when = {name: getattr(self, name) for name in WHEN if getattr(self, name) != WHEN[name]}
        listed = {"between": list(self.between)} if self.between else {}
        return {"do": self.do, "at": self.at, **when, **listed, **self.parameters}


def fault(raw: Mapping[str, Any]) -> Fault:
    """Read a fault; FaultError says what is wrong with it."""
    if not isinstance(raw, Mapping):
        raise FaultError("a fault is a table with at least 'do'")
    do = str(raw.get("do", ""))
    if do not in KINDS:
        raise FaultError(f"no fault is called {do!r}; there are {', '.join(KINDS)}", "do")
    kind = KINDS[do]
    known = {"do", "at", *WHEN, *kind.parameters}
    for name in raw:
        if name not in known:
            raise FaultError(f"{do}: unknown {name!r}; there are {', '.join(sorted(known))}", name)
    at = raw.get("at", kind.at[0])
    if at not in kind.at:
        raise FaultError(f"{do}: cannot be {at!r}, only {', '.join(kind.at)}", "at")
    when = {
        name: _typed(do, name, raw[name], usual) for name, usual in WHEN.items() if name in raw
    }
    given = {n: _typed(do, n, raw[n], usual) for n, usual in kind.parameters.items() if n in raw}
    made = Fault(do, at, parameters={**kind.parameters, **given}, **when)
    _check(made)
    return made


def _typed(do: str, name: str, value: Any, usual: Any) -> Any:
    if isinstance(usual, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(usual, tuple) and isinstance(value, list):
        value = tuple(value)
    if not isinstance(value, type(usual)) or isinstance(value, bool):
        raise FaultError(f"{do}: {name} must be of type {type(usual).__name__}", name)
    if isinstance(value, int | float) and value < 0:
        raise FaultError(f"{do}: {name} must not be negative", name)
    return value


def _check(made: Fault) -> None:
    chosen = [name for name in SELECTORS if getattr(made, name)]
    given = made.parameters
    lowest = 200 if made.do == "answer" else 400
    encoding = given.get("encoding", "gbk")
    wrong = (
        ("", f"only one of {', '.join(SELECTORS)}", len(chosen) > 1),
        ("rate", "rate is between 0 and 1", made.rate > 1),
        ("method", "method and path are a request's", _of_a_request(made) and made.at == "callback"),
        ("method", "method is in capitals", made.method != made.method.upper()),
        ("path", "path begins with / or *", made.path[:1] not in {"", "/", "*"}),
        ("how", f"how is one of {', '.join(FORGERIES)}", given.get("how", "body") not in FORGERIES),
        ("encoding", f"encoding is one of {', '.join(ENCODINGS)}", encoding not in ENCODINGS),
        ("status", f"status is one of {lowest} to 599", not lowest <= given.get("status", 503) <= 599),  # noqa: PLR2004 - RFC 9110
        ("share", "share is less than 1", given.get("share", 0) >= 1),
        ("between", "between is two times of day", not _times(made.between)),
        ("where", "where maps fields to regular expressions", not _expressions(made.where)),
        ("headers", "headers maps names to texts of one line", not _headers(given.get("headers", {}))),
        ("base64", "base64 is what it says", not _encoded(given.get("base64", ""))),
        ("body", "body or base64, not both", bool(given.get("body") and given.get("base64"))),
        ("body", f"body cannot be written in {encoding}", not _writable(given.get("body", ""), encoding)),
    )  # fmt: skip
    for name, message, broken in wrong:
        if broken:
            raise FaultError(f"{made.do}: {message}", name)


def _of_a_request(made: Fault) -> bool:
    return bool(made.method or made.path)


def _headers(headers: Mapping[str, Any]) -> bool:
    return all(
        HEADER.fullmatch(name) and isinstance(value, str) and value.isprintable() and _latin(value)
        for name, value in headers.items()
    )


def _latin(value: str) -> bool:
    return _writable(value, "latin-1")


def _encoded(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


def _writable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _times(between: tuple[str, ...]) -> bool:
    try:
        parsed = [time.fromisoformat(each) for each in between]
    except (TypeError, ValueError):
        return False
    return len(parsed) in {0, 2} and all(each.tzinfo is None for each in parsed)


def _expressions(where: Mapping[str, str]) -> bool:
    try:
        return all(re.compile(each) is not None for each in where.values())
    except (TypeError, re.error):
        return False
