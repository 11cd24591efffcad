"""The first page: what it is, what it takes, begin or go on."""

from typing import Any

from flask import redirect, render_template, url_for

from kaiban.orchestrator.applicant.filing import start as begin
from kaiban.web.preferences import current
from kaiban.web.routes import PUBLIC, Routes, mine, remember
from kaiban.web.service import office, service

routes = Routes("start")


@routes.page("/", PUBLIC)
def start() -> str:
    """Begin here, or go on with what this browser knows."""
    names = office().departments.names
    links = [office().departments[name].manifest.spec for name in names]
    return render_template("applicant/start.html", links=links, mine=mine())


@routes.page("/a", PUBLIC, "POST")
def open_filing() -> Any:
    """Begin an empty filing; this browser remembers it."""
    filing = begin(office(), service().filings, current().lang)
    remember(filing.id)
    return redirect(url_for("choosing.choose", aid=filing.id, come="start"), 303)
