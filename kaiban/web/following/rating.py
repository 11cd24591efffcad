"""Rate the case and its links (好差评), by the link alone, without login."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.notice import Defect
from kaiban.domain.rating import LEVELS
from kaiban.orchestrator.rating import Opinion, rate
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
        levels=[(str(level), say(title)) for level, title in LEVELS.items()],
        given=given,
        choices=[("", say("整个办件")), *((link.name, say(link.title)) for link in case.links)],
        thanks=bool(request.args.get("thanks")),
        errors=[(f"#{each.pointer[1:] or 'level'}", say(each.message)) for each in wrong],
    )
