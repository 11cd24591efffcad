"""Fill in the form: the task list, a page at a time, saved at every step and in between."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms.applicants import of
from forms.fields import Rows
from forms.structure.pages import GROUPS, Page
from forms.structure.paths import inner_schema
from forms.structure.tour import mask
from kaiban.domain.filing import Filing
from kaiban.domain.pointer import to_pointer
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.answering.cleaning import read_back, without_unseen
from kaiban.web.applicant.answering.keeping import (
    own,
    page_of,
    row_place,
    row_version,
    rows_at,
    saved,
    version_of,
)
from kaiban.web.applicant.answering.naming import sentence
from kaiban.web.applicant.answering.removing import ASK, KEEP, asked_first, by_now, pressed
from kaiban.web.applicant.check_answers import is_masked
from kaiban.web.applicant.completeness import (
    Completeness,
    Flaw,
    pages_of,
    saved_before,
    sheet,
    standing,
    summary,
)
from kaiban.web.applicant.lapsing import dropped_on
from kaiban.web.form.answers import Reading, put, with_person
from kaiban.web.form.as_read import every, may_be_read_otherwise, readings
from kaiban.web.form.places import OWN, field_at
from kaiban.web.form.question import Question
from kaiban.web.materials.material_list import missing, shelves
from kaiban.web.presentation.differences import differences
from kaiban.web.presentation.texts import say
from kaiban.web.presentation.unmasking import is_unmasked, show_unmasked
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.stale import Stale, is_mine, seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.service import asked_by, chosen_links

routes = Routes("filling")

#: What is told to be wrong on a page: everything once somebody has gone on from it, of one only begun the answers.
FLAWS: Mapping[str, Callable[[Completeness, Page], tuple[Flaw, ...]]] = {
    "mend": Completeness.flaws_of,
    "answers": Completeness.flaws_of_answers,
}


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
        links=chosen_links(filing), applicant=of(filing.entry), dropped=dropped_on(filing), lacking=len(missing(shelves(filing))), phone=mask(filing.phone),
    )  # fmt: skip


@routes.page("/a/<aid>/<page>", OWNER)
def show(page: str) -> Any:
    """One page with what was answered so far; what is wrong with it only after somebody has gone on from it."""
    filing, found = open_page(page)
    do = request.args.get("do", "")
    flaws = FLAWS[do](standing(filing), found) if do in FLAWS else ()
    if do == "opinion":
        return _render(filing, found, name_opinion=sentence(filing.entry))
    return _render(filing, found, flaws), 422 if flaws else 200


@routes.page("/a/<aid>/<page>", OWNER, "POST", writes=CHANGES)
def save(page: str) -> Any:
    """Keep what was typed, then do what the button says."""
    filing, found = open_page(page)
    verb, argument = pressed()
    try:
        kept = _kept(filing, found, STEPS.get(verb, _as_typed), argument)
    except ChangedElsewhere as error:
        raise _stale(error.current, found) from error
    answer = ANSWERS.get(verb)
    return answer(kept, found, verb, argument) if answer else _onward(kept, found, verb)


@routes.page("/a/<aid>/<page>/draft", OWNER, "POST", writes=CHANGES)
def autosave(page: str) -> Any:
    """Keep what was typed, without a word about it; the answer carries the page's new version."""
    filing, found = open_page(page)
    try:
        kept = _kept(filing, found, _as_typed, "")
    except ChangedElsewhere:
        return Response(
            say(
                "这份草稿刚在别处修改过，这里的还没有保存。请点保存的按钮，两边不同的内容会都列出来"
            ),
            409,
        )
    answer = Response(status=204)
    answer.headers["X-Version"] = version_of(kept, found)
    return answer


def open_page(name: str) -> tuple[Filing, Page]:
    """The filing and its page of that name, as long as it is still being filled in."""
    filing = the_filing()
    return filing, page_of(filing, name)


def _render(filing: Filing, page: Page, flaws: tuple[Flaw, ...] = (), **more: Any) -> str:
    known = pages_of(filing)
    place = known.index(page)
    questions = sheet(filing, flaws).questions(page)
    return render_template(
        "applicant/page.html",
        filing=filing,
        page=page,
        place=place + 1,
        previous=known[place - 1] if place else None,
        detour=standing(filing).detour(saved_before(), page) if saved_before() else None,
        count=len(known),
        parts=[
            (part, [each for each in questions if part.holds(each.pointer)])
            for part in page.parts or (page,)
        ],
        errors=summary(filing, flaws, page),
        version=version_of(filing, page),
        come=request.values.get("come", ""),
        pickable=True,
        read=told("read", ()),
        removal=told("removal", ""),
        versions=partial(_version_in, filing),
        masked=is_masked(filing, page) and not is_unmasked(),
        **more,
    )


def _version_in(filing: Filing, place: str) -> str:
    """The version of a row of a list whose rows have pages of their own, by its dotted path."""
    path, _, number = place.rpartition(".")
    return row_version(rows_at(filing.entry, path), int(number))


def _list(_: Filing, page: Page, __: str, place: str) -> Any:
    return to_list(page.name, place)


def _there(_: Filing, page: Page, verb: str, argument: str) -> Any:
    return redirect(page_address(page, anchor=_anchor(verb, argument)), 303)


def _with_question(kept: Filing, page: Page, verb: str, argument: str) -> Any:
    to = page_address(page, anchor=_anchor(verb, argument))
    row = by_now(kept.entry, argument)
    return again(partial(show, page.name), 200, to=to, typed=(), removal=row)


def _cleaned(kept: Filing, page: Page, verb: str, argument: str) -> Any:
    to = page_address(page, anchor=_anchor(verb, argument), do="answers")
    return read_back(kept.entry, argument, to, partial(show, page.name))


def _unmasked(_: Filing, page: Page, __: str, ___: str) -> Any:
    return show_unmasked(partial(show, page.name), page_address(page))


def _opinion(_: Filing, page: Page, verb: str, __: str) -> Any:
    return redirect(page_address(page, do=verb), 303)


#: What a button answers that does not lead on to another page.
ANSWERS: Mapping[str, Callable[[Filing, Page, str, str], Any]] = {
    "pick": _list,
    "add": _there,
    "remove": _there,
    "same": _there,
    KEEP: _there,
    ASK: _with_question,
    "clean": _cleaned,
    "whole": _unmasked,
    "opinion": _opinion,
}


def _onward(filing: Filing, page: Page, verb: str) -> Any:
    if verb == "later":
        return redirect(url_for("filling.tasks", aid=filing.id), 303)
    found = standing(filing)
    if found.flaws_of(page):
        return redirect(page_address(page, do="mend"), 303)
    # A page of a department has hundreds of controls: its questions are made only where something is to be told of them.
    told_of = sheet(filing).questions(page) if may_be_read_otherwise(filing.entry) else ()
    return past(_next(found, page), page, told_of, filing.entry)


def past(to: str, page: Page, questions: Sequence[Question], entry: Mapping[str, Any]) -> Any:
    """On to the address, where it is told what of the page was read otherwise than it was typed."""
    read = [(each.label, said) for each, said in readings(every(questions), entry)]
    if not read:
        return redirect(to, 303)
    return again(lambda: show(page.name), 200, to=to, typed=(), read=read)


def _next(found: Completeness, page: Page) -> str:
    filing = found.filing
    after = found.next(page)
    if request.form.get("come") == "check" or after is None:
        return url_for("submitting.check", aid=filing.id, saved=page.name)
    # The page that follows needs no word; any other says why one is there.
    saved = page.name if found.detour(page.name, after) else None
    return url_for("filling.show", aid=filing.id, page=after.name, saved=saved)


def to_list(page: str, place: str) -> Any:
    """To where the answer is chosen from its list; the page is saved by now."""
    if not place:
        abort(404)
    come = request.form.get("come") or None
    return redirect(
        url_for("picking.browse", aid=the_filing().id, page=page, place=place, come=come), 303
    )


def page_address(page: Page, anchor: str = "", do: str = "") -> str:
    come = request.form.get("come") or None
    return url_for(
        "filling.show", aid=the_filing().id, page=page.name, come=come, do=do or None,
        _anchor=anchor or None,
    )  # fmt: skip


# --- saving -----------------------------------------------------------------------------------


def _kept(filing: Filing, page: Page, step: Callable[..., Any], argument: str) -> Filing:
    """The filing with the page as posted; raises ChangedElsewhere if this page was changed since."""

    def change(current: Filing) -> dict[str, Any]:
        entry: dict[str, Any] | None = step(_posted(current, page), argument)
        if entry is None:
            raise ChangedElsewhere(current)
        return entry

    return saved(filing, change)


def _posted(filing: Filing, page: Page) -> dict[str, Any]:
    before = own(filing.entry, page)
    untouched = version_of(filing, page) == seen()
    reading = Reading(asked_by(filing.entry), filing.entry, moved=is_mine() or not untouched)
    entry = put(filing.entry, reading.page(page, request.form))
    if not untouched and own(entry, page) != before:
        raise ChangedElsewhere(filing)
    return entry


def _stale(filing: Filing, page: Page) -> Stale:
    """What was typed beside what the other tab or device has saved."""
    reading = Reading(asked_by(filing.entry), filing.entry, moved=True)
    typed = put(filing.entry, reading.page(page, request.form))
    rows = differences(typed, filing.entry)
    # What is the same on both sides is not what was refused: it is a row that nobody can take out twice.
    to = url_for("filling.save", aid=filing.id, page=page.name)
    return Stale(rows, page_address(page), to if rows else "", version_of(filing, page))


def _as_typed(entry: dict[str, Any], _: str) -> dict[str, Any]:
    return entry


def _with_row(entry: dict[str, Any], path: str) -> dict[str, Any]:
    asked = _field(path)
    rows = rows_at(entry, path)
    full = not isinstance(asked, Rows) or len(rows) >= asked.most
    shown = max(len(rows), asked.fewest) if isinstance(asked, Rows) else 0
    filled = rows + [{}] * (shown - len(rows))
    return entry if full else put(entry, {path: [*filled, {}]})


def _without_row(entry: dict[str, Any], argument: str) -> dict[str, Any] | None:
    """Without the row; one with a page of its own is known by its version, wherever it stands by now.

    None if that row has been changed since.
    """
    place, _, version = argument.partition("@")
    path, _, number = place.rpartition(".")
    rows = rows_at(entry, path)
    if not (isinstance(_field(path), Rows) and number.isdecimal()):
        return entry
    at = row_place(rows, int(number), version) if version else int(number)
    return None if at is None else put(entry, {path: [*rows[:at], *rows[at + 1 :]]})


def _with_known(entry: dict[str, Any], place: str) -> dict[str, Any]:
    """Copy the person chosen beside the button to where the button stands."""
    source = request.form.get(f"{place}.{OWN}same", "")
    schema = inner_schema(_field(place))
    if schema is None or not source:
        return entry
    return with_person(entry, to_pointer(place), source, schema)


STEPS: Mapping[str, Callable[[dict[str, Any], str], dict[str, Any] | None]] = {
    "save": _as_typed,
    "later": _as_typed,
    "add": _with_row,
    "remove": _without_row,
    ASK: asked_first,
    "same": _with_known,
    "clean": without_unseen,
    "opinion": _as_typed,
    "whole": _as_typed,
    "pick": _as_typed,
}


def _anchor(verb: str, argument: str) -> str:
    place = argument.partition("@")[0].replace(".", "-")
    if verb == "add":
        return f"{place}-last"
    return place.rpartition("-")[0] if verb == "remove" else place


def _field(path: str) -> Any:
    try:
        return field_at(asked_by(the_filing().entry), path)
    except KeyError:
        abort(400)
