"""Add links that were left out (增办): choose them, answer only what they need and nobody has said yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from forms.derive import glimpse
from forms.pages import Page, pages
from forms.sections import ALWAYS
from kaiban.domain.case import Case
from kaiban.domain.notice import Defect
from kaiban.orchestrator.joining import add_links
from kaiban.web.applicant.choosing import lacking
from kaiban.web.applicant.filling import STEPS
from kaiban.web.applicant.standing import flaws
from kaiban.web.following.progress import left_out, the_case
from kaiban.web.form.answers import Reading, put
from kaiban.web.form.places import id_of
from kaiban.web.form.questions import Question, Sheet, known_persons
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("joining")

NONE_CHOSEN = "请至少选择一个要增加的环节。"


@dataclass(frozen=True)
class Wish:
    """A case and the links somebody wants to join it."""

    case: Case
    names: tuple[str, ...]

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the form that ask what these links read and the case does not know."""
        departments, present = office().departments, tuple(link.name for link in self.case.links)
        known = departments.sections(present) | ALWAYS | set(self.case.form)
        fresh = departments.sections(self.names) - known
        cut = (
            replace(page, paths=tuple(p for p in page.paths if p.partition(".")[0] in fresh))
            for page in pages(service().sections)
        )
        return tuple(page for page in cut if page.paths)

    @property
    def sections(self) -> frozenset[str]:
        """The sections these pages ask from."""
        return frozenset().union(*(page.sections for page in self.pages))

    @property
    def obstacles(self) -> list[str]:
        """Why these links cannot join."""
        present = tuple(link.name for link in self.case.links)
        return lacking(present + self.names) if self.names else [say(NONE_CHOSEN)]


@routes.page("/t/<aid>/more", OWNER)
def show() -> Any:
    """First the links that were left out, then the questions of those chosen."""
    case = the_case()
    if not left_out(case):
        return _progress()
    wish = _wish(case, request.args.getlist("links"))
    if "go" not in request.args and not wish.names:
        return _choose(wish, [])
    obstacles = wish.obstacles
    return (_choose(wish, obstacles), 422) if obstacles else _render(wish, case.form)


@routes.page("/t/<aid>/more", OWNER, "POST")
def send() -> Any:
    """Hand the answers in; what was typed stays on the page until they are in order."""
    case = the_case()
    wish = _wish(case, request.form.getlist("links"))
    if not wish.names:
        return _progress()  # a second click: they have joined
    verb, _, argument = request.form.get("do", "").partition(":")
    entry = _typed(wish)
    if verb != "send":
        return _render(wish, _changed(wish, entry, verb, argument))
    told = {name: entry[name] for name in wish.sections if name in entry}
    found = add_links(office(), case.no, wish.names, told)
    if isinstance(found, Case) or not _wish(the_case(), wish.names).names:
        return _progress()
    return _render(wish, entry, found), 422


def _wish(case: Case, names: Sequence[str]) -> Wish:
    return Wish(case, tuple(name for name in left_out(case) if name in names))


def _progress() -> Any:
    return redirect(url_for("progress.show", aid=the_filing().id), 303)


def _typed(wish: Wish) -> dict[str, Any]:
    """The case's form with what was typed in its place."""
    reading = Reading(service().sections, wish.case.form, whole=True)
    entry = dict(wish.case.form)
    for page in wish.pages:
        entry = put(entry, reading.page(page, request.form))
    return entry


def _changed(wish: Wish, entry: dict[str, Any], verb: str, place: str) -> dict[str, Any]:
    """One row more or less, or a person taken over; anything else only shows the page again."""
    if verb not in ("add", "remove", "same"):
        return entry
    if place.partition(".")[0] not in wish.sections:
        abort(400)
    return STEPS[verb](entry, place)


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
    found = flaws(wish.pages, wrong)
    sheet = Sheet(
        service().sections,
        entry,
        errors={flaw.pointer: flaw.text for flaw in reversed(found)},
        known=known_persons(service().sections, entry),
        derived=glimpse(entry),
        stored=wish.case.form,
    )
    return render_template(
        "following/more.html",
        filing=the_filing(),
        case=wish.case,
        specs=office().departments.specs(wish.names),
        parts=[(page, [_opened(q) for q in sheet.questions(page)]) for page in wish.pages],
        errors=[(f"#{id_of(flaw.pointer)}" if flaw.page else "", flaw.text) for flaw in found],
    )


def _opened(question: Question) -> Question:
    """A long list is shown where it stands: its rows have no pages of their own here."""
    if question.kind != "roster":
        return question
    return replace(question, kind="rows")
