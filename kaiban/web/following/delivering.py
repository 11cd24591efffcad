"""Have the package come another way, as long as it is still here: the form's own questions once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.pages import Page
from kaiban.domain.case import Case
from kaiban.domain.delivery import choice_of, settled_by
from kaiban.domain.notice import Defect
from kaiban.orchestrator.applicant.delivering import CHANGED, SECTION, choose
from kaiban.web.applicant.completeness import flaws
from kaiban.web.following.delivery_ways import way_of
from kaiban.web.following.progress import the_case
from kaiban.web.form.answers import Reading
from kaiban.web.form.places import id_of
from kaiban.web.form.sheet import Sheet
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("delivering")

PAGE = Page(SECTION, "", "", "", (SECTION,))


@routes.page("/t/<aid>/delivery", OWNER)
def show() -> str:
    """How it comes, to be changed; or why that is not possible any more."""
    case = the_case()
    return _render(case, case.form)


@routes.page("/t/<aid>/delivery", OWNER, "POST")
def change() -> Any:
    """Take the answers, if they are in order and nothing has happened to the package meanwhile."""
    case = the_case()
    seen = request.form.get("choice", "")
    wish = Reading(service().sections, case.form).page(PAGE, request.form)[SECTION]
    found = choose(
        office(), case.no, wish, choice=int(seen) if seen.isascii() and seen.isdecimal() else None
    )
    if isinstance(found, Case):
        return redirect(url_for("progress.show", aid=the_filing().id, _anchor="delivery"), 303)
    now = the_case()
    if settled_by(now) or CHANGED in found:
        return _render(now, now.form, found), 409
    return _render(case, {**case.form, SECTION: wish}, found), 422


def _render(case: Case, entry: Mapping[str, Any], wrong: Sequence[Defect] = ()) -> str:
    found = flaws((PAGE,), wrong)
    errors = {flaw.pointer: flaw.text for flaw in reversed(found)}
    sheet = Sheet(service().sections, entry, errors=errors, stored=case.form)
    return render_template(
        "following/delivery.html",
        filing=the_filing(),
        case=case,
        way=way_of(case),
        choice=choice_of(case),
        questions=sheet.questions(PAGE),
        errors=[(f"#{id_of(flaw.pointer)}" if flaw.page else "", flaw.text) for flaw in found],
    )
