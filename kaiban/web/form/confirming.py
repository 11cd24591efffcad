"""What is only strange in a form, to be confirmed where it is handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import NamedTuple

from kaiban.domain.notices.notice import Caution, Defect
from kaiban.web.form.places import id_of
from kaiban.web.presentation.texts import headed, say
from kaiban.web.responses.kept import typed

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
    return tuple(typed().getlist(CONTROL))


def laid_by(found: Iterable[Defect]) -> list[list[str]]:
    """What is wrong, and what is strange, as it is kept for the next page."""
    return [[*map(str, astuple(one))] for one in found]


def taken_up(kept: Iterable[Sequence[str]]) -> list[Defect]:
    """The same, from what was kept."""
    usual = len(fields(Defect))
    return [(Caution if len(each) > usual else Defect)(*each) for each in kept]


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
            headed(where, say(one.message)) if where else say(one.message),
            one.confirm in words,
            say("请核对后勾选，或者修改。") if asked and one.confirm not in words else "",
        )
        for one, where in zip(strange, around or [""] * len(strange), strict=True)
    ]


def unticked(found: Iterable[Confirmation]) -> list[tuple[str, str]]:
    """Those left open, for the list of what is wrong: where each stands, and what it asks."""
    return [(f"#{box.id}", f"{box.text} {box.error}") for box in found if box.error]
