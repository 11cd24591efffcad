"""Help while typing: suggestions from the form's own lists."""

from typing import Any

from flask import Response, abort, jsonify, request

from kaiban.web.form.lists import listing, notes_of, spoken, suggestions
from kaiban.web.form.places import asked_of_any
from kaiban.web.presentation.texts import comma, say
from kaiban.web.routes import PUBLIC, Routes

routes = Routes("helping")

#: Longer than any entry of a list.
LONGEST = 60


@routes.page("/suggest/<path:place>", PUBLIC)
def suggest(place: str) -> Response:
    """Entries of the list behind a question that fit what was typed; nothing personal is asked.

    Pages ask with their language in the address, so that a browser that changes it asks anew.
    """
    field = _field(place.replace("/", "."))
    listed = listing(field)
    if listed is None:
        abort(404)
    found = suggestions(listed, request.args.get("q", "")[:LONGEST])
    answer = jsonify(
        [
            {
                "value": spoken(item),
                "text": spoken(item),
                "hint": comma().join(map(say, notes_of(field, item.code))),
            }
            for item in found
        ]
    )
    answer.headers["Cache-Control"] = "private, max-age=300"  # the reader's language
    return answer


def _field(path: str) -> Any:
    try:
        return asked_of_any(path)
    except (KeyError, IndexError):
        abort(404)
