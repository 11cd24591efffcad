"""The notices and refusals of a case (告知书), as papers, each with how it was delivered (送达证明)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from flask import abort, render_template

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.messages.notification import CHANNEL_TITLES, MESSAGE_STATE_TITLES, masked
from kaiban.domain.notices.notice import Notice
from kaiban.orchestrator.window.notices.notice_delivery import Delivery, deliveries, note_reading
from kaiban.orchestrator.window.notices.notice_papers import (
    Sheet,
    archived,
    notice_sheet,
    refusal_sheet,
)
from kaiban.ports import Unavailable
from kaiban.web.following.deadlines import answer_by
from kaiban.web.following.progress import the_case
from kaiban.web.materials.files import PDF, shown
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("notices")

#: How a notice reached its reader, in words; messages by their channel.
_WAYS: Final[Mapping[str, str]] = {
    "page": "本网站",
    "read": "您在网上打开",
    "paper": "窗口当面交给签收人",
    **{channel.value: title for channel, title in CHANNEL_TITLES.items()},
}
_STATES: Final[Mapping[str, str]] = {
    "page": "已发布",
    "read": "已看",
    "paper": "已签收",
    **{state.value: title for state, title in MESSAGE_STATE_TITLES.items()},
}


@routes.page("/t/<aid>/notices", OWNER)
def show() -> str:
    """Every notice, the latest first, with its demands and the proof of its delivery; and every refusal."""
    case = the_case()
    for notice in case.notices:
        read(case, notice)
    case = the_case()
    messages = service().cases.messages(case.no)
    return render_template(
        "following/notices.html",
        filing=the_filing(),
        case=case,
        until=answer_by(case),
        notices=[
            (each, [_row(one) for one in deliveries(case, messages, each.number)])
            for each in reversed(case.notices)
        ],
        refused=[link for link in case.links if link.state is LinkState.REFUSED],
    )


@routes.page("/t/<aid>/notices/<int:number>.pdf", OWNER)
def print_notice(number: int) -> Any:
    """A notice as it was printed first, or is printed now and kept."""
    sheet = notice_sheet(office(), the_case(), number)
    return _printed(sheet, say("一次性告知书（第 %(number)s 号）.pdf", number=number))


@routes.page("/t/<aid>/refusals/<link>.pdf", OWNER)
def print_refusal(link: str) -> Any:
    """The refusal of a link, with rule, remedy and terms."""
    case = the_case()
    if link not in {each.name for each in case.links}:
        abort(404)
    return _printed(refusal_sheet(office(), case, link), say("不予办理告知书.pdf"))


def read(case: Case, notice: Notice) -> None:
    """Let it be known that the owner has opened the notice; a page is shown also where nothing can be written."""
    with suppress(Unavailable):
        note_reading(office(), case.no, notice.number)


def _printed(sheet: Sheet | None, name: str) -> Any:
    if sheet is None:
        abort(404)
    paper = archived(office(), sheet, service().paperwork.notice)
    return shown(paper.pdf, PDF, name)


def _row(found: Delivery) -> list[str]:
    to = (
        f"{say(_WAYS[found.way])} {masked(found.address)}"
        if found.address
        else say(_WAYS[found.way])
    )
    return [clock(found.at), to, say(_STATES.get(found.way) or _STATES[found.status])]
