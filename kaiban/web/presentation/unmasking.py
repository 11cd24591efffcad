"""What is masked on a page, shown in full for once: after the press of a button, which is written down."""

from collections.abc import Callable
from typing import Any

from flask import g, request

from forms.structure.tour import sensitive_paths
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.web.responses.kept import Pairs, again, told_once
from kaiban.web.routes import the_filing
from kaiban.web.service import asked_by, office, service


def is_unmasked() -> bool:
    """Whether this page shows in full what it masks otherwise; only the page after the button does."""
    return bool(told_once("whole"))


def show_unmasked(
    show: Callable[[], Any], to: str, *, typed: Pairs | None = (), **told: Any
) -> Any:
    """Have the page at ``to``, which ``show`` makes, show everything once; who asked for it is written down.

    What is stored is on that page alone: neither in its address nor in what is kept for it. What was ``typed``
    and is not stored yet (None: all of this request) is kept as for any page that comes back, with what is ``told``.
    """
    filing = the_filing()
    by = {"account": g.staff.login} if "staff" in g else {}
    report(
        SecurityEvent.VALUES_SHOWN, request.remote_addr or "", page=request.endpoint or "", **by
    )
    if filing.case_no:
        form = service().cases.read(filing.case_no).form
        what = sensitive_paths(form, asked_by(form))
        note_look(office(), filing.case_no, "", "whole", kind="owner", what=what)
    return again(show, 200, to=to, typed=typed, whole=True, **told)
