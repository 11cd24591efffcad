"""Notices and refusals as papers, with the proof of their delivery (送达证明)."""

from typing import Any

from flask import abort, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.messages.notification import (
    CHANNEL_TITLES,
    MESSAGE_STATE_TITLES,
    Message,
    masked,
)
from kaiban.domain.notices.notice import Defect, Notice
from kaiban.domain.papers.deadlines import answer_to
from kaiban.domain.roles import Act
from kaiban.orchestrator.window.notices.notice_delivery import Delivery, deliveries, is_handed
from kaiban.orchestrator.window.notices.notice_papers import (
    Sheet,
    archived,
    notice_sheet,
    refusal_sheet,
)
from kaiban.web.access.admission import Staff, the_case
from kaiban.web.desk.telling import refused
from kaiban.web.materials.files import PDF, shown
from kaiban.web.presentation.texts import clock, day, say
from kaiban.web.routes import Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import office, service

routes = Routes("desk_notice_papers")

#: Whoever was told by it may come to the hall that took the case in.
PRINT = Staff(Act.NOTIFY, intake=True)
NO_SUCH_PAPER = Defect("", "paper.none", "办件没有这一份告知书。")
#: How a notice reached its reader, and what that says; messages by their channel and state.
_WAYS = {
    "page": ("申请人的办理进度页", "已发布"),
    "read": ("申请人在网上打开", "已看"),
    "paper": ("窗口当面交给签收人", "已签收"),
}


@routes.page("/desk/cases/<no>/notice/<number>/paper", PRINT)
def print_notice(number: str) -> Any:
    """The notice of that number as PDF, as it was printed first."""
    case = the_case()
    wanted = whole_number(number, 0)
    sheet = notice_sheet(office(), case, wanted)
    return _printed(case, sheet, say("一次性告知书（第 %(number)s 号）.pdf", number=number))


@routes.page("/desk/cases/<no>/refusals/<link>/paper", PRINT)
def print_refusal(link: str) -> Any:
    """The refusal of a link as PDF, for the applicant or (``copy``) for the supervisor."""
    case = the_case()
    known = link in {each.name for each in case.links}
    is_copy = "copy" in request.args
    sheet = refusal_sheet(office(), case, link, is_copy=is_copy) if known else None
    return _printed(case, sheet, say("不予办理告知书.pdf"))


def issued(case: Case) -> list[dict[str, Any]]:
    """Every notice that went out, the latest first, each with how it was delivered."""
    messages = service().cases.messages(case.no)
    return [_issued(case, each, messages) for each in reversed(case.notices)]


def refusals(case: Case) -> list[dict[str, Any]]:
    """Every refusal, with rule, remedy and last days."""
    found = (
        (link, refusal_sheet(office(), case, link.name))
        for link in case.links
        if link.state is LinkState.REFUSED
    )
    return [
        {
            "link": link, "sheet": sheet, "copied": _copied(case, link.name),
            "last": [day(sheet.last.review), day(sheet.last.lawsuit)] if sheet.last else [],
        }
        for link, sheet in found
        if sheet
    ]  # fmt: skip


def _issued(case: Case, notice: Notice, messages: list[Message]) -> dict[str, Any]:
    rows = [_row(each) for each in deliveries(case, messages, notice.number)]
    handed, until = is_handed(case, notice.number), _until(case, notice) if notice.open else ""
    return {"notice": notice, "at": clock(notice.issued_at), "rows": rows, "handed": handed, "until": until}  # fmt: skip


def _until(case: Case, notice: Notice) -> str:
    """By which day it is to be answered, for whoever is asked at the window or on the phone."""
    due = answer_to(notice, case, office().city).due
    if due is None:
        return say("本市没有规定补正的期限")
    return say("补正到 %(due)s（含当日）为止", due=day(due))


def _row(found: Delivery) -> list[str]:
    if found.way in _WAYS:
        way, state = map(say, _WAYS[found.way])
        return [clock(found.at), way, state]
    channel = next(title for each, title in CHANNEL_TITLES.items() if each.value == found.way)
    state = next(
        title for each, title in MESSAGE_STATE_TITLES.items() if each.value == found.status
    )
    return [clock(found.at), f"{say(channel)} {masked(found.address)}", say(state)]


def _copied(case: Case, link: str) -> str:
    """When the supervisor was told of it."""
    return next((clock(e.at) for e in case.events if (e.kind, e.link) == ("copied", link)), "")


def _printed(case: Case, sheet: Sheet | None, name: str) -> Any:
    if sheet is None:
        to = url_for("desk_notices.show", no=case.no)
        return refused(lambda: abort(404), to, "paper", [NO_SUCH_PAPER])
    paper = archived(office(), sheet, service().paperwork.notice)
    return shown(paper.pdf, PDF, name)
