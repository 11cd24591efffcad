"""Handing over to supervising departments (审管衔接): what was granted, who was told of it, and the receipt for it."""

from functools import partial
from typing import Any, Final

from flask import request, url_for

from kaiban.domain.roles import Act
from kaiban.domain.statistics.shares import Share
from kaiban.domain.supervision.handover import HANDOVER_STATES, Handover
from kaiban.web.access.admission import the_staff
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import clock, length, say
from kaiban.web.routes import Routes
from kaiban.web.service import service
from kaiban.web.watch.scopes import SEE, address, asked, shown
from kaiban.web.watch.told import share_told

routes = Routes("handovers")

_OUTSTANDING: Final = "outstanding"


@routes.page("/watch/handovers", SEE)
def show() -> str:
    """The results of the days and the hall in the address, those without a receipt first; only these where it says so."""
    wrong, scope = asked()
    kept = service().handovers
    only = request.args.get("show") == _OUTSTANDING
    count, taken = kept.counts(scope)
    found = paged(partial(kept.listed, scope, outstanding=only))
    lines = service().worklist.of_cases({each.case_no for each in found.rows})
    opens = lines if the_staff().position.may(Act.SEE_CASES) else {}
    return shown(
        "watch/handovers.html", scope, wrong,
        departments=list(service().supervising.values()), taken=share_told(Share(taken, count)), outstanding=count - taken,
        only=only, all=url_for(".show", **address(scope)),
        waiting=url_for(".show", show=_OUTSTANDING, **address(scope)),
        rows=[_row(each, opens) for each in found.rows],
        more=found.more, before=found.before,
    )  # fmt: skip


def _row(found: Handover, opens: Any) -> dict[str, Any]:
    end = found.acknowledged_at or service().wall()
    return {
        "no": found.case_no,
        "to": url_for("queue.case", no=found.case_no) if found.case_no in opens else "",
        "department": say(service().supervising.get(found.department, found.department)),
        "granted": clock(found.granted_at),
        "state": say(HANDOVER_STATES[found.state]),
        "code": "" if found.acknowledged_at else found.code,
        "tries": str(found.tries),
        "age": length(max(int((end - found.written_at).total_seconds() // 60), 0)),
        "receipt": found.receipt or (say("没有编号") if found.acknowledged_at else "—"),
        "late": found.acknowledged_at is None,
    }
