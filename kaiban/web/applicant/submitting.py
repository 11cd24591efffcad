"""Look everything over, submit once, take the receipt along."""

from collections.abc import Mapping, Sequence
from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from forms.structure.tour import sensitive_paths
from kaiban.domain.cases.case import Case
from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Caution, Defect, Twice
from kaiban.orchestrator.applicant.filing import submit
from kaiban.orchestrator.applicant.opening import Application, check_all
from kaiban.orchestrator.reporting.case import report
from kaiban.orchestrator.window.assisted.handing_in import help_before
from kaiban.ports import ChangedElsewhere
from kaiban.web.applicant.check_answers import read_back
from kaiban.web.applicant.completeness import (
    Flaw,
    flaws,
    pages_of,
    saved_before,
    summary,
    surroundings,
)
from kaiban.web.form.answers import taken
from kaiban.web.form.confirming import Confirmation, boxes, parted, said, unticked
from kaiban.web.materials.commitments import read_back_rows
from kaiban.web.materials.material_list import Shelf, due_now, shelves
from kaiban.web.materials.material_list import missing as absent
from kaiban.web.presentation.texts import listed, say
from kaiban.web.presentation.unmasking import is_unmasked, show_unmasked
from kaiban.web.responses.kept import again, told
from kaiban.web.routes import ADDS, CHANGES, OWNER, Routes, mine, the_filing
from kaiban.web.sent import whole_number
from kaiban.web.service import asked_by, assisted_desk, chosen_links, office, service

routes = Routes("submitting")


@routes.page("/a/<aid>/check", OWNER)
def check() -> Any:
    """Everything as it will be sent, and everything that is still wrong with it, at once."""
    filing = the_filing()
    if filing.case_no:
        return redirect(url_for("submitting.done", aid=filing.id))
    return _render(
        filing, defects_of(filing), changed=bool(told("changed")), asked=bool(told("tried")),
        twice=told("twice", ""),
    )  # fmt: skip


@routes.page("/a/<aid>/check/whole", OWNER, "POST", writes=ADDS)
def check_whole() -> Any:
    """Everything as it will be sent, once with what is masked otherwise."""
    return show_unmasked(check, url_for("submitting.check", aid=the_filing().id))


@routes.page("/a/<aid>/submit", OWNER, "POST", writes=CHANGES)
def hand_in() -> Any:
    """Submit what was looked over; a second click gives the same receipt."""
    filing = the_filing()
    try:
        found = submit(
            office(),
            service().filings,
            filing.id,
            whole_number(request.form.get("version", ""), 0),
            said(),
            help_before(assisted_desk(), sensitive_paths(filing.entry, asked_by(filing.entry))),
        )
    except ChangedElsewhere as error:
        to = url_for("submitting.check", aid=error.current.id)
        return again(check, 409, to=to, changed=True)
    if not isinstance(found, Case):
        to = url_for("submitting.check", aid=filing.id)
        if isinstance(found[0], Twice):
            return again(check, 409, to=to, twice=found[0].case_no)
        return again(check, to=to, tried=True)
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


def defects_of(filing: Filing) -> list[Defect]:
    """Everything that is wrong or strange with the form as it stands, its materials too."""
    return check_all(
        office(), Application(filing.entry, chosen_links(filing), filing=filing.id)
    ).defects


def _told(filing: Filing, found: Sequence[Flaw]) -> list[Flaw]:
    """Every flaw, but of a page nobody has begun only that: the page itself tells the rest."""
    pages = pages_of(filing)
    blank = {page.name: page.title for page in pages if not taken(filing.entry, page)}
    begun = [flaw for flaw in found if flaw.page not in blank]
    empty = [
        Flaw("", name, say("“%(page)s”还没有填写。", page=say(blank[name])))
        for name in dict.fromkeys(flaw.page for flaw in found if flaw.page in blank)
    ]
    places = {page.name: place for place, page in enumerate(pages)}
    return sorted([*begun, *empty], key=lambda flaw: places.get(flaw.page, len(places)))


def _render(
    filing: Filing, found: Sequence[Defect], *, changed: bool, asked: bool, twice: str
) -> str:
    wrong, strange = parted(found)
    mistakes = _told(filing, list(flaws(pages_of(filing), wrong, filing.entry)))
    open_boxes = boxes_of(strange, filing.entry, asked=asked)
    errors = summary(filing, mistakes) or unticked(open_boxes)
    brought = to_be_brought(filing)
    return render_template(
        "applicant/check.html",
        filing=filing,
        materials=materials_read_back(filing, brought),
        lacking=len(absent(brought)),
        parts=read_back(filing, whole=is_unmasked()),
        whole=is_unmasked(),
        errors=errors,
        errors_title=say("提交前还有 %(count)s 处需要修改", count=len(errors)),
        mend=bool(mistakes),
        saved=next((page for page in pages_of(filing) if page.name == saved_before()), None),
        boxes=open_boxes,
        changed=changed,
        twice=twice,
        twin=_mine(twice),
        read=told("read", ()),
    )


def boxes_of(
    strange: Sequence[Caution], form: Mapping[str, Any], *, asked: bool
) -> list[Confirmation]:
    """A box to tick for everything strange in the form; ``asked``: the page comes back."""
    return boxes(strange, [surroundings(one.pointer, form) for one in strange], asked=asked)


def _mine(no: str) -> str:
    """The filing of this browser that has become the case; "" if it was another's."""
    return next((each.id for each in mine() if no and each.case_no == no), "")


def to_be_brought(filing: Filing) -> list[Shelf]:
    """The materials that people bring; the others are written here."""
    return [one for one in shelves(filing) if not one.wanted.produced]


def materials_read_back(filing: Filing, brought: Sequence[Shelf]) -> list[dict[str, str]]:
    """A row for each: how much of it is there, or by when it was promised; then what is declared (告知承诺)."""
    return [*(_material(filing, one) for one in brought), *read_back_rows(filing)]


def _material(filing: Filing, shelf: Shelf) -> dict[str, str]:
    pages = sum(one.pages for one in shelf.files)
    lacks = listed(one.name for one in shelf.without)
    return {
        "key": say(shelf.wanted.name),
        "value": say(_MATERIAL[shelf.state], pages=pages, due=due_now(), lacks=lacks),
        "href": url_for("materials.show", aid=filing.id, come="check", _anchor=shelf.anchor),
    }


#: How a material stands, on the page that reads everything back.
_MATERIAL = {
    "there": "已上传 %(pages)s 页",
    "promised": "已承诺补交，今天提交的话最晚 %(due)s",
    "part": "已上传 %(pages)s 页，还缺：%(lacks)s",
    "missing": "未提供",
}
