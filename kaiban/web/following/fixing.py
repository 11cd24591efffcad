"""Correct what a department has named, and nothing else; what changes is looked over before it is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.derive import glimpse
from forms.fields import Rows
from forms.pages import Page
from forms.tour import Line, in_chinese, mask, walk
from kaiban.domain.case import Case
from kaiban.domain.notice import Defect, Notice
from kaiban.domain.pointer import replaced, to_path, value_at
from kaiban.orchestrator.applicant.correcting import Amendment, amended, correct, review
from kaiban.web.applicant.completeness import surroundings
from kaiban.web.applicant.live_checks import told
from kaiban.web.following.progress import the_case
from kaiban.web.form.answers import Reading
from kaiban.web.form.places import field_at, id_of
from kaiban.web.form.question import Question
from kaiban.web.form.sheet import Sheet
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

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
    """Look the correction over, then hand it in; what does not fit comes back with all that is wrong."""
    case = the_case()
    if case.open_notice is None:
        return redirect(url_for("progress.show", aid=the_filing().id), 303)
    do = request.form.get("do")
    if do == "edit":
        return _render(case, case.open_notice)
    amendment = _amendment(case, case.open_notice)
    if do != "send":
        return _looked_over(case, case.open_notice, amendment)
    found = correct(office(), case.no, amendment)
    if isinstance(found, list) and the_case().open_notice is not None:
        return _render(case, case.open_notice, found), 422
    return redirect(url_for("progress.show", aid=the_filing().id), 303)


@routes.page("/t/<aid>/fix/glance", OWNER, "POST")
def glance() -> Response:
    """What is wrong with the correction as far as it is typed (see `kaiban.web.applicant.live_checks`)."""
    case = the_case()
    if case.open_notice is None:
        abort(404)
    pointers = _pointers(case.open_notice)
    pages = [Page("fix", "", "", "", (to_path(pointer),)) for pointer in pointers]
    reading = Reading(service().sections, None)
    answers = [reading.page(page, request.form)[page.paths[0]] for page in pages]
    form, _ = amended(case.form, dict(zip(pointers, answers, strict=True)))
    touched = {name: form[name] for page in pages for name in page.sections if name in form}
    sheet = Sheet(service().sections, form, derived=glimpse(form))
    questions = [question for page in pages for question in sheet.questions(page)]
    return told(touched, questions, office().form.glance(touched, case.accepted_at))


def _looked_over(case: Case, notice: Notice, amendment: Amendment) -> Any:
    """Old beside new, with what was typed on the page, for nothing is kept before it is sent."""
    form = review(office(), case, amendment)
    if isinstance(form, list):
        return _render(case, notice, form), 422
    return render_template(
        "following/fix_check.html",
        filing=the_filing(),
        case=case,
        notice=notice,
        rows=list(_differences(case.form, form)),
        confirmed=[say(case.link(name).title) for name in amendment.confirmed],
        typed=[
            pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "do")
        ],
    )


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[list[str]]:
    """Every answer that is not what it was, as people read it: what, before, after."""
    before = {line.pointer: line for line in walk(old, service().sections)}
    after = {line.pointer: line for line in walk(new, service().sections)}
    for pointer in dict.fromkeys((*before, *after)):
        was, now = before.get(pointer), after.get(pointer)
        line = now or was
        if line is not None and (was and was.value) != (now and now.value):
            label = " · ".join((*map(say, line.trail), say(line.label)))
            yield [label, _read(was), _changed(was, now)]


def _read(line: Line | None) -> str:
    return line.shown if line else say("（没有填）")


def _changed(was: Line | None, now: Line | None) -> str:
    """The new value; said to be another where the mask hides that it is."""
    text = _read(now)
    return say("%(value)s（已改）", value=text) if was and now and was.shown == text else text


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
        confirmed=request.form.getlist("confirmed"),
        errors=[
            (f"#{id_of(each.pointer)}" if each.pointer else "", say(each.message))
            for each in errors
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
    texts = {each.pointer: say(each.message) for each in errors}
    page = Page("fix", "", "", "", (to_path(pointer),))
    sheet = Sheet(
        service().sections, entry, errors=texts, derived=glimpse(entry), stored=case.form
    )
    return sheet.questions(page)[0]


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
