"""An exchange with a department: what was said about a case, as far as people may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: Why a department was spoken to, or spoke to us.
Errand = Literal["send", "look", "take_back", "callback"]

#: What people read.
ERRANDS: Mapping[str, str] = {
    "send": "发送",
    "look": "查询",
    "take_back": "请求撤回",
    "callback": "部门来电",
}


@dataclass(frozen=True)
class Message:
    """One request and its answer by field name, nobody identified; ``status`` 0: no answer."""

    line: str
    status: int
    milliseconds: int
    asked: Mapping[str, str]
    answered: Mapping[str, str]


@dataclass(frozen=True)
class Exchange:
    """One errand to a department about one step of a case.

    ``at`` is the UTC instant of business at which it began, ``milliseconds`` its real duration.
    ``outcome`` is the family of the answer (``Pending``, ``Unknown``), ``code`` the department's,
    ``said`` what it comes down to. An exchange without an outcome has begun, and nobody has come
    back from it: it is still going on, or its worker has died. ``heard`` tells a department's call from
    its others; None where we spoke.
    """

    link: str
    step: str
    attempt: int
    errand: Errand
    at: datetime
    number: int = 0
    outcome: str = ""
    code: str = ""
    milliseconds: int = 0
    said: str = ""
    messages: tuple[Message, ...] = ()
    heard: str | None = None
