"""Rate the case and its links (好差评), by the link alone, without login."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.case import Case
from kaiban.domain.notice import Defect
from kaiban.domain.rating import LEVELS, Rating
from kaiban.orchestrator.applicant.rating import Opinion, is_over, rate
from kaiban.web.following.progress import the_case
from kaiban.web.routes import LINK, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("rating")


@routes.page("/t/<aid>/rate", LINK)
def show() -> str:
    """Five levels for the whole and for each department, with what was said before."""
    return _render([])


@routes.page("/t/<aid>/rate", LINK, "POST")
def keep() -> Any:
    """Keep what was said of one of them."""
    level = request.form.get("level", "")
    opinion = Opinion(
        int(level) if level.isdecimal() and len(level) == 1 else 0,
        request.form.get("link", ""),
        request.form.get("remark", ""),
    )
    found = rate(office(), the_case().no, opinion)
    if isinstance(found, list):
        return _render(found), 422
    return redirect(url_for("rating.show", aid=the_filing().id, thanks=1), 303)


def _render(wrong: Sequence[Defect]) -> str:
    case = the_case()
    given = {each.link: each for each in service().cases.ratings(case.no)}
    return render_template(
        "following/rate.html",
        filing=the_filing(),
        case=case,
        open=_open(case, given),
        typed=_typed(given),
        wrong={each.pointer[1:]: say(each.message) for each in wrong},
        levels=[(str(level), say(title)) for level, title in LEVELS.items()],
        given=given,
        choices=_choices(case),
        thanks=bool(request.args.get("thanks")),
        errors=[(f"#{each.pointer[1:] or 'level'}", say(each.message)) for each in wrong],
    )


def _choices(case: Case) -> list[tuple[str, str]]:
    return [("", say("整个办件")), *((link.name, say(link.title)) for link in case.links)]


def _open(case: Case, given: Mapping[str, Rating]) -> list[tuple[str, str]]:
    """What can be rated now: it has ended, and an earlier rating is not yet answered."""
    return [
        (name, title)
        for name, title in _choices(case)
        if is_over(case, name) and not (name in given and given[name].answered_at)
    ]


def _typed(given: Mapping[str, Rating]) -> dict[str, str]:
    """What was just typed, or else what was said of the case as a whole."""
    if request.method == "POST":
        return {name: request.form.get(name, "") for name in ("link", "level", "remark")}
    whole = given.get("")
    if whole is None or whole.answered_at:
        return {"link": "", "level": "", "remark": ""}
    return {"link": "", "level": str(whole.level), "remark": ""}
