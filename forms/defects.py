"""What can be wrong with a form: the one table of stable codes, each with the sentence the user reads.

A sentence says what to do. `{label}` is the field's label; other names are filled by who found the defect.
Sentences never repeat what the user typed in a sensitive field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from forms.defect_table import TABLE


@dataclass(frozen=True)
class Defect:
    """One thing to correct.

    pointer: RFC 6901, e.g. `/people/holders/0/cert/no`; "" is the whole form.
    code: stable, listed in `TABLE`. message: a Chinese sentence that says what to do.
    rule: the law or standard in words. example: a value that would pass.
    confirm: "" for what must be mended; else it is only strange, and may stand as it is once the form
    says this word back (in its list `confirm`). Another value at that place has another word.
    """

    pointer: str
    code: str
    message: str
    rule: str = ""
    example: str = ""
    confirm: str = ""


class Flaw:
    """A defect still without its place: what fields raise inside a ValidationError."""

    __slots__ = ("code", "params")

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params: Mapping[str, Any] = MappingProxyType(params)


class Found(NamedTuple):
    """A flaw at its place."""

    pointer: str
    flaw: Flaw


def is_strange(found: Found) -> bool:
    """Say whether it is nothing wrong, only to be confirmed."""
    return TABLE[found.flaw.code].strange


def word_for(found: Found, value: object) -> str:
    """Return the word that confirms `value` where something strange was found; "" where it cannot stand."""
    if not is_strange(found):
        return ""
    digest = sha256(f"{found.flaw.code} {found.pointer} {value}".encode()).hexdigest()
    return f"{found.flaw.code}:{found.pointer}:{digest[:_WORD]}"


_WORD = 12

COMPANY_WORDS: Mapping[str, str] = MappingProxyType(
    {"head": "法定代表人", "holder": "股东", "capital_title": "注册资本", "firm": "公司"}
)
"""What sentences call a company, its head, whoever holds it and what they put in; other types of applicants have other words."""


def defect(
    found: Found,
    *,
    label: str = "",
    example: str = "",
    asking: str = "",
    confirm: str = "",
    words: Mapping[str, str] = COMPANY_WORDS,
) -> Defect:
    """Say `found` in words for the field called `label`, which asks that way (`Asked.asking`).

    `words` are those of the type of applicant (`Applicant.words`).
    """
    entry = TABLE[found.flaw.code]
    values = {**words, "label": label or "此项", **found.flaw.params}
    return Defect(
        pointer=found.pointer,
        code=found.flaw.code,
        message=entry.others.get(asking, entry.message).format_map(values),
        rule=entry.rule,
        example=example,
        confirm=confirm,
    )


def merged(defects: Iterable[Defect]) -> tuple[Defect, ...]:
    """Return `defects` in order, one per pointer and code; differing sentences are joined."""
    kept: dict[tuple[str, str], Defect] = {}
    for one in defects:
        known = kept.setdefault((one.pointer, one.code), one)
        if one.message not in known.message:
            kept[one.pointer, one.code] = replace(known, message=known.message + one.message)
    return tuple(kept.values())


def pointer(parts: Iterable[str | int]) -> str:
    """Join `parts` into an RFC 6901 pointer; hostile keys are shortened and made encodable."""
    return "".join("/" + _token(part) for part in parts)


_LONGEST_TOKEN = 80


def _token(part: str | int) -> str:
    text = str(part)[:_LONGEST_TOKEN].encode("utf-8", "backslashreplace").decode()
    return text.replace("~", "~0").replace("/", "~1")
