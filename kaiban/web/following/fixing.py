"""Correct what a department has named, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.fields import Rows
from forms.pages import Page
from forms.tour import in_chinese, mask
from kaiban.domain.case import Case
from kaiban.domain.notice import Defect, Notice
from kaiban.domain.pointer import replaced, to_path, value_at
from kaiban.orchestrator.correcting import Amendment, correct
from kaiban.web.applicant.standing import surroundings
from kaiban.web.following.progress import the_case
from kaiban.web.form.answers import Reading
from kaiban.web.form.places import field_at, id_of
from kaiban.web.form.questions import Question, Sheet
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("fixing")


@dataclass(frozen=True)
class Asked:
    """One thing the notice names: whose demand it is, and the question to answer it with, if the form has one."""

    item: Defect
    office: str
    around: str
    question: Question | None
    before: str


@routes.page("/t/<aid>/fix", OWNER)
def show() -> Any:
    """The open notice with exactly the fields it names."""
    case = the_case()
    if case.open_notice is None:
        return redirect(url_for("progress.show", aid=the_filing().id))
    return _render(case, case.open_notice)


@routes.page("/t/<aid>/fix", OWNER, "POST")
def send() -> Any:
    """Hand the correction in; what does not fit comes back with everything that is wrong with it."""
    case = the_case()
    if case.open_notice is None:
        return redirect(url_for("progress.show", aid=the_filing().id), 303)
    found = correct(office(), case.no, _amendment(case, case.open_notice))
    if isinstance(found, Case):
        return redirect(url_for("progress.show", aid=the_filing().id), 303)
    return _render(case, case.open_notice, found), 422


def _amendment(case: Case, notice: Notice) -> Amendment:
    reading = Reading(service().sections, case.form)
    changes: dict[str, Any] = {}
    for pointer in _pointers(notice):
        path = to_path(pointer)
        page = Page("fix", "", "", "", (path,))
        answer = reading.page(page, request.form)[path]
        if answer != value_at(case.form, path):
            changes[pointer] = answer
    links = tuple(link.name for link in case.links)
    return Amendment(changes, tuple(n for n in request.form.getlist("confirmed") if n in links))


def _pointers(notice: Notice) -> list[str]:
    """The places of the form the notice names, each once."""
    named = (item.pointer for item in notice.items if item.pointer and _is_asked(item.pointer))
    return list(dict.fromkeys(named))


def _is_asked(pointer: str) -> bool:
    try:
        field_at(service().sections, to_path(pointer))
    except KeyError:
        return False
    return True


def _render(case: Case, notice: Notice, errors: Sequence[Defect] = ()) -> str:
    return render_template(
        "following/fix.html",
        filing=the_filing(),
        case=case,
        notice=notice,
        asked=[_asked(case, item, errors) for item in _once(notice)],
        unplaced=[link for link in case.links if _outside_the_form(notice, link.name)],
        errors=[
            (f"#{id_of(each.pointer)}" if each.pointer else "", each.message) for each in errors
        ],
    )


def _once(notice: Notice) -> list[Defect]:
    """The items, those at one place joined, so that nothing is asked twice on the page."""
    found: dict[str, Defect] = {}
    for item in notice.items:
        key = item.pointer or item.message
        known = found.get(key)
        joined = f"{known.message}{item.message}" if known else item.message
        found[key] = replace(item, message=joined)
    return list(found.values())


def _outside_the_form(notice: Notice, link: str) -> bool:
    """Whether everything a link demands is settled elsewhere: a signature in the department's app."""
    items = [item for item in notice.items if item.link == link]
    return bool(items) and not any(item.pointer and _is_asked(item.pointer) for item in items)


def _asked(case: Case, item: Defect, errors: Sequence[Defect]) -> Asked:
    titles = {link.name: link.office for link in case.links}
    question = _question(case, item.pointer, errors) if item.pointer else None
    before = _before(case.form, item.pointer) if question is not None else ""
    return Asked(item, titles.get(item.link, ""), surroundings(item.pointer), question, before)


def _question(case: Case, pointer: str, errors: Sequence[Defect]) -> Question | None:
    if not _is_asked(pointer):
        return None
    entry = _as_typed(case, pointer) if request.method == "POST" else case.form
    texts = {each.pointer: each.message for each in errors}
    page = Page("fix", "", "", "", (to_path(pointer),))
    return Sheet(service().sections, entry, errors=texts).questions(page)[0]


def _as_typed(case: Case, pointer: str) -> Mapping[str, Any]:
    path = to_path(pointer)
    answer = Reading(service().sections, case.form).page(
        Page("", "", "", "", (path,)), request.form
    )
    form: Mapping[str, Any] = replaced(case.form, pointer, answer[path])
    return form


def _before(form: Mapping[str, Any], pointer: str) -> str:
    """What stood there, as people read it; masked where it is sensitive."""
    path = to_path(pointer)
    field, value = field_at(service().sections, path), value_at(form, path)
    if value is None or isinstance(value, dict) or isinstance(field, Rows):
        return ""
    text = in_chinese(field, value)
    return mask(text) if field.metadata.get("sensitive") and text else text
