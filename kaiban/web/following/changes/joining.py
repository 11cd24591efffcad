"""Add links that were left out (增办): choose them, answer only what they need and nobody has said yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.derive import glimpse, of_documents
from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.web.applicant.answering import live_checks
from kaiban.web.applicant.answering.filling import STEPS
from kaiban.web.applicant.answering.removing import ASK, pressed
from kaiban.web.applicant.completeness import Flaw, flaws, surroundings
from kaiban.web.following.changes.added_links import Wish, version_of, wished
from kaiban.web.following.progress import left_out, the_case
from kaiban.web.form.answers import Reading, put
from kaiban.web.form.confirming import boxes, laid_by, parted, said, taken_up, unticked
from kaiban.web.form.persons import known_persons
from kaiban.web.form.places import id_of
from kaiban.web.form.question import Question
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.differences import differences
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import by_place
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.responses.unseen import cleaned, to_clean
from kaiban.web.routes import CHANGES, NOTHING, OWNER, Routes, the_filing
from kaiban.web.service import asked_by, office

routes = Routes("joining")


@routes.page("/t/<aid>/more", OWNER)
def show() -> Any:
    """First the links that were left out, then the questions of those chosen."""
    case = the_case()
    if not left_out(case):
        return _progress()
    wish = wished(case, request.args.getlist("links"))
    if "go" not in request.args and not wish.names:
        return _choose(wish, [])
    if obstacles := wish.obstacles:
        return _choose(wish, obstacles), 422
    if typed():
        return _render(
            wish,
            _changed(wish, _typed(wish), *told("step", ["", ""])),
            taken_up(told("wrong", [])),
        )
    if wish.missing or ("brought" not in request.args and wish.to_bring):
        return redirect(wish.materials_page())
    return _render(wish, case.form)


@routes.page("/t/<aid>/more", OWNER, "POST", writes=CHANGES)
def send() -> Any:
    """Hand the answers in; what was typed stays on the page until they are in order."""
    case = the_case()
    named = request.form.getlist("links")
    wish = wished(case, named)
    if seen() != version_of(case) and (rows := _typed_beside(case, named)):
        raise Stale(rows, _here(wish), _here(wish) if wish.names else "", version_of(case))
    if not wish.names:
        return _progress()  # a second click: they have joined
    if to_clean():
        return cleaned(show, _here(wish))
    verb, argument = pressed("")
    entry = _typed(wish)
    if verb != "send":
        removal = argument if verb == ASK else ""
        return again(show, 200, to=_here(wish), step=[verb, argument], removal=removal)
    answers = {name: entry[name] for name in wish.sections if name in entry} | {
        "confirm": [*said()]
    }
    found = add_links(office(), case.no, wish.names, answers, wish.filing.id)
    if isinstance(found, Case) or not wished(the_case(), wish.names).names:
        return _progress()
    return again(show, to=_here(wish), wrong=laid_by(found))


@routes.page("/t/<aid>/more/glance", OWNER, "POST", writes=NOTHING)
def glance() -> Response:
    """What is wrong with the answers as far as they are typed (see `kaiban.web.applicant.answering.live_checks`)."""
    case = the_case()
    wish = wished(case, request.form.getlist("links"))
    if not wish.names:
        abort(404)
    reading = Reading(asked_by(case.form), None, whole=True)
    answers = {
        path: answer
        for page in wish.pages
        for path, answer in reading.page(page, request.form).items()
    }
    answered, entry = put({}, answers), put(case.form, answers)
    sheet = Sheet(asked_by(entry), entry, derived=glimpse(entry) | of_documents(answered))
    questions = [_opened(each) for page in wish.pages for each in sheet.questions(page)]
    return live_checks.told(
        entry, answered, questions, office().form.glance(answered, office().clock.now(), entry)
    )


def _typed_beside(case: Case, names: Sequence[str]) -> list[list[str]]:
    """What was typed on a page that is older than the case, and what the case says there by now."""
    present, sections = seen().split("."), office().departments.sections
    links = [link for link in case.links if link.name in present]
    joined = sections(tuple(link.name for link in case.links)) - sections(
        tuple(link.name for link in links)
    )
    form = {name: each for name, each in case.form.items() if name not in joined}
    before = wished(replace(case, links=links, form=form), names)
    reading = Reading(asked_by(case.form), case.form, whole=True)
    entry = dict(case.form)
    for page in before.pages:
        entry = put(entry, reading.page(page, request.form))
    return differences(entry, case.form)


def _here(wish: Wish) -> str:
    return url_for("joining.show", aid=wish.filing.id, links=wish.names, go=1, brought=1)


def _progress() -> Any:
    return redirect(url_for("progress.show", aid=the_filing().id), 303)


def _typed(wish: Wish) -> dict[str, Any]:
    """The case's form with what was typed in its place."""
    reading = Reading(asked_by(wish.case.form), wish.case.form, whole=True)
    entry = dict(wish.case.form)
    for page in wish.pages:
        entry = put(entry, reading.page(page, typed()))
    return entry


def _changed(wish: Wish, entry: dict[str, Any], verb: str, place: str) -> dict[str, Any]:
    """One row more or less, or a person taken over; anything else only shows the page again."""
    if verb not in ("add", "remove", "same"):
        return entry
    if place.partition(".")[0] not in wish.sections:
        abort(400)
    return STEPS[verb](entry, place) or entry


def _choose(wish: Wish, obstacles: Sequence[str]) -> str:
    specs = office().departments.specs(left_out(wish.case))
    return render_template(
        "following/choose.html",
        filing=the_filing(),
        case=wish.case,
        options=[(spec.name, say(spec.title), say(spec.office)) for spec in specs],
        chosen=wish.names,
        errors=[("#links", text) for text in obstacles],
    )


def _render(wish: Wish, entry: Mapping[str, Any], wrong: Sequence[Defect] = ()) -> str:
    mend, strange = parted(wrong)
    found = flaws(wish.pages, mend, entry)
    open_boxes = boxes(
        strange, [surroundings(one.pointer, entry) for one in strange], asked=not mend
    )
    sheet = Sheet(
        asked_by(entry),
        entry,
        errors=by_place((flaw.pointer, flaw.text) for flaw in found),
        known=known_persons(asked_by(entry), entry),
        derived=glimpse(entry),
        stored=wish.case.form,
    )
    return render_template(
        "following/more.html",
        filing=the_filing(),
        case=wish.case,
        specs=office().departments.specs(wish.names),
        version=version_of(wish.case),
        parts=[(page, [_opened(q) for q in sheet.questions(page)]) for page in wish.pages],
        shelves=wish.shelves(),
        materials_page=wish.materials_page(),
        boxes=open_boxes,
        removal=told("removal", ""),
        cleanable=True,
        errors=[(_address(wish, flaw), flaw.text) for flaw in found] + unticked(open_boxes),
    )


def _address(wish: Wish, flaw: Flaw) -> str:
    if flaw.pointer.startswith("/materials/"):
        return wish.materials_page(flaw.pointer.removeprefix("/materials/"))
    return f"#{id_of(flaw.pointer)}" if flaw.page else ""


def _opened(question: Question) -> Question:
    """A long list is shown where it stands: its rows have no pages of their own here."""
    if question.kind != "roster":
        return question
    return replace(question, kind="rows")
