"""Bring, or promise, what links need that are to join a case: as before submission, and only what the case lacks."""

from collections.abc import Iterable
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder
from kaiban.web.applicant.materials import STEPS, Mistake, asked_first, later_at, mistakes_told
from kaiban.web.following.changes.added_links import Wish, wished
from kaiban.web.following.progress import the_case
from kaiban.web.materials.files import shown
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again
from kaiban.web.responses.later import TryLater
from kaiban.web.responses.mistakes import by_place
from kaiban.web.routes import ADDS, OWNER, Routes, the_filing
from kaiban.web.service import office

routes = Routes("bringing")


@routes.page("/t/<aid>/more/materials", OWNER)
def show() -> Any:
    """What the chosen links need: what is to be brought, what the system writes, what is to be answered."""
    wish = _wish()
    if not wish.names:
        return _choose()
    if asks := asked_first(wish.shelves(), wish.materials_page()):
        return asks
    if "next" not in request.args:
        return _render(wish, mistakes_told())
    if wrong := wish.missing:
        return _render(wish, map(_mistake, wrong)), 422
    return redirect(
        url_for("joining.show", aid=wish.filing.id, links=wish.names, go=1, brought=1), 303
    )


@routes.page("/t/<aid>/more/materials", OWNER, "POST", writes=ADDS)
def change() -> Any:
    """Bring files, drop one, promise one for later: as the button says."""
    wish = _wish()
    if not wish.names:
        return _choose()  # a second click: they have joined
    verb, _, argument = request.form.get("do", "").partition(":")
    key = request.form.get("key", "")
    if verb not in STEPS or key not in {shelf.wanted.key for shelf in wish.shelves()}:
        abort(400)
    try:
        mistakes = STEPS[verb](wish.filing, key, argument)
    except TryLater as later:
        return again(show, later.status, headers=later.headers, mistakes=[later_at(key, later)])
    if mistakes:
        return again(show, mistakes=mistakes)
    return redirect(wish.materials_page(key), 303)


@routes.page("/t/<aid>/more/materials/file/<ident>", OWNER)
def view(ident: str) -> Any:
    """A file that waits for the links to join, as it is kept."""
    upload = office().materials.get(Holder(the_filing().id), ident)
    return shown(upload.content, upload.media_type, upload.name)


def _mistake(missing: Defect) -> Mistake:
    """What is missing, at the control where it is brought."""
    return Mistake(missing.pointer.rpartition("/")[2], "file", say(missing.message))


def _render(wish: Wish, mistakes: Iterable[Mistake] = ()) -> str:
    said = list(mistakes)
    lacking = {one.key for one in wish.to_bring}
    return render_template(
        "following/bring.html",
        filing=wish.filing,
        case=wish.case,
        wish=wish,
        specs=office().departments.specs(wish.names),
        shelves=wish.shelves(),
        there=[one for one in wish.wanted if not one.produced and one.key not in lacking],
        written=[one for one in wish.wanted if one.produced],
        rules=office().city.materials,
        removal=lambda ident: wish.materials_page(remove=ident),
        mistakes=by_place((each.place, each.text) for each in said),
        errors=[(f"#{each.place}", each.text) for each in said],
    )


def _wish() -> Wish:
    return wished(the_case(), request.args.getlist("links"), request.args.getlist("also"))


def _choose() -> Any:
    return redirect(url_for("joining.show", aid=the_filing().id), 303)
