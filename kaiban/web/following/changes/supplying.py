"""Materials of a case: what was brought, what is still owed and the way to bring it, what the system wrote."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Holder, Person, Wanted
from kaiban.domain.papers.obligation import FORWARD_STATES
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.persons import persons_asked, persons_without
from kaiban.orchestrator.materials.supplying import add, asked_for, supply
from kaiban.web.following.delivery.papers import histories_of, papers_of
from kaiban.web.following.progress import the_case
from kaiban.web.materials.files import shown, taken_in
from kaiban.web.materials.material_list import anchor, day_of, filled
from kaiban.web.materials.whose import TICK, ticked, ticks
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.later import TryLater
from kaiban.web.routes import ADDS, OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("supplying")


@routes.page("/t/<aid>/materials", OWNER)
def show() -> str:
    """What was brought and what is owed, with the day it is due."""
    return _render(the_case(), typed().get("key", ""), told("mistakes"))


@routes.page("/t/<aid>/materials", OWNER, "POST", writes=ADDS)
def bring() -> Any:
    """Bring what was promised; every file of it that is in order is kept."""
    case, key = the_case(), request.form.get("key", "")
    try:
        mistakes = _supplied(case, key)
    except TryLater as later:
        return again(show, later.status, headers=later.headers, mistakes=[say(later.text)])
    if mistakes:
        return again(show, mistakes=mistakes)
    return redirect(url_for("supplying.show", aid=the_filing().id, _anchor=anchor(key)), 303)


@routes.page("/t/<aid>/materials/file/<ident>", OWNER)
def view(ident: str) -> Any:
    """A file of the case, as it is kept."""
    upload = office().materials.get(Holder(case_no=the_case().no), ident)
    return shown(upload.content, upload.media_type, upload.name)


def _supplied(case: Case, key: str) -> list[str]:
    """Take all the request's files or none: the first one settles what was promised."""
    is_owed = any(one["key"] == key for one in owed(office(), case))
    about = ticked(_asked_of(case, key, is_owed=is_owed))
    if _asked_of(case, key, is_owed=is_owed) and not about:
        return [say(TICK)]
    uploads, wrong = taken_in(office().form.brought().get(key, ""))
    if wrong:
        return wrong
    uploads = [replace(each, about=about or None) for each in uploads]
    found = (supply if is_owed else add)(office(), case.no, key, *uploads)
    return [say(found.message)] if isinstance(found, Defect) else []


def _asked_of(case: Case, key: str, *, is_owed: bool) -> list[Person]:
    """Whose document it must be that is brought now; nobody's where it is not of persons."""
    return persons_without(office(), case, key) if is_owed else persons_asked(office(), case, key)


def _for_corrections(case: Case, owed_keys: Collection[str]) -> list[Wanted]:
    """What can be brought to answer a department or a notice; what is owed anyway stands above."""
    found = asked_for(office(), case)
    return [
        Wanted(key, name, (), produced=False, persons=tuple(persons_asked(office(), case, key)))
        for key, name in found.items()
        if key not in owed_keys
    ]


def _late(case: Case) -> list[list[str]]:
    """Where what came late is by now."""
    titles = {link.name: link.office for link in case.links}
    names = office().form.brought()
    return [
        [say(names.get(each.key, each.key)), say(titles.get(each.link, each.link)), say(FORWARD_STATES[each.state])]
        for each in service().obligations.forwards(case.no)
    ]  # fmt: skip


def _relieved(case: Case) -> Iterator[tuple[str, str]]:
    """What the window decided about promises, with its reasons."""
    titles = {"extended": "期限延长到 %(day)s：%(what)s", "waived": "不再要求补交：%(what)s"}
    for each in reversed(case.events):
        if each.kind in titles:
            day = day_of(each.facts["due"])
            what = say(titles[each.kind], what=say(each.facts["material"]), day=day)
            yield clock(each.at), f"{what} ・ {each.text}"


def _named(case: Case) -> list[Wanted]:
    """What is of persons, with their names: whoever looks at a file reads who is on it."""
    found = office().form.materials(case.form, [link.name for link in case.links])
    return [one for one in found if one.persons is not None]


def _render(case: Case, key: str = "", mistakes: list[str] | None = None) -> str:
    said = mistakes or []
    present = office().materials.listed(Holder(case_no=case.no))
    open_ones = owed(office(), case)
    places = {one["key"]: anchor(one["key"]) for one in open_ones}
    control = f"#{places.get(key, f'more-{key}')}-file" if key else ""
    return render_template(
        "following/materials.html",
        filing=the_filing(),
        case=case,
        owed=open_ones,
        more=_for_corrections(case, {one["key"] for one in open_ones}),
        persons={
            one["key"]: ticks(_asked_of(case, one["key"], is_owed=True)) for one in open_ones
        },
        shelves=[one for one in filled(_named(case), present) if one.files],
        papers=papers_of(case),
        versions=histories_of(case),
        late=_late(case),
        relieved=list(_relieved(case)),
        rules=office().city.materials,
        mistakes={key: said[0]} if said else {},
        errors=[(control, text) for text in said],
    )
