"""What was sent to the applicant (发过的通知), and whether more is wanted than must be served."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.complaint import StepKind
from kaiban.domain.messages.notification import (
    CHANNEL_TITLES,
    KIND_TITLES,
    MESSAGE_STATE_TITLES,
    Message,
    is_quiet,
    masked,
)
from kaiban.orchestrator.applicant.aftercare.muting import choose_messages
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import ADDS, OWNER, Routes, the_filing
from kaiban.web.service import service

routes = Routes("telling")

#: What whoever complained is told, as a title.
COMPLAINT_TITLES = {StepKind.RAISED: "反映已收到", StepKind.ANSWERED: "反映有了答复"}


@routes.page("/t/<aid>/messages", OWNER)
def show() -> str:
    """Every message, the latest first: when, what, to where, and how far it got."""
    case = the_case()
    told = [(each, KIND_TITLES[each.kind]) for each in service().cases.messages(case.no)]
    told += [
        (each, COMPLAINT_TITLES[StepKind(each.kind)])
        for each in service().complaints.complaints.messages(case.no)
    ]
    rows = [_row(*each) for each in sorted(told, key=lambda each: each[0].at, reverse=True)]
    quiet = is_quiet(case.events)
    return render_template(
        "following/messages.html", filing=the_filing(), case=case, rows=rows, quiet=quiet
    )


@routes.page("/t/<aid>/messages", OWNER, "POST", writes=ADDS)
def choose() -> Any:
    """Switch what need not be served off, or on again; a second click changes nothing."""
    wanted = request.form.get("do") == "on"
    choose_messages(service().office, the_case().no, "applicant", optional=wanted)
    return redirect(url_for("telling.show", aid=the_filing().id), 303)


def _row(message: Message, title: str) -> list[str]:
    return [
        clock(message.at),
        say(title),
        f"{say(CHANNEL_TITLES[message.channel])} {masked(message.address)}",
        say(MESSAGE_STATE_TITLES[message.state]),
    ]
