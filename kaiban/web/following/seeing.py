"""Who saw what (谁看过我的信息): every department and everybody else, from the recorded disclosures."""

from collections.abc import Iterable
from typing import Any

from flask import render_template

from forms.paths import catalogue_of
from kaiban.domain.case import Case
from kaiban.domain.disclosure import RECIPIENTS, WHYS, Disclosure
from kaiban.web.following.progress import the_case
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import clock, say

routes = Routes("seeing")


@routes.page("/t/<aid>/seen", OWNER)
def show() -> str:
    """Everything that was shown to anybody, the latest first."""
    case = the_case()
    found = service().cases.disclosures(case.no)
    rows = [_row(case, each) for each in reversed(found)]
    return render_template("following/seen.html", filing=the_filing(), case=case, rows=rows)


def _row(case: Case, seen: Disclosure) -> list[str]:
    return [
        clock(seen.at),
        f"{say(RECIPIENTS[seen.kind])} · {_who(case, seen)}",
        say(WHYS[seen.why]),
        "、".join(_labels(seen.what)) or say("只看了办理情况"),
    ]


def _who(case: Case, seen: Disclosure) -> str:
    offices = {link.name: link.office for link in case.links}
    return say(offices.get(seen.who, seen.who))


def _labels(paths: Iterable[str]) -> list[str]:
    """The questions behind the paths, with what they belong to, each once."""
    places = catalogue_of(service().sections).places
    brought = office().form.brought()
    found = (
        say(brought.get(path.removeprefix("materials."), ""))
        or _label(places, tuple(path.split(".")))
        for path in paths
    )
    return list(dict.fromkeys(filter(None, found)))


def _label(places: Any, path: tuple[str, ...]) -> str:
    around = places.get(path[:2]) if len(path) > 2 else None  # noqa: PLR2004 - a group and something in it
    place = places.get(path)
    parts = [one.label for one in (around, place) if one is not None and one.label]
    return "·".join(map(say, parts))
