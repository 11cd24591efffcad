"""In what two forms are not the same, as people read it; what is sensitive stays masked unless it is to be shown whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.structure.tour import Line, walk
from forms.values import signs
from kaiban.web.presentation.texts import say
from kaiban.web.service import asked_by


def differences(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], *, whole: bool = False
) -> list[list[str]]:
    """Every answer in which two forms are not the same, as people read it: what, there, here."""
    return list(_differences(mine, theirs, whole=whole))


def _differences(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], *, whole: bool
) -> Iterator[list[str]]:
    here, there = (
        {line.pointer: line for line in walk(each, asked_by(each))} for each in (mine, theirs)
    )
    for pointer in dict.fromkeys((*there, *here)):
        ours, other = here.get(pointer), there.get(pointer)
        line = ours or other
        # What the form works out itself nobody has typed; what it follows from is told.
        if (
            line is not None
            and not line.derived
            and (ours and ours.value) != (other and other.value)
        ):
            label = " · ".join((*map(say, line.trail), say(line.label)))
            said = _read(ours, whole=whole), _read(other, whole=whole)
            yield [label, _told_apart(*said) if other else said[0], said[1]]


def _read(line: Line | None, *, whole: bool) -> str:
    if line is None:
        return say("（没有填）")
    text = line.value if whole else line.shown
    # Two that look the same are not: nobody can see by what.
    return say("%(value)s（有看不见的符号）", value=text) if signs.cleaned(text) != text else text


def _told_apart(ours: str, other: str) -> str:
    """Said to be another where the mask hides that it is."""
    return say("%(value)s（已改）", value=ours) if ours == other else ours
