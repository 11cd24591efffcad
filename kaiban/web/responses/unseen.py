"""Take signs that nobody can see out of what was typed into one field of a page that keeps nothing before it is sent.

The button stands beside the field (`form/question.html`, where ``cleanable``). A page whose answers are kept at every
press takes them out of what is kept (`kaiban.web.applicant.answering.cleaning`).
"""

from collections.abc import Callable
from typing import Any

from flask import request

from forms.values import signs
from kaiban.web.responses.kept import again

VERB = "clean"


def to_clean() -> str:
    """The name of the field whose button was pressed; "" for any other button."""
    verb, _, place = request.form.get("do", "").partition(":")
    return place if verb == VERB else ""


def cleaned(show: Callable[[], Any], to: str, **told: Any) -> Any:
    """The page once more with all that was typed, that field without such signs; nothing is told to be wrong."""
    place = to_clean()
    pairs = [
        (name, _clean(value) if name == place else value)
        for name, value in request.form.items(multi=True)
        if name != "do"
    ]
    return again(show, 200, to=f"{to}#{place.replace('.', '-')}", typed=pairs, **told)


def _clean(text: str) -> str:
    return "\n".join(signs.cleaned(line).strip() for line in text.splitlines())
