"""Have the package come another way, as long as it is still here: the form's own questions once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, url_for

from forms.structure.pages import Page
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import choice_of, settled_by
from kaiban.orchestrator.applicant.aftercare.delivering import CHANGED, SECTION, choose
from kaiban.web.applicant.completeness import flaws
from kaiban.web.following.delivery.delivery_ways import way_of
from kaiban.web.following.progress import the_case
from kaiban.web.form.answers import Reading
from kaiban.web.form.places import id_of
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.differences import differences
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import by_place
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.responses.unseen import cleaned, to_clean
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.sent import whole_number
from kaiban.web.service import asked_by, office

routes = Routes("delivering")

PAGE = Page(SECTION, "", "", "", (SECTION,))


@routes.page("/t/<aid>/delivery", OWNER)
def show() -> str:
    """How it comes, to be changed; or why that is not possible any more."""
    case = the_case()
    if typed() and not settled_by(case):
        return _render(case, {**case.form, SECTION: _wish(case)}, _defects())
    return _render(case, case.form, _defects())


@routes.page("/t/<aid>/delivery", OWNER, "POST", writes=CHANGES)
def change() -> Any:
    """Take the answers, if they are in order and nothing has happened to the package meanwhile."""
    case = the_case()
    wish = _wish(case)
    if to_clean() and _choice() == choice_of(case):
        return cleaned(show, url_for("delivering.show", aid=the_filing().id))
    found = choose(office(), case.no, wish, choice=_choice())
    if isinstance(found, Case):
        return redirect(url_for("progress.show", aid=the_filing().id, _anchor="delivery"), 303)
    now = the_case()
    if settled_by(now):
        return again(show, 409, typed=(), wrong=_plain(found))
    if CHANGED in found:
        raise _stale(now, wish)
    return again(show, wrong=_plain(found))


def _wish(case: Case) -> Any:
    return Reading(asked_by(case.form), case.form).page(PAGE, typed())[SECTION]


def _choice() -> int:
    """The choice the page was made from; none is like no choice there is."""
    return whole_number(seen(), -1)


def _stale(now: Case, wish: Any) -> Stale:
    rows = differences({**now.form, SECTION: wish}, now.form)
    to = url_for("delivering.show", aid=the_filing().id)
    return Stale(rows, to, to, str(choice_of(now)))


def _plain(found: Sequence[Defect]) -> list[list[str]]:
    return [[each.pointer, each.code, each.message] for each in found]


def _defects() -> list[Defect]:
    return [Defect(*each) for each in told("wrong", [])]


def _render(case: Case, entry: Mapping[str, Any], wrong: Sequence[Defect] = ()) -> str:
    found = flaws((PAGE,), wrong, case.form)
    errors = by_place((flaw.pointer, flaw.text) for flaw in found)
    sheet = Sheet(asked_by(case.form), entry, errors=errors, stored=case.form)
    return render_template(
        "following/delivery.html",
        filing=the_filing(),
        case=case,
        way=way_of(case),
        choice=choice_of(case),
        questions=sheet.questions(PAGE),
        cleanable=True,
        errors=[(f"#{id_of(flaw.pointer)}" if flaw.page else "", flaw.text) for flaw in found],
    )
