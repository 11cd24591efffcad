"""Correct what a department has named, and nothing else; what changes is looked over before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.derive import glimpse
from forms.fields import Rows
from forms.structure.pages import Page
from forms.structure.paths import inner_schema
from forms.structure.tour import in_chinese, mask
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.notices.answering import version_of
from kaiban.domain.notices.notice import Defect, Notice
from kaiban.domain.pointer import replaced, to_path, value_at
from kaiban.orchestrator.applicant.correcting import (
    CHANGED,
    Amendment,
    amended,
    correct,
    may_be_left_out,
    reopened,
    review,
)
from kaiban.orchestrator.materials.enclosing import brought_for
from kaiban.web.applicant.answering import live_checks
from kaiban.web.applicant.completeness import surroundings
from kaiban.web.following.deadlines import answer_by
from kaiban.web.following.messages.notices import read
from kaiban.web.following.progress import the_case
from kaiban.web.form.answers import Reading
from kaiban.web.form.confirming import boxes, laid_by, parted, said, taken_up, unticked
from kaiban.web.form.places import asked_of_any, control_of, field_at, id_of
from kaiban.web.form.question import Question
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.differences import differences
from kaiban.web.presentation.texts import say
from kaiban.web.presentation.unmasking import is_unmasked, show_unmasked
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import by_place
from kaiban.web.responses.stale import MINE, VERSION, Stale, seen
from kaiban.web.responses.unseen import cleaned, to_clean
from kaiban.web.routes import CHANGES, NOTHING, OWNER, Routes, the_filing
from kaiban.web.service import asked_by, office

routes = Routes("fixing")


@dataclass(frozen=True)
class Asked:
    """One thing the notice names: whose demand it is, and the questions to answer it with, if the form has any.

    ``row`` is the pointer of the row they make up, where it may be taken out.
    """

    item: Defect
    office: str
    around: str
    question: Question | None
    before: str
    row: str = ""


@routes.page("/t/<aid>/fix", OWNER)
def show() -> Any:
    """The open notice with exactly the fields it names."""
    case = the_case()
    if case.open_notice is None:
        return redirect(url_for("progress.show", aid=the_filing().id))
    read(case, case.open_notice)
    if told("step") == "check":
        return _looked_over(case, case.open_notice)
    return _render(case, case.open_notice, taken_up(told("wrong", [])))


@routes.page("/t/<aid>/fix", OWNER, "POST", writes=CHANGES)
def send() -> Any:
    """Look the correction over, then hand it in; what does not fit comes back with all that is wrong."""
    case = the_case()
    if seen() != version_of(case):
        return _too_late(case)
    assert case.open_notice is not None
    do = request.form.get("do", "")
    if (only_shown := _shown(do)) is not None:
        return only_shown
    amendment = _amendment(case, case.open_notice)
    found = (
        correct(office(), case.no, amendment)
        if do == "send"
        else review(office(), case, amendment)
    )
    if not isinstance(found, list):
        return _progress() if do == "send" else again(show, 200, step="check")
    if CHANGED in found:
        return _too_late(the_case())
    return again(show, wrong=laid_by(found))


def _shown(do: str) -> Any:
    """The page again, for a button that sends nothing; None for the others."""
    here = url_for("fixing.show", aid=the_filing().id)
    if to_clean():
        return cleaned(show, here)
    if do == "edit":
        return again(show, 200, step="edit")
    return show_unmasked(show, here, typed=None, step="check") if do == "whole" else None


def _progress() -> Any:
    return redirect(url_for("progress.show", aid=the_filing().id), 303)


def _too_late(case: Case) -> Any:
    """Something was answered, or asked, since the page was opened: show both, unless they say the same."""
    rows = _typed_beside(case)
    if not rows and case.open_notice is None:
        return _progress()  # a second click
    here = url_for("fixing.show", aid=the_filing().id)
    if case.open_notice is None:
        raise Stale(rows, url_for("progress.show", aid=the_filing().id))
    raise Stale(rows, here, here, version_of(case))


def _typed_beside(case: Case) -> list[list[str]]:
    """What was typed where it is not what stands there now."""
    changes = _changes(
        case, [each for notice in case.notices for each in _pointers(notice, case.form)]
    )
    return differences(amended(case.form, changes)[0], case.form)


@routes.page("/t/<aid>/fix/glance", OWNER, "POST", writes=NOTHING)
def glance() -> Response:
    """What is wrong with the correction as far as it is typed (see `kaiban.web.applicant.answering.live_checks`)."""
    case = the_case()
    if case.open_notice is None:
        abort(404)
    pointers = _pointers(case.open_notice, case.form)
    pages = [Page("fix", "", "", "", (to_path(pointer),)) for pointer in pointers]
    reading = Reading(asked_by(case.form), None)
    answers = [reading.page(page, request.form)[page.paths[0]] for page in pages]
    form, _ = amended(case.form, dict(zip(pointers, answers, strict=True)))
    touched = {name: form[name] for page in pages for name in page.sections if name in form}
    sheet = Sheet(asked_by(form), form, derived=glimpse(form))
    questions = [question for page in pages for question in sheet.questions(page)]
    return live_checks.told(
        form, touched, questions, office().form.glance(touched, case.accepted_at, form)
    )


def _looked_over(case: Case, notice: Notice) -> Any:
    """Old beside new, with what was typed on the page, for nothing counts before it is sent."""
    amendment = _amendment(case, notice)
    form = review(office(), case, amendment)
    if isinstance(form, list):
        return _render(case, notice, form), 422
    whole = is_unmasked()
    return render_template(
        "following/fix_check.html",
        filing=the_filing(),
        case=case,
        notice=notice,
        rows=[
            [what, before, now] for what, now, before in differences(form, case.form, whole=whole)
        ],
        whole=whole,
        confirmed=[say(case.link(name).title) for name in sorted(amendment.settled)],
        explanations=[
            (say(case.link(name).title), text) for name, text in amendment.explanations.items()
        ],
        left_out=[say(case.link(name).title) for name in amendment.left_out],
        typed=[pair for pair in typed().items(multi=True) if pair[0] not in ("csrf_token", "do")],
    )


def _amendment(case: Case, notice: Notice) -> Amendment:
    links = [link.name for link in _waiting(case)]
    confirmed, left_out = (
        tuple(name for name in typed().getlist(control) if name in links)
        for control in ("confirmed", "left_out")
    )
    texts = {name: typed().get(f"explained-{name}", "").strip() for name in links}
    return Amendment(
        _changes(case, _pointers(notice, case.form)),
        confirmed,
        said(),
        typed().get(VERSION, ""),
        {name: text for name, text in texts.items() if text and name not in left_out},
        left_out,
    )


def _waiting(case: Case) -> list[Link]:
    """The links that wait for the applicant."""
    return [link for link in case.links if link.state is LinkState.NEEDS_CORRECTION]


def _changes(case: Case, pointers: Sequence[str]) -> dict[str, Any]:
    """What was typed there and is not what stands there."""
    reading = Reading(asked_by(case.form), case.form, moved=MINE in typed())
    changes: dict[str, Any] = {}
    gone = typed().getlist("gone")
    for pointer in dict.fromkeys(pointers):
        path = to_path(pointer)
        if pointer in gone and _may_go(case, pointer):
            changes[pointer] = None
            continue
        answer = reading.page(Page("fix", "", "", "", (path,)), typed())[path]
        if answer != value_at(case.form, path):
            changes[pointer] = answer
    return changes


def _pointers(notice: Notice, form: Mapping[str, Any]) -> list[str]:
    """The places of the form the notice names, each once; of a row or a person, the whole."""
    named = (
        _opened(item, form) for item in notice.items if item.pointer and _is_asked(item.pointer)
    )
    return list(dict.fromkeys(named))


def _opened(item: Defect, form: Mapping[str, Any]) -> str:
    return reopened(office(), item.pointer, form)


def _may_go(case: Case, pointer: str) -> bool:
    """Whether it is a row the form can do without."""
    above, _, number = pointer.rpartition("/")
    if not number.isdecimal():
        return False
    path = to_path(above)
    question, rows = field_at(asked_by(case.form), path), value_at(case.form, path)
    return isinstance(question, Rows) and isinstance(rows, list) and len(rows) > question.fewest


def _is_asked(pointer: str) -> bool:
    try:
        asked_of_any(to_path(pointer))
    except KeyError:
        return False
    return True


def _render(case: Case, notice: Notice, found: Sequence[Defect] = ()) -> str:
    mend, strange = parted(found)
    errors = [replace(each, pointer=control_of(each.pointer)) for each in mend]
    open_boxes = boxes(
        strange, [surroundings(one.pointer, case.form) for one in strange], asked=not errors
    )
    return render_template(
        "following/fix.html",
        filing=the_filing(),
        case=case,
        notice=notice,
        until=answer_by(case),
        asked=[_asked(case, item, errors) for item in _once(notice, case.form)],
        waiting=[_way_out(case, notice, link) for link in _waiting(case)],
        version=version_of(case),
        typed=typed(),
        cleanable=True,
        boxes=open_boxes,
        errors=[
            (f"#{id_of(each.pointer)}" if each.pointer else "", say(each.message))
            for each in errors
        ]
        + unticked(open_boxes),
    )


def _once(notice: Notice, form: Mapping[str, Any]) -> list[Defect]:
    """The items, those at one place joined, so that nothing is asked twice on the page."""
    found: dict[str, Defect] = {}
    for item in notice.items:
        key = _opened(item, form) or item.message
        known = found.get(key)
        joined = f"{known.message}{item.message}" if known else item.message
        found[key] = replace(item, message=joined)
    return list(found.values())


def _way_out(case: Case, notice: Notice, link: Link) -> dict[str, Any]:
    """What can be done about a link's demands without changing an answer."""
    items = [item for item in notice.items if item.link == link.name]
    return {
        "link": link,
        # Nothing in the form answers it: then this is what it takes.
        "elsewhere": not any(item.pointer and _is_asked(item.pointer) for item in items),
        "papers": brought_for(office(), case, link.name),
        "may_go": may_be_left_out(office(), case, link.name),
    }


def _asked(case: Case, item: Defect, errors: Sequence[Defect]) -> Asked:
    titles = {link.name: link.office for link in case.links}
    opened = _opened(item, case.form)
    question = _question(case, opened, errors) if opened else None
    before = _before(case.form, item.pointer) if question is not None else ""
    row = opened if question is not None and _may_go(case, opened) else ""
    office_of = titles.get(item.link, "")
    return Asked(item, office_of, surroundings(item.pointer, case.form), question, before, row)


def _question(case: Case, pointer: str, errors: Sequence[Defect]) -> Question | None:
    if not _is_asked(pointer):
        return None
    entry = _as_typed(case, pointer) if typed() else case.form
    texts = by_place((each.pointer, say(each.message)) for each in errors)
    page = Page("fix", "", "", "", (to_path(pointer),))
    sheet = Sheet(asked_by(entry), entry, errors=texts, derived=glimpse(entry), stored=case.form)
    return sheet.questions(page)[0]


def _as_typed(case: Case, pointer: str) -> Mapping[str, Any]:
    path = to_path(pointer)
    answer = Reading(asked_by(case.form), case.form).page(Page("", "", "", "", (path,)), typed())
    form: Mapping[str, Any] = replaced(case.form, pointer, answer[path])
    return form


def _before(form: Mapping[str, Any], pointer: str) -> str:
    """What stood there, as people read it; masked where it is sensitive."""
    path = to_path(pointer)
    if path.rpartition(".")[2].isdecimal():
        return ""
    field, value = field_at(asked_by(form), path), value_at(form, path)
    if value is None or isinstance(value, dict) or inner_schema(field) is not None:
        return ""
    text = in_chinese(field, value)
    return mask(text) if field.metadata.get("sensitive") and text else text
