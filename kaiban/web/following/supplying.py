"""Materials of a case: what was brought, what is still owed and the way to bring it, what the system wrote."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.case import Case
from kaiban.domain.material import Holder
from kaiban.domain.notice import Defect
from kaiban.orchestrator.materials import owed, supply
from kaiban.web.files import shown, taken_in
from kaiban.web.following.papers import histories_of, papers_of
from kaiban.web.following.progress import the_case
from kaiban.web.material_list import anchor, filled
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office
from kaiban.web.words import say

routes = Routes("supplying")


@routes.page("/t/<aid>/materials", OWNER)
def show() -> str:
    """What was brought and what is owed, with the day it is due."""
    return _render(the_case())


@routes.page("/t/<aid>/materials", OWNER, "POST")
def bring() -> Any:
    """Bring what was promised; every file of it that is in order is kept."""
    case, key = the_case(), request.form.get("key", "")
    mistakes = _supplied(case, key)
    if mistakes:
        return _render(case, key, mistakes), 422
    return redirect(url_for("supplying.show", aid=the_filing().id, _anchor=anchor(key)), 303)


@routes.page("/t/<aid>/materials/file/<ident>", OWNER)
def view(ident: str) -> Any:
    """A file of the case, as it is kept."""
    upload = office().materials.get(Holder(case_no=the_case().no), ident)
    return shown(upload.content, upload.media_type, upload.name)


def _supplied(case: Case, key: str) -> list[str]:
    """Take all the request's files or none: the first one settles what was promised."""
    uploads, wrong = taken_in(office().form.brought().get(key, ""))
    if wrong:
        return wrong
    found = supply(office(), case.no, key, *uploads)
    return [say(found.message)] if isinstance(found, Defect) else []


def _render(case: Case, key: str = "", mistakes: list[str] | None = None) -> str:
    said = mistakes or []
    present = office().materials.listed(Holder(case_no=case.no))
    open_ones = owed(office(), case)
    control = f"#{anchor(key)}-file" if any(one["key"] == key for one in open_ones) else ""
    return render_template(
        "following/materials.html",
        filing=the_filing(),
        case=case,
        owed=open_ones,
        shelves=[one for one in filled([], present) if one.files],
        papers=papers_of(case),
        versions=histories_of(case),
        rules=office().city.materials,
        mistakes={key: said[0]} if said else {},
        errors=[(control, text) for text in said],
    )
