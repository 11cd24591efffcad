"""Apply once more with what was filled in, after a case that came to nothing."""

from typing import Any

from flask import redirect, url_for

from kaiban.orchestrator.applicant.filing import start_again
from kaiban.web.applicant.start import count_draft
from kaiban.web.routes import ADDS, OWNER, Routes, remember, the_filing
from kaiban.web.service import office, service

routes = Routes("applying_again")


@routes.page("/t/<aid>/again", OWNER, "POST", writes=ADDS)
def begin() -> Any:
    """Begin another filing with its answers; back to the progress page if the case is not that far."""
    count_draft()
    filing = start_again(office(), service().filings, the_filing())
    if filing is None:
        return redirect(url_for("progress.show", aid=the_filing().id), 303)
    remember(filing.id)
    return redirect(url_for("filling.tasks", aid=filing.id), 303)
