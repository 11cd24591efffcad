"""Fill in the form: the task list, a page at a time, saved at every step and in between."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.fields import Rows
from forms.pages import GROUPS, Page
from forms.paths import inner_schema
from kaiban.domain.filing import Filing
from kaiban.orchestrator.applicant.filing import keep
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.completeness import (
    Flaw,
    Standing,
    pages_of,
    sheet,
    standing,
    summary,
)
from kaiban.web.applicant.keeping import page_of, saved, version_of
from kaiban.web.applicant.naming import sentence
from kaiban.web.form.answers import Reading, put, taken, with_person
from kaiban.web.form.places import OWN, child, field_at
from kaiban.web.material_list import missing, shelves
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("filling")


@routes.page("/a/<aid>/", OWNER)
def tasks() -> Any:
    """The task list: every page with what it still wants, in any order."""
    filing = the_filing()
    if filing.case_no:
        return redirect(url_for("progress.show", aid=filing.id))
    found = standing(filing)
    groups = [(group, [page for page in found.pages if page.group == group]) for group in GROUPS]
    return render_template(
        "applicant/tasks.html", filing=filing, found=found, groups=groups,
        lacking=len(missing(shelves(filing))),
    )  # fmt: skip


@routes.page("/a/<aid>/<page>", OWNER)
def show(page: str) -> Any:
    """One page with what was answered so far."""
    filing, found = open_page(page)
    return _render(filing, found)


@routes.page("/a/<aid>/<page>", OWNER, "POST")
def save(page: str) -> Any:
    """Keep what was typed, then do what the button says."""
    filing, found = open_page(page)
    verb, _, argument = request.form.get("do", "save").partition(":")
    try:
        kept = _kept(filing, found, STEPS.get(verb, _as_typed), argument)
    except ChangedElsewhere as error:
        return _conflict(error.current, found)
    if verb == "pick":
        return _to_list(page, argument)
    if verb in ("add", "remove", "same"):
        return redirect(_address(found, anchor=_anchor(verb, argument)), 303)
    if verb == "opinion":
        return _render(kept, found, name_opinion=sentence(kept.entry))
    return _onward(kept, found, verb)


@routes.page("/a/<aid>/<page>/draft", OWNER, "POST")
def autosave(page: str) -> Any:
    """Keep what was typed, without a word about it; the answer carries the page's new version."""
    filing, found = open_page(page)
    try:
        kept = _kept(filing, found, _as_typed, "")
    except ChangedElsewhere:
        return Response(say("这份草稿刚在别处修改过。请刷新页面，再补上这里未保存的内容"), 409)
    answer = Response(status=204)
    answer.headers["X-Version"] = version_of(kept, found)
    return answer


@routes.page("/a/<aid>/<page>/<int:row>", OWNER)
def show_row(page: str, row: int) -> Any:
    """One row of a list too long for its page."""
    filing, found = open_page(page)
    return _render_row(filing, found, roster_of(found, row), row)


@routes.page("/a/<aid>/<page>/<int:row>", OWNER, "POST")
def save_row(page: str, row: int) -> Any:
    """Keep the row; back to its list when it is in order."""
    filing, found = open_page(page)
    path = roster_of(found, row)
    rows = _rows(filing.entry, path)
    if row > len(rows):
        abort(404)
    answers = Reading(service().sections, filing.entry).row(path, row, request.form)
    entry = put(filing.entry, {path: [*rows[:row], answers, *rows[row + 1 :]]})
    try:
        kept = keep(office(), service().filings, replace(filing, entry=entry))
    except ChangedElsewhere as error:
        return _render_row(error.current, found, path, row, conflict=True), 409
    verb, _, argument = request.form.get("do", "save").partition(":")
    if verb == "pick":
        return _to_list(page, argument)
    place = f"/{path.replace('.', '/')}/{row}"
    wrong = [
        f for f in standing(kept).flaws_of(found) if (f.pointer + "/").startswith(place + "/")
    ]
    if wrong and verb != "later":
        return _render_row(kept, found, path, row, wrong), 422
    return redirect(_address(found), 303)


def open_page(name: str) -> tuple[Filing, Page]:
    """The filing and its page of that name, as long as it is still being filled in."""
    filing = the_filing()
    return filing, page_of(filing, name)


def _render(filing: Filing, page: Page, flaws: tuple[Flaw, ...] = (), **more: Any) -> str:
    known = pages_of(filing)
    return render_template(
        "applicant/page.html",
        filing=filing,
        page=page,
        place=known.index(page) + 1,
        count=len(known),
        questions=sheet(filing, flaws).questions(page),
        errors=summary(filing, flaws, page),
        version=more.pop("version", "") or version_of(filing, page),
        come=request.values.get("come", ""),
        pickable=True,
        **more,
    )


def _render_row(
    filing: Filing, page: Page, path: str, row: int, flaws: list[Flaw] | None = None, **more: Any
) -> str:
    return render_template(
        "applicant/row.html",
        filing=filing,
        page=page,
        row=sheet(filing, flaws or []).row(path, row),
        pickable=True,
        errors=summary(filing, flaws or [], page),
        come=request.values.get("come", ""),
        **more,
    )


def _onward(filing: Filing, page: Page, verb: str) -> Any:
    if verb == "later":
        return redirect(url_for("filling.tasks", aid=filing.id), 303)
    found = standing(filing)
    wrong = found.flaws_of(page)
    if wrong:
        return _render(filing, page, wrong), 422
    return redirect(_next(found, page), 303)


def _next(found: Standing, page: Page) -> str:
    filing = found.filing
    after = found.next(page)
    if request.form.get("come") == "check" or after is None:
        return url_for("submitting.check", aid=filing.id)
    return url_for("filling.show", aid=filing.id, page=after.name)


def _to_list(page: str, place: str) -> Any:
    """To where the answer is chosen from its list; the page is saved by now."""
    if not place:
        abort(404)
    come = request.form.get("come") or None
    return redirect(
        url_for("picking.browse", aid=the_filing().id, page=page, place=place, come=come), 303
    )


def _address(page: Page, anchor: str = "") -> str:
    come = request.form.get("come") or None
    return url_for(
        "filling.show", aid=the_filing().id, page=page.name, come=come, _anchor=anchor or None
    )


# --- saving -----------------------------------------------------------------------------------


def _kept(filing: Filing, page: Page, step: Callable[..., Any], argument: str) -> Filing:
    """The filing with the page as posted; raises ChangedElsewhere if this page was changed since."""
    return saved(filing, lambda current: step(_posted(current, page), argument))


def _posted(filing: Filing, page: Page) -> dict[str, Any]:
    before = taken(filing.entry, page)
    untouched = version_of(filing, page) == request.form.get("version", "")
    reading = Reading(service().sections, filing.entry if untouched else None)
    answers = reading.page(page, request.form)
    entry = put(filing.entry, answers)
    if not untouched and taken(entry, page) != before:
        raise ChangedElsewhere(filing)
    return entry


def _conflict(filing: Filing, page: Page) -> Any:
    """Show what was typed, to be saved over what the other tab or device has saved."""
    answers = Reading(service().sections, None).page(page, request.form)
    typed = replace(filing, entry=put(filing.entry, answers))
    version = version_of(filing, page)
    return _render(typed, page, version=version, conflict=True), 409


def _as_typed(entry: dict[str, Any], _: str) -> dict[str, Any]:
    return entry


def _with_row(entry: dict[str, Any], path: str) -> dict[str, Any]:
    asked = _field(path)
    rows = _rows(entry, path)
    full = not isinstance(asked, Rows) or len(rows) >= asked.most
    shown = max(len(rows), asked.fewest) if isinstance(asked, Rows) else 0
    filled = rows + [{}] * (shown - len(rows))
    return entry if full else put(entry, {path: [*filled, {}]})


def _without_row(entry: dict[str, Any], place: str) -> dict[str, Any]:
    path, _, number = place.rpartition(".")
    rows = _rows(entry, path)
    if not (isinstance(_field(path), Rows) and number.isdecimal() and int(number) < len(rows)):
        return entry
    return put(entry, {path: [*rows[: int(number)], *rows[int(number) + 1 :]]})


def _with_known(entry: dict[str, Any], place: str) -> dict[str, Any]:
    """Copy the person chosen beside the button to where the button stands."""
    source = request.form.get(f"{place}.{OWN}same", "")
    schema = inner_schema(_field(place))
    if schema is None or not source:
        return entry
    return with_person(entry, "/" + place.replace(".", "/"), source, schema)


STEPS: Mapping[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "save": _as_typed,
    "later": _as_typed,
    "add": _with_row,
    "remove": _without_row,
    "same": _with_known,
    "opinion": _as_typed,
    "pick": _as_typed,
}


def _anchor(verb: str, argument: str) -> str:
    place = argument.replace(".", "-")
    if verb == "add":
        return f"{place}-last"
    return place.rpartition("-")[0] if verb == "remove" else place


def _field(path: str) -> Any:
    try:
        return field_at(service().sections, path)
    except KeyError:
        abort(400)


def _rows(entry: Mapping[str, Any], path: str) -> list[Any]:
    found: Any = entry
    for part in path.split("."):
        found = child(found, part)
    return list(found) if isinstance(found, list) else []


def roster_of(page: Page, row: int) -> str:
    """The list of a page whose rows have pages of their own."""
    found = sheet(the_filing()).questions(page)
    roster = next((each for each in found if each.kind == "roster"), None)
    if roster is None or row >= roster.most:
        abort(404)
    return roster.name
