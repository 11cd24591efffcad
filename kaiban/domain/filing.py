"""A filing: the form while somebody fills it in; it becomes a case when it is submitted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kaiban.domain.typed import compact

#: What a resume code (续办码) is made of: no 0 and O, no 1 and I, which people mistake.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})", re.ASCII)


#: In which people are spoken to; the first where nothing was said.
LANGUAGES = ("zh-CN", "en")


class FilingNews(StrEnum):
    """What somebody is told of their form by short message."""

    RESUME_CODE = "resume_code"
    PHONE_CHANGED = "phone_changed"


@dataclass(frozen=True)
class Filing:
    """A form being filled in: not yet a case.

    ``id`` is a secret: whoever knows it may go on with the filing. ``code`` and ``phone`` find it
    again on another device (as ``read_phone`` reads it; "" as long as no number was given). ``entry`` is what was typed so
    far, in the form's own shape, raw and unchecked. ``links`` are the chosen ones, () for all.
    ``proved`` is the number from which digits that were sent to it came back, "" as long as none is known.
    ``version`` grows with every save. Once ``case_no`` is there, ``entry`` is empty: the case
    holds the form.
    """

    id: str
    code: str
    started_at: datetime
    saved_at: datetime
    phone: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    promise: str = ""
    lang: str = "zh-CN"
    version: int = 1
    case_no: str = ""
    proved: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether the number to return with is known to be theirs who left it: another in its place is not."""
        return bool(self.phone) and self.proved == self.phone

    @property
    def shown_code(self) -> str:
        """The code as people read and type it: ``7K4M-2QXD``."""
        return f"{self.code[:4]}-{self.code[4:]}"


def read_code(typed: str) -> str:
    """The code somebody typed, in any case, with or without spaces and dashes; "" if it is none."""
    code = "".join(each for each in typed.upper() if each.isalnum())
    fits = len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS)
    return code if fits else ""


def read_phone(typed: str) -> str:
    """The mobile number somebody typed, with or without +86, spaces and dashes; "" if it is none."""
    found = _MOBILE.fullmatch(compact(typed).replace("-", ""))
    return found[1] if found else ""


def merged(entry: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with one page's part of it: groups are merged, all else (lists, too) is replaced.

    None in the part takes away what stood there.
    """
    changed = {
        name: merged(_group(entry.get(name)), each) if isinstance(each, Mapping) else each
        for name, each in part.items()
    }
    return {name: each for name, each in {**entry, **changed}.items() if each is not None}


def _group(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
