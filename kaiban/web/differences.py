"""In what two forms are not the same, as people read it; what is sensitive stays masked."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.tour import Line, walk
from kaiban.web.service import service
from kaiban.web.template_texts import say


def differences(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[list[str]]:
    """Every answer in which two forms are not the same, as people read it: what, there, here."""
    return list(_differences(mine, theirs))


def _differences(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[list[str]]:
    here, there = (
        {line.pointer: line for line in walk(each, service().sections)} for each in (mine, theirs)
    )
    for pointer in dict.fromkeys((*there, *here)):
        ours, other = here.get(pointer), there.get(pointer)
        line = ours or other
        if line is not None and (ours and ours.value) != (other and other.value):
            label = " · ".join((*map(say, line.trail), say(line.label)))
            yield [label, _changed(other, ours), _read(other)]


def _read(line: Line | None) -> str:
    return line.shown if line else say("（没有填）")


def _changed(other: Line | None, ours: Line | None) -> str:
    """Said to be another where the mask hides that it is."""
    text = _read(ours)
    hidden = other and ours and other.shown == text
    return say("%(value)s（已改）", value=text) if hidden else text
