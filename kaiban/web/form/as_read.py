"""What was typed as it is read, where that is not as it stands there: `138 0000 0001`, `８%`, `2027/1/1`."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask import request

from forms.structure.tour import in_days, mask
from kaiban.domain.pointer import to_pointer
from kaiban.web.form.answers import PARTS
from kaiban.web.form.kinds import kind_of
from kaiban.web.form.places import asked_of_any, child
from kaiban.web.form.question import Question
from kaiban.web.presentation.texts import answer

_OF_DAY = ("year", "month", "day")
#: Kinds of controls that somebody types into.
TYPED = frozenset({"text", "number", *PARTS})


def readings(
    questions: Iterable[Question], typed: Mapping[str, Any]
) -> Iterator[tuple[Question, str]]:
    """Every question whose answer is read otherwise than it was typed, with the reading; sensitive ones masked."""
    for each in questions:
        if each.kind in TYPED and (said := _reading(each, at(typed, each.pointer))):
            yield each, said


def may_be_read_otherwise(typed: Mapping[str, Any]) -> bool:
    """Whether a control that was sent may be read otherwise than it was typed; if none is, no question need be made to ask for its reading."""
    return any(_differs(name, text.strip(), typed) for name, text in request.form.items())


def _differs(name: str, text: str, typed: Mapping[str, Any]) -> bool:
    place, part = _placed(name)
    plain = _plain(at(typed, to_pointer(place)))
    if not (text and plain):
        return False
    if part is not None:
        parts = plain.split("-")
        return part >= len(parts) or text.zfill(len(parts[part])) != parts[part]
    return plain != text and "*" not in text and kind_of(asked_of_any(place)) in TYPED


def _placed(name: str) -> tuple[str, int | None]:
    """The place a control is of, and which part of a day it is."""
    place, _, last = name.rpartition(".")
    return (place, _OF_DAY.index(last)) if last in _OF_DAY else (name, None)


def every(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions and all that are inside them."""
    for each in questions:
        yield each
        yield from every((*each.inside, *each.rows))


def at(answers: Any, pointer: str) -> Any:
    """The answer at a pointer; None where there is none."""
    found = answers
    for part in pointer[1:].split("/"):
        found = child(found, int(part) if part.isdecimal() else part)
    return found


def _reading(asked: Question, value: Any) -> str:
    typed, plain = _typed(asked), _plain(value)
    if not (typed and plain) or plain == typed or "*" in typed:
        return ""
    if asked_of_any(asked.name).metadata.get("sensitive"):
        return mask(plain)
    unit = asked.unit if isinstance(value, int | Decimal) else ""
    return answer(in_days(plain)) + (f" {unit}" if unit else "")


def _typed(asked: Question) -> str:
    """The text of its control, or of the parts of a day as a day is written."""
    parts = PARTS.get(asked.kind, ())
    if not parts:
        return request.form.get(asked.name, "").strip()
    texts = [(request.form.get(f"{asked.name}.{part}", "").strip(), size) for part, size in parts]
    filled = [(text, size) for text, size in texts if text]
    # A day that is not all there yet stands as it was typed; one pasted into the first part is read as a whole.
    return "-".join(
        text.zfill(size) if len(filled) == len(parts) else text for text, size in filled
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return value if isinstance(value, str) else f"{Decimal(value):f}"
