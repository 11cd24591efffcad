"""What is only strange in a form, to be confirmed where it is handed in."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask import request

from kaiban.domain.notice import Caution, Defect
from kaiban.web.form.places import id_of
from kaiban.web.words import say

CONTROL = "confirm"


class Confirmation(NamedTuple):
    """One box to tick: its word, its sentence, and what is wrong if it was left open."""

    id: str
    word: str
    text: str
    ticked: bool
    error: str = ""


def said() -> tuple[str, ...]:
    """The words that came back with the page."""
    return tuple(request.form.getlist(CONTROL))


def parted(found: Iterable[Defect]) -> tuple[list[Defect], list[Caution]]:
    """What has to be mended, and what has to be confirmed."""
    every = list(found)
    strange = [one for one in every if isinstance(one, Caution)]
    return [one for one in every if not isinstance(one, Caution)], strange


def boxes(
    strange: Sequence[Caution], around: Sequence[str] = (), *, asked: bool = False
) -> list[Confirmation]:
    """A box for each; ``around`` says whose answer it is, ``asked`` that the page comes back."""
    words = said()
    return [
        Confirmation(
            f"confirm{id_of(one.pointer)}",
            one.confirm,
            f"{where}：{say(one.message)}" if where else say(one.message),
            one.confirm in words,
            say("请核对后勾选，或者修改。") if asked and one.confirm not in words else "",
        )
        for one, where in zip(strange, around or [""] * len(strange), strict=True)
    ]
