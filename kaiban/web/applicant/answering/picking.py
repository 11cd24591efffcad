"""Choose an answer from its list: browse it by its levels or search it; works without scripts.

The button beside a question saves its page and leads here; choosing writes the one answer and leads
back to the question. Nothing is written by looking around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from forms import codes
from forms.structure.pages import Page
from kaiban.domain.filing import Filing
from kaiban.domain.pointer import value_at
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.answering.keeping import page_of, row_version, rows_at, saved, version_of
from kaiban.web.applicant.completeness import sheet
from kaiban.web.form.answers import placed
from kaiban.web.form.levels import (
    AT_ONCE,
    CLASSES,
    Drawer,
    Entry,
    Shelf,
    Step,
    entries,
    shelf,
    start,
)
from kaiban.web.form.lists import choosable, listing, notes_of, spoken, suggestions
from kaiban.web.form.places import field_at, id_of
from kaiban.web.form.question import Question
from kaiban.web.presentation.texts import comma, say
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.sent import whole_number
from kaiban.web.service import asked_by, office

routes = Routes("picking")

#: Longer than any entry of a list.
LONGEST = 60
#: Parts the keys of a place in the address.
BETWEEN = "."


@dataclass(frozen=True)
class Asked:
    """The question an answer is chosen for: where it stands, and its list."""

    filing: Filing
    page: Page
    question: Question
    listed: codes.CodeList
    roster: str

    @property
    def place(self) -> str:
        """Its dotted path, rows by number."""
        return self.question.name

    @property
    def row(self) -> int:
        """The number of the row it stands in, in a list whose rows have pages of their own."""
        return int(self.place.removeprefix(f"{self.roster}.").partition(".")[0])

    @property
    def others(self) -> list[Any]:
        """What the same question was answered with in every row, this one left blank; [] outside of rows."""
        above, number, key = _in_rows(self.place)
        rows = value_at(self.filing.entry, above) if number else None
        if not isinstance(rows, list):
            return []
        return [
            None if str(index) == number else value_at(row, key) for index, row in enumerate(rows)
        ]


@routes.page("/a/<aid>/<page>/pick/<place>", OWNER)
def browse(page: str, place: str) -> Any:
    """The list behind a question, or what was found in it."""
    return _render(_open(the_filing(), page, place), wrong=told("wrong", ""))


@routes.page("/a/<aid>/<page>/pick/<place>", OWNER, "POST", writes=CHANGES)
def choose(page: str, place: str) -> Any:
    """Write the entry into the form, and back to the question."""
    asked = _open(the_filing(), page, place)
    code = request.form.get("code", "")
    if code not in {item.code for item in choosable(asked.listed)}:
        return again(lambda: browse(page, place), wrong=say("请从列表中选一项。"))
    try:
        saved(asked.filing, partial(_chosen, asked, code))
    except ChangedElsewhere as error:
        raise _stale(replace(asked, filing=error.current), code) from error
    return redirect(_home(asked), 303)


# --- the question -----------------------------------------------------------------------------


def _open(filing: Filing, name: str, place: str) -> Asked:
    """The question at that place, as long as the filing is still being filled in."""
    page = page_of(filing, name)
    shown = {each.name: each for each in _flat(sheet(filing).questions(page))}
    question = shown.get(place) or _next(filing, shown, place)
    if question is None or question.kind != "search":
        abort(404)
    listed = listing(field_at(asked_by(filing.entry), place))
    assert listed is not None
    rosters = (each.name for each in shown.values() if each.kind == "roster")
    roster = next((each for each in rosters if place.startswith(f"{each}.")), "")
    return Asked(filing, page, question, listed, roster)


def _flat(found: Sequence[Question]) -> Iterator[Question]:
    for each in found:
        yield each
        yield from _flat((*each.inside, *each.rows))


def _next(filing: Filing, shown: Mapping[str, Question], place: str) -> Question | None:
    """The question in a row that is only there once something is chosen."""
    path, number, _ = _in_rows(place)
    rows = shown.get(path)
    if rows is None or not rows.most > len(rows.rows) or number != str(len(rows.rows)):
        return None
    inside = _flat(sheet(filing).row(path, len(rows.rows)).inside)
    return next((each for each in inside if each.name == place), None)


def _in_rows(place: str) -> tuple[str, str, str]:
    """`company.scope.items.3.code` -> `company.scope.items`, `3`, `code`; the innermost rows, if any."""
    parts = place.split(".")
    at = max((index for index, part in enumerate(parts) if part.isdecimal()), default=0)
    return (".".join(parts[:at]), parts[at], ".".join(parts[at + 1 :])) if at else ("", "", place)


# --- writing ----------------------------------------------------------------------------------


def _chosen(asked: Asked, code: str, filing: Filing) -> dict[str, Any]:
    """The entry with the answer; raises ChangedElsewhere if its page is not what it was when the list was shown."""
    entry = placed(filing.entry, asked.question.pointer, code)
    if entry != filing.entry and _version(replace(asked, filing=filing)) != seen():
        raise ChangedElsewhere(filing)
    return entry


def _version(asked: Asked) -> str:
    """Of the page the question is on: a row with a page of its own, or a page of the form."""
    if not asked.roster:
        return version_of(asked.filing, asked.page)
    return row_version(rows_at(asked.filing.entry, asked.roster), asked.row)


def _stale(asked: Asked, code: str) -> Stale:
    current = value_at(asked.filing.entry, asked.place)
    words = (_words(asked, each) for each in (code, current))
    here = request.full_path
    return Stale([(say(asked.question.label), *words)], here, here, _version(asked))


def _words(asked: Asked, code: Any) -> str:
    item = asked.listed.by_code.get(code) if isinstance(code, str) else None
    return spoken(item) if item is not None else str(code or say("（没有填）"))


# --- showing ----------------------------------------------------------------------------------


def _render(asked: Asked, *, wrong: str = "") -> str:
    words = request.args.get("q", "")[:LONGEST].strip()
    found = _search(asked, words) if words else _look(asked)
    number, pages, groups = _paged(found)
    here = {"q": words} if words else {"in": _place(found.path)}
    return render_template(
        "applicant/pick.html",
        filing=asked.filing,
        page=asked.page,
        question=asked.question,
        around=_around(asked),
        home=_home(asked),
        come=request.args.get("come", ""),
        words=words,
        count=sum(map(len, found.groups.values())),
        crumbs=_crumbs(asked, found.path),
        drawers=[_drawer(asked, found.path, each) for each in found.drawers],
        groups=[
            (_titles(path), [_pick(asked, each, searched=bool(words)) for each in inside])
            for path, inside in groups
        ],
        number=number,
        pages=pages,
        turn=_address(asked, **here) + "&n={page}",
        version=_version(asked),
        errors=[("#entries", wrong)] if wrong else [],
    )


def _look(asked: Asked) -> Shelf:
    """What lies where the address says; where it says nothing, the city's own."""
    found = entries(asked.listed)
    opened = request.args.get("in")
    usual = start(found, office().city.region)
    lying = shelf(found, usual if opened is None else tuple(filter(None, opened.split(BETWEEN))))
    if lying is None:
        abort(404)
    return lying


def _search(asked: Asked, words: str) -> Shelf:
    known = {each.item.code: each for each in entries(asked.listed)}
    fitting = [known[item.code] for item in suggestions(asked.listed, words, len(known))]
    return Shelf((), (), {(): fitting} if fitting else {})


def _paged(found: Shelf) -> tuple[int, int, list[tuple[tuple[Step, ...], Sequence[Entry]]]]:
    """Which page of how many, and what is on it; what stands under several headings is short."""
    groups = list(found.groups.items())
    if len(groups) != 1:
        return 1, 1, groups
    path, every = groups[0]
    pages = -(-len(every) // AT_ONCE)
    wanted = whole_number(request.args.get("n", ""), 1)
    number = min(max(wanted, 1), pages)
    return number, pages, [(path, every[(number - 1) * AT_ONCE : number * AT_ONCE])]


def _pick(asked: Asked, each: Entry, *, searched: bool) -> dict[str, str]:
    notes = map(say, notes_of(field_at(asked_by(asked.filing.entry), asked.place), each.item.code))
    # What was found by words stands apart from its levels, so it says where it belongs.
    apart = searched and spoken(each.item) == each.item.label
    way = [_titles([one for one in each.path if one.key not in CLASSES])] if apart else []
    return {
        "value": each.item.code,
        "title": spoken(each.item) if searched else each.item.label,
        "hint": comma().join(filter(None, (*way, *notes))),
        "note": _note(asked, each.item.code),
    }


def _note(asked: Asked, code: str) -> str:
    """What the entry is already: this answer, or that of another row."""
    if value_at(asked.filing.entry, asked.place) == code:
        return say("现在的答案")
    others = asked.others
    return say("第 %(number)s 项已选", number=others.index(code) + 1) if code in others else ""


def _drawer(asked: Asked, path: Sequence[Step], drawer: Drawer) -> dict[str, str]:
    return {
        "href": _address(asked, **{"in": _place((*path, Step(drawer.key, "")))}),
        "title": say(drawer.title),
        "status": say("%(count)s 项", count=drawer.size).replace(" ", "\u00a0"),  # in one line
        "kind": "done",
    }


def _crumbs(asked: Asked, path: Sequence[Step]) -> list[tuple[str, str]]:
    levels = [(path[:depth], step) for depth, step in enumerate(path, 1)]
    return [
        (_address(asked, **{"in": ""}), say("全部")),
        *((_address(asked, **{"in": _place(way)}), say(step.title)) for way, step in levels),
    ]


def _place(path: Sequence[Step]) -> str:
    return BETWEEN.join(step.key for step in path)


def _titles(path: Sequence[Step]) -> str:
    return " · ".join(say(step.title) for step in path)


def _around(asked: Asked) -> str:
    """Which row it is asked in: `经营范围条目 2`."""
    above, number, _ = _in_rows(asked.place)
    if not number:
        return ""
    label = say(str(field_at(asked_by(asked.filing.entry), above).metadata["label"]))
    return f"{label} {int(number) + 1}"


def _address(asked: Asked, **query: Any) -> str:
    come = request.args.get("come") or None
    return url_for(
        "picking.browse", aid=asked.filing.id, page=asked.page.name, place=asked.place, come=come,
        **query,
    )  # fmt: skip


def _home(asked: Asked) -> str:
    """The question on its page."""
    where: dict[str, Any] = {"aid": asked.filing.id, "page": asked.page.name}
    come, anchor = request.args.get("come") or None, id_of(asked.question.pointer)
    if asked.roster:
        return url_for("row_pages.show", **where, row=asked.row, come=come, _anchor=anchor)
    return url_for("filling.show", **where, come=come, _anchor=anchor)
