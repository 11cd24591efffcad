"""What a page of staff with several forms answers: what is wrong, each at its own control, or what was done."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from kaiban.domain.notices.notice import Defect
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import by_place

NOWHERE: Final[Mapping[Defect, str]] = {}


def refused(
    show: Callable[[], Any], to: str, form: str, found: Iterable[Defect], status: int = 422, *,
    at: Mapping[Defect, str] = NOWHERE, **more: Any,
) -> Any:  # fmt: skip
    """The page at ``to`` with what was typed into that form, and everything that is wrong with it.

    ``at`` are the ids of controls that are not called after the form; ``more`` is told besides.
    """
    wrong = [[at.get(each) or _id(form, each), each.message] for each in found]
    return again(show, status, to=to, form=form, wrong=wrong, **more)


def done(show: Callable[[], Any], to: str, text: str, **values: object) -> Any:
    """The page at ``to``, and what was done, in the reader's words."""
    return again(show, 200, to=to, typed=(), done=say(text, **values))


def said() -> Mapping[str, Any]:
    """For the page's template: ``errors`` for its head, ``wrong`` by the id of the control, ``done``."""
    wrong = [(name, say(text)) for name, text in told("wrong", [])]
    return {
        "errors": [(f"#{name}" if "-" in name else "", text) for name, text in wrong],
        "wrong": by_place(wrong),
        "done": told("done", ""),
    }


def typed_in(form: str) -> MultiDict[str, str]:
    """What was typed into that form of the page, if it was refused."""
    return typed() if told("form") == form else MultiDict()


def _id(form: str, defect: Defect) -> str:
    return form + defect.pointer.replace("/", "-")
