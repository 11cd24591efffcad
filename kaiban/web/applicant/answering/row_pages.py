"""One row of a list too long for its page, on a page of its own.

A row is known by what is in it, not by its number: rows before it may have been taken out since its page was opened.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from forms.fields import Rows
from forms.structure.pages import Page
from kaiban.domain.filing import Filing
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.answering.cleaning import read_back, without_unseen
from kaiban.web.applicant.answering.filling import FLAWS, open_page, page_address, past, to_list
from kaiban.web.applicant.answering.keeping import row_place, row_version, rows_at, saved
from kaiban.web.applicant.check_answers import is_masked
from kaiban.web.applicant.completeness import Flaw, sheet, standing, summary
from kaiban.web.form.answers import Reading, put
from kaiban.web.form.places import child, field_at
from kaiban.web.presentation.differences import differences
from kaiban.web.presentation.unmasking import is_unmasked, show_unmasked
from kaiban.web.responses.kept import told
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.service import asked_by

routes = Routes("row_pages")


@routes.page("/a/<aid>/<page>/<int:row>", OWNER)
def show(page: str, row: int) -> Any:
    """One row of a list too long for its page."""
    filing, found = open_page(page)
    path = roster_of(found, row)
    flaws = _flaws(filing, found, path, row, request.args.get("do", ""))
    return _render(filing, found, path, row, flaws), 422 if flaws else 200


@routes.page("/a/<aid>/<page>/<int:row>", OWNER, "POST", writes=CHANGES)
def save(page: str, row: int) -> Any:
    """Keep the row, wherever it stands by now; back to its list when it is in order."""
    filing, found = open_page(page)
    path = roster_of(found, row)
    verb, _, argument = request.form.get("do", "save").partition(":")
    try:
        kept, place = _kept(filing, path, row, argument if verb == "clean" else "")
    except ChangedElsewhere as error:
        raise _stale(error.current, found, path, row) from error
    argument = argument.replace(f"{path}.{row}.", f"{path}.{place}.", 1)
    if verb == "pick":
        return to_list(page, argument)
    if verb == "clean":
        return read_back(
            kept.entry, argument, _address(found, place, do="answers"), partial(show, page, place)
        )
    if verb == "whole":
        return show_unmasked(partial(show, page, place), _address(found, place))
    if verb != "later" and _flaws(kept, found, path, place):
        return redirect(_address(found, place, do="mend"), 303)
    there = sheet(kept).row(path, place)
    more = verb == "another" and _has_room(kept, path)
    to = _address(found, len(rows_at(kept.entry, path))) if more else page_address(found)
    return past(to, found, [there], kept.entry)


def _flaws(filing: Filing, page: Page, path: str, row: int, do: str = "mend") -> list[Flaw]:
    if do not in FLAWS:
        return []
    place = f"/{path.replace('.', '/')}/{row}/"
    return [f for f in FLAWS[do](standing(filing), page) if f"{f.pointer}/".startswith(place)]


def _has_room(filing: Filing, path: str, beside: int = -1) -> bool:
    """Whether one more may come after those there are, and the one at that place."""
    asked = field_at(asked_by(filing.entry), path)
    count = max(len(rows_at(filing.entry, path)), beside + 1)
    return isinstance(asked, Rows) and count < asked.most


def roster_of(page: Page, row: int) -> str:
    """The list of a page whose rows have pages of their own."""
    found = sheet(the_filing()).questions(page)
    roster = next((each for each in found if each.kind == "roster"), None)
    if roster is None or row >= roster.most:
        abort(404)
    return roster.name


def _render(filing: Filing, page: Page, path: str, row: int, flaws: Sequence[Flaw] = ()) -> str:
    return render_template(
        "applicant/row.html",
        filing=filing,
        page=page,
        row=sheet(filing, flaws).row(path, row),
        version=row_version(rows_at(filing.entry, path), row),
        more=_has_room(filing, path, row),
        pickable=True,
        read=told("read", ()),
        errors=summary(filing, flaws, page),
        masked=is_masked(filing, page, f"/{path.replace('.', '/')}/{row}") and not is_unmasked(),
        come=request.values.get("come", ""),
    )


def _address(page: Page, row: int, do: str = "") -> str:
    come = request.form.get("come") or None
    return url_for(
        "row_pages.show", aid=the_filing().id, page=page.name, row=row, come=come, do=do or None
    )


# --- saving -----------------------------------------------------------------------------------


def _kept(filing: Filing, path: str, row: int, clean: str) -> tuple[Filing, int]:
    """The filing with the row as posted, and where it stands; raises ChangedElsewhere if it was changed since."""
    found: list[int] = []

    def change(current: Filing) -> dict[str, Any]:
        entry, place = _with_typed_row(current, path, row)
        found[:] = [place]
        asked = clean.replace(f"{path}.{row}.", f"{path}.{place}.", 1)
        return without_unseen(entry, asked) if clean else entry

    return saved(filing, change), found[0]


def _with_typed_row(filing: Filing, path: str, row: int) -> tuple[dict[str, Any], int]:
    rows = rows_at(filing.entry, path)
    place = row_place(rows, row, seen())
    answers = _typed_row(filing, path, row, row if place is None else place)
    if answers == _at(rows, row):
        return dict(filing.entry), row  # a second click
    if place is None:
        raise ChangedElsewhere(filing)
    return put(filing.entry, {path: [*rows[:place], answers, *rows[place + 1 :]]}), place


def _typed_row(filing: Filing, path: str, row: int, place: int | None) -> dict[str, Any]:
    """What was typed of the row that is asked for under one number and stands at another."""
    there = None if place is None else _at(rows_at(filing.entry, path), place)
    stored = put(filing.entry, {path: [*[{}] * row, there or {}]})
    return Reading(asked_by(filing.entry), stored).row(path, row, request.form)


def _stale(filing: Filing, page: Page, path: str, row: int) -> Stale:
    """The row as typed beside what has become of it; taken out, it can be added once more."""
    rows = rows_at(filing.entry, path)
    place = next((n for n, each in enumerate(rows) if _is_typed(each, path, row)), None)
    mine = _typed_row(filing, path, row, place)
    theirs = {} if place is None else rows[place]
    number = len(rows) if place is None else place
    return Stale(
        differences(*(put({}, {path: [{}] * number + [each]}) for each in (mine, theirs))),
        page_address(page) if place is None else _address(page, number),
        _address(page, number),
        row_version(rows, number),
        [
            (name.replace(f"{path}.{row}.", f"{path}.{number}.", 1), value)
            for name, value in request.form.items(multi=True)
        ],
    )


def _is_typed(there: Any, path: str, row: int) -> bool:
    """Whether it is of the one who was typed: by number, or by name."""
    typed = request.form.get
    number, name = (typed(f"{path}.{row}.{key}", "") for key in ("cert.no", "name"))
    known = str(child(child(there, "cert"), "no") or "")
    return bool(name and child(there, "name") == name) or bool(known and number == known)


def _at(rows: Sequence[Any], number: int) -> Any:
    return rows[number] if number < len(rows) else None
