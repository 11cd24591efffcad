"""Take out of one answer the signs that nobody can see: whoever cannot see one cannot delete it by hand."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort

from forms.structure.tour import mask
from forms.values import signs
from kaiban.domain.pointer import to_pointer
from kaiban.web.applicant.completeness import surroundings
from kaiban.web.form.answers import placed
from kaiban.web.form.as_read import at
from kaiban.web.form.places import field_at
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again
from kaiban.web.service import asked_by


def without_unseen(entry: dict[str, Any], place: str) -> dict[str, Any]:
    """The entry, the answer at that place without such signs; a place the form does not have is refused."""
    _asked(entry, place)
    pointer = to_pointer(place)
    value = at(entry, pointer)
    clean = _clean(value)
    return entry if clean == value else placed(entry, pointer, clean)


def read_back(entry: Mapping[str, Any], place: str, to: str, show: Callable[[], Any]) -> Any:
    """The page again, with what the answer at that place says now; of a sensitive one as much as pages show."""
    asked = _asked(entry, place)
    pointer = to_pointer(place)
    value = at(entry, pointer)
    said = "、".join(value) if _is_lines(value) else value if isinstance(value, str) else ""
    shown = mask(said) if said and asked.metadata.get("sensitive") else said
    label = " ".join(
        filter(None, (surroundings(pointer, entry), say(str(asked.metadata.get("label", "")))))
    )
    # Of stars alone nobody can see what was read.
    read = [(label, shown)] if shown.strip("*") else []
    return again(show, 200, to=to, typed=(), read=read)


def _asked(entry: Mapping[str, Any], place: str) -> Any:
    try:
        return field_at(asked_by(entry), place)
    except KeyError:
        abort(400)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return signs.cleaned(value).strip()
    return [signs.cleaned(line).strip() for line in value] if _is_lines(value) else value


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)
