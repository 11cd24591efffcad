"""The first page: what it is, what it takes, begin or go on."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.orchestrator.applicant.filing import start as begin
from kaiban.web.appointments.place import hall_here
from kaiban.web.presentation.preferences import current
from kaiban.web.responses.later import too_often
from kaiban.web.routes import ADDS, PUBLIC, Routes, mine, remember
from kaiban.web.service import office, service

routes = Routes("start")

TOO_OFTEN = "从您的网络地址一小时内新开的申请太多，请过一会儿再试，或者到窗口办理。已经开始的申请不受影响。"


@routes.page("/", PUBLIC)
def start() -> str:
    """Begin here, or go on with what this browser knows."""
    names = office().departments.names
    links = [office().departments[name].manifest.spec for name in names]
    return render_template(
        "applicant/start.html",
        links=links,
        types=list(office().form.applicants.values()),
        mine=mine(),
        can_book=bool(service().queue.halls),
        number_here=hall_here(),
    )


@routes.page("/a", PUBLIC, "POST", writes=ADDS)
def open_filing() -> Any:
    """Begin an empty filing; this browser remembers it."""
    count_draft()
    entry = office().form.begun_for(request.form.get("type", ""))
    filing = begin(office(), service().filings, current().lang, entry=entry)
    remember(filing.id)
    return redirect(url_for("choosing.choose", aid=filing.id, come="start"), 303)


def count_draft() -> None:
    """Count a form begun from this network address; raises TryLater if they are too many."""
    if not service().quotas.draft(request.remote_addr or ""):
        raise too_often(TOO_OFTEN)
