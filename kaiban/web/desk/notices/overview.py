"""The notices of a hall: drafts that wait to go out, and what supervisors are told of (双告知)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import render_template

from kaiban.domain.cases.case import Case
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.notices.noticed import latest_copies
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import Routes
from kaiban.web.service import office

routes = Routes("desk_notices_overview")

#: So many of each are shown.
LATEST: Final = 200
_COPIES: Final = {"second_notice": "二次告知", "unlisted": "清单以外的材料", "refusal": "不予办理"}


@routes.page("/desk/notices", Staff(Act.SEE_CASES))
def show() -> str:
    """Drafts by when they go out, and what was copied to supervisors, the latest first; supervisors see every hall."""
    who = the_staff().position
    hall, cases = who.within(Act.SEE_CASES), office().cases
    drafts = [each for each in cases.drafting(hall, LATEST) if each.draft and not each.ended]
    copied = cases.copied(hall, LATEST)
    names = {each.no: company(each) or each.no for each in copied}
    return render_template(
        "desk/notices/overview.html",
        to="desk_notices.show" if who.may(Act.NOTIFY) else "queue.case",
        drafts=[_draft(each) for each in drafts],
        copies=[_copy(each, names) for each in latest_copies(copied, LATEST)],
    )


def _draft(case: Case) -> dict[str, Any]:
    assert case.draft is not None  # only those are asked for
    return {
        "no": case.no, "company": company(case) or case.no, "count": len(case.draft.items),
        "due": clock(case.draft.due), "held": case.draft.is_held,
    }  # fmt: skip


def _copy(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {
        "no": found["case_no"], "company": names[found["case_no"]],
        "at": clock(datetime.fromisoformat(found["at"])),
        "what": say(found.get("title") or _COPIES[found["kind"]]),
        "why": found.get("reason") or say(found.get("basis", "")),
    }  # fmt: skip
