"""An exchange with a department: what was said about a case, as far as people may read it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

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


#: Of longer bytes only length and hash are kept: they hold documents, which are kept as originals.
MOST_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Passed:
    """The bytes that went over the line one way: how many, their SHA-256 (hex), and themselves.

    ``content`` is None where they are not kept: there are more than MOST_BYTES, or they hold a secret of ours, and then
    they have no hash either.
    """

    size: int
    sha256: str = ""
    content: bytes | None = None

    @classmethod
    def of(cls, content: bytes, *, in_confidence: bool = False) -> "Passed":
        """As much of the bytes as is kept."""
        if in_confidence:
            return cls(len(content))
        digest = hashlib.sha256(content).hexdigest()
        return cls(len(content), digest, content if len(content) <= MOST_BYTES else None)


#: What was asked, and what was answered.
Both = tuple[Passed, Passed]


@dataclass(frozen=True)
class Exchange:
    """One errand to a department about one step of a case.

    ``at`` is the UTC instant of business at which it began, ``milliseconds`` its real duration.
    ``outcome`` is the family of the answer (``Pending``, ``Unknown``), ``code`` the department's,
    ``said`` what it comes down to. An exchange without an outcome has begun, and nobody has come
    back from it: it is still going on, or its worker has died. ``heard`` tells a department's call from
    its others; None where we spoke. ``passed`` has the bytes of each message while an exchange is written down; they
    are read on their own (``Cases.passed``).
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
    passed: tuple[Both, ...] = field(default=(), repr=False)
