"""Look everything over, submit once, take the receipt along."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from forms.pages import Page
from forms.tour import Line, walk
from kaiban.domain.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.pointer import to_path
from kaiban.orchestrator.filing import submit
from kaiban.orchestrator.materials import missing
from kaiban.orchestrator.opening import check as check_all
from kaiban.orchestrator.reporting import report
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.standing import Flaw, chosen_links, flaws, pages_of, summary
from kaiban.web.form.kinds import kind_of
from kaiban.web.form.places import field_at, id_of
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.shelves import Shelf, due_now, shelves
from kaiban.web.shelves import missing as absent
from kaiban.web.words import say

routes = Routes("submitting")

_IN_A_LIST = re.compile(r"(.+?)\.(\d+)(?=\.|$)")


@dataclass(frozen=True)
class Part:
    """One page of the form as read back."""

    page: Page
    rows: tuple[Any, ...]


@routes.page("/a/<aid>/check", OWNER)
def check() -> Any:
    """Everything as it will be sent, and everything that is still wrong with it, at once."""
    filing = the_filing()
    if filing.case_no:
        return redirect(url_for("submitting.done", aid=filing.id))
    return _render(filing, _flaws(filing))


@routes.page("/a/<aid>/submit", OWNER, "POST")
def hand_in() -> Any:
    """Submit what was looked over; a second click gives the same receipt."""
    filing = the_filing()
    version = request.form.get("version", "")
    try:
        found = submit(
            office(), service().filings, filing.id, int(version) if version.isdecimal() else 0
        )
    except ChangedElsewhere as error:
        return _render(error.current, _flaws(error.current), changed=True), 409
    if not isinstance(found, Case):
        return _render(filing, list(flaws(pages_of(filing), found))), 422
    return redirect(url_for("submitting.done", aid=filing.id), 303)


@routes.page("/a/<aid>/done", OWNER)
def done() -> Any:
    """The receipt, made to be printed."""
    filing = the_filing()
    if not filing.case_no:
        return redirect(url_for("filling.tasks", aid=filing.id))
    case = service().cases.read(filing.case_no)
    return render_template(
        "applicant/done.html",
        filing=filing,
        case=case,
        report=report(office(), case),
        qr=_drawn(url_for("progress.show", aid=filing.id, _external=True)),
    )


def _drawn(address: str) -> Markup:
    """The address as a picture a phone can read."""
    drawing = segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return Markup(drawing)  # noqa: S704 - drawn here, from an address of ours


def _flaws(filing: Filing) -> list[Flaw]:
    found = check_all(office(), filing.entry, chosen_links(filing))
    absent = missing(office(), filing.entry, chosen_links(filing), filing.id)
    return list(flaws(pages_of(filing), [*found.defects, *absent]))


def _render(filing: Filing, found: list[Flaw], *, changed: bool = False) -> str:
    brought = [one for one in shelves(filing) if not one.wanted.produced]
    lines = tuple(walk(filing.entry, service().sections))
    return render_template(
        "applicant/check.html",
        filing=filing,
        materials=[_material(filing, one) for one in brought],
        lacking=len(absent(brought)),
        parts=[_part(filing, page, lines) for page in pages_of(filing)],
        errors=summary(filing, found),
        errors_title=say("提交前还有 %(count)s 处需要修改", count=len(found)),
        changed=changed,
    )


def _part(filing: Filing, page: Page, lines: Sequence[Line]) -> Part:
    rows: list[dict[str, str]] = []
    asked = (line for line in lines if page.holds(line.pointer))
    for member, each in groupby(asked, _member_of):
        of_one = list(each)
        rows += (
            [_member(filing, page, member, of_one)]
            if member
            else [_row(filing, page, one) for one in of_one]
        )
    return Part(page, tuple(rows))


def _member_of(line: Line) -> str:
    """The row of a long list the line belongs to; "" for what has a line of its own."""
    found = _IN_A_LIST.match(to_path(line.pointer))
    is_long = found and kind_of(field_at(service().sections, found[1])) == "roster"
    return found[0] if found and is_long else ""


def _material(filing: Filing, shelf: Shelf) -> dict[str, str]:
    pages = sum(one.pages for one in shelf.files)
    return {
        "key": say(shelf.wanted.name),
        "value": say(_MATERIAL[shelf.state], pages=pages, due=due_now()),
        "href": url_for("materials.show", aid=filing.id, come="check", _anchor=shelf.anchor),
    }


#: How a material stands, on the page that reads everything back.
_MATERIAL = {
    "there": "已上传 %(pages)s 页",
    "promised": "已承诺补交，今天提交的话最晚 %(due)s",
    "missing": "未提供",
}


def _member(filing: Filing, page: Page, place: str, lines: Sequence[Line]) -> dict[str, str]:
    """One person of a long list in one row."""
    key, index = lines[0].trail[0], int(place.rpartition(".")[2])
    return {
        "key": key,
        "value": "，".join(line.shown for line in lines if line.shown),
        "href": url_for("filling.show_row", aid=filing.id, page=page.name, row=index),
        "change_label": key,
    }


def _row(filing: Filing, page: Page, line: Line) -> dict[str, str]:
    anchor = id_of(line.pointer)
    return {
        "key": " · ".join((*line.trail, line.label)),
        "value": line.shown,
        "href": url_for(
            "filling.show", aid=filing.id, page=page.name, come="check", _anchor=anchor
        ),
        "change_label": f"{' '.join(line.trail)} {line.label}",
    }
