"""Compose a case's one-time notice (一次性告知书), look at it as it will be printed, and let it go out."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.unsent import unsent
from kaiban.domain.notices.notice import FRESHNESS_TITLES, Defect, Freshness, Item, Origin
from kaiban.domain.roles import Act
from kaiban.orchestrator.materials.submission import to_be_brought
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.notices.composing import (
    CHANGED,
    NOTHING,
    NOTHING_OPEN,
    UNLISTED,
    Finding,
    Line,
    add_finding,
    drop_item,
    issue_notice,
    preview,
    settle_findings,
)
from kaiban.orchestrator.window.notices.notice_delivery import HANDED, hand_notice
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, draft_sheet, ending
from kaiban.orchestrator.window.notices.unsent import know_unsent, may_know
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.notices.papers import issued, refusals
from kaiban.web.desk.places import places_by_section
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, day, say
from kaiban.web.responses.stale import seen
from kaiban.web.routes import ADDS, CHANGES, Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import office

routes = Routes("desk_notices")

NOTIFY = Staff(Act.NOTIFY)
_HANDED = "已经登记当面送达。"
_SETTLED = "已经登记在窗口改好。"
_OUT = "告知书已经发出，申请人的办理进度页上马上看得到。"
#: What a finding may say in words of one's own.
_WORDS = (
    "code", "link", "pointer", "message", "rule", "example", "bring", "material", "reason",
)  # fmt: skip
#: How a demand's freshness is marked.
_MARKS = {Freshness.NEW: "todo", Freshness.AGAIN: "hold", Freshness.LATE: "hold"}


@routes.page("/desk/cases/<no>/notice", NOTIFY)
def show() -> str:
    """What the next notice says as it stands, what can be added to it, and every notice before."""
    case = the_case()
    found = preview(office(), case.no)
    items = [line.item for line in found.lines]
    sheet = draft_sheet(office(), case, items, the_staff().login)
    return render_template(
        "desk/notices/compose.html",
        case=case, company=company(case), over=case.ended or case.withdrawing,
        found=found, due=clock(found.due), lines=[_line(case, each) for each in found.lines],
        sheet=sheet, ending=_ending(sheet),
        add=typed_in("add"), drop=typed_in("drop"), issue=typed_in("issue"), hand=typed_in("hand"),
        settle=typed_in("settle"), choices=_choices(case),
        issued=issued(case), refusals=refusals(case), **_put_aside(case), **said(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/notice/findings", NOTIFY, "POST", writes=ADDS)
def add() -> Any:
    """Put what somebody found into the next notice."""
    case, told = the_case(), {name: request.form.get(name, "").strip() for name in _WORDS}
    other = request.form.get("other", "").strip()
    finding = Finding(the_staff().login, **{**told, "material": other or told["material"]})
    return _answered(add_finding(office(), case.no, finding), "add", "已经加进下一份告知书。")


@routes.page("/desk/cases/<no>/notice/dropped", NOTIFY, "POST", writes=ADDS)
def drop() -> Any:
    """Take a demand off the next notice, with the reason."""
    sent = request.form
    found = drop_item(
        office(), the_case().no, sent.get("item", ""), the_staff().login, sent.get("reason", "")
    )
    return _answered(found, "drop", "已经从告知书中删去，理由随办件保存。")


@routes.page("/desk/cases/<no>/notice/issue", NOTIFY, "POST", writes=CHANGES)
def issue() -> Any:
    """Let it go out as it was looked at; what has changed since is looked at first."""
    case, reason = the_case(), request.form.get("reason", "")
    found = issue_notice(office(), case.no, the_staff().login, reason, seen() or "none")
    if found in ([NOTHING], [CHANGED]) and _is_out(case):
        return done(show, _here(case), _OUT)  # pressed twice
    return _answered(found, "issue", _OUT)


@routes.page("/desk/cases/<no>/notice/<number>/handed", NOTIFY, "POST", writes=ADDS)
def hand(number: str) -> Any:
    """Write down who signed for the notice on paper."""
    wanted, to = whole_number(number, 0), request.form.get("to", "")
    found = hand_notice(office(), the_case().no, wanted, the_staff().login, to)
    if isinstance(found, list) and HANDED in found and _did("notice_handed"):
        return done(show, _here(the_case()), _HANDED)  # pressed twice
    return _answered(found, "hand", _HANDED)


@routes.page("/desk/cases/<no>/notice/settled", NOTIFY, "POST", writes=ADDS)
def settle() -> Any:
    """Write down that what staff had found was put right here."""
    found = settle_findings(
        office(), the_case().no, the_staff().login, request.form.get("how", "")
    )
    if isinstance(found, list) and NOTHING_OPEN in found and _did("notice_settled"):
        return done(show, _here(the_case()), _SETTLED)  # pressed twice
    return _answered(found, "settle", _SETTLED)


@routes.page("/desk/cases/<no>/notice/unsent", NOTIFY, "POST", writes=ADDS)
def know() -> Any:
    """Write down that whoever wrote it knows that nobody was told."""
    found = know_unsent(office(), the_case().no, the_staff().position)
    return _answered(found, "unsent", "已经记下。写的内容仍然在本页和办件记录里。")


def _answered(found: Case | list[Defect], form: str, text: str) -> Any:
    to = _here(the_case())
    if isinstance(found, Case):
        return done(show, to, text)
    return refused(show, to, form, found, 409 if CHANGED in found else 422)


def _ending(sheet: NoticeSheet) -> list[tuple[str, str]]:
    """What stands below the demands, in the reader's words."""
    return [
        (
            say(each.text, **{name: _spoken(value) for name, value in each.values.items()}),
            each.kind,
        )
        for each in ending(sheet)
    ]


def _spoken(value: str | date) -> str:
    return day(value) if isinstance(value, date) else say(value)


def _put_aside(case: Case) -> dict[str, Any]:
    """What nobody was told of, and whether whoever looks may say that it is known."""
    titles = {link.name: say(link.title) for link in case.links}
    found = unsent(case.events)
    return {
        "unsent": [
            [titles.get(each.link, say("综合窗口")), each.text, name_of(each.by), clock(each.at)]
            for each in found
        ],
        "may_know": any(not each.known and may_know(the_staff().position, each.by, case.hall) for each in found),
    }  # fmt: skip


def _here(case: Case) -> str:
    return url_for("desk_notices.show", no=case.no)


def _is_out(case: Case) -> bool:
    """Whether the notice somebody presses for has just gone out, by their own hand."""
    now = office().cases.read(case.no)
    by = now.notices[-1].by if now.notices else ""
    return by == the_staff().login and not preview(office(), case.no).lines


def _did(kind: str) -> bool:
    """Whether the last event of that kind is of whoever presses now."""
    found = [each for each in the_case().events if each.kind == kind]
    return bool(found) and found[-1].actor == f"window:{the_staff().login}"


def _line(case: Case, line: Line) -> dict[str, Any]:
    return {
        "id": line.id, "number": line.number, "message": line.item.message,
        "fresh": say(FRESHNESS_TITLES[line.freshness]), "mark": _MARKS[line.freshness],
        "late": line.freshness is Freshness.LATE, "by": _demander(case, line.item),
    }  # fmt: skip


def _demander(case: Case, item: Item) -> str:
    """Who wants it: an account, else the department, else our own look at the form."""
    offices = {link.name: say(link.office) for link in case.links}
    asked = offices.get(item.link, "") if item.origin == Origin.DEPARTMENT else ""
    return name_of(item.by) or asked or say("系统")


def _choices(case: Case) -> dict[str, Any]:
    """What can be chosen for a finding: catalogue, links, places of the form by section, materials on the list."""
    rules = office().city.notices.catalogue
    return {
        "codes": [
            (each.code, say(each.message)) for each in rules.values() if each.message and each.code != UNLISTED
        ],
        "links": [(link.name, say(link.title)) for link in case.links],
        "places": places_by_section(case, [link.name for link in case.links]),
        "materials": [(key, say(name)) for key, name in to_be_brought(office(), case).items()],
    }  # fmt: skip
