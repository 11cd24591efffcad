"""Go on with what an applicant has begun on their own: they tell the resume code, then the code sent to their phone."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.assisted import AssistedFiling
from kaiban.orchestrator.applicant.returning.resuming import Claim
from kaiban.orchestrator.window.assisted import joining
from kaiban.web.access.admission import the_staff
from kaiban.web.access.doors import FILE
from kaiban.web.desk.assisted.beginning import choices, read_filer
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.routes import ADDS, Routes
from kaiban.web.service import assisted_desk

routes = Routes("assisted_joining")


@routes.page("/desk/new/own", FILE)
def ask() -> str:
    """Who is there, and which form is theirs; then the digits that were sent to its phone."""
    return render_template(
        "desk/assisted/own.html",
        **choices(typed()),
        step=told("step", "ask"),
        errors=[(f"#{pointer[1:] or 'code'}", say(text)) for pointer, text in told("wrong", [])],
    )


@routes.page("/desk/new/own", FILE, "POST", writes=ADDS)
def go_on() -> Any:
    """First send a code, then take it and open the form; nothing tells whether a resume code exists."""
    claim = Claim.read(
        request.form.get("code", ""), request.form.get("phone", ""), request.remote_addr or ""
    )
    if request.form.get("do") != "prove":
        wrong = joining.send_code(assisted_desk(), claim)
        return _again("ask" if wrong else "prove", wrong)
    filer, digits = read_filer(request.form), request.form.get("digits", "")
    found = joining.join(assisted_desk(), the_staff().position, filer, claim, digits)
    if not isinstance(found, AssistedFiling):
        return _again("prove", found)
    return redirect(url_for("assisted.show", desk_no=found.number), 303)


def _again(step: str, wrong: Any) -> Any:
    mistakes = to_keep(wrong)
    return again(ask, 422 if wrong else 200, step=step, wrong=mistakes)
