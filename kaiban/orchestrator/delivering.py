"""Bring the certificate package to the applicant (出件): how they want it, and what was posted."""

import re
from collections.abc import Mapping
from typing import Any

from kaiban.domain.case import Case
from kaiban.domain.event import Event
from kaiban.domain.notice import Defect
from kaiban.domain.pointer import value_at
from kaiban.orchestrator.office import Office

#: The form's code for posting; the other modes need nothing done here.
BY_POST = "post"
_NUMBER = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)

NOT_BY_POST = Defect("", "posting.mode", "申请人未选择邮寄，请按其选择的方式出件。")
NOT_READY = Defect("", "posting.not_ready", "证照包尚未生成，生成后才能寄出。")
NO_NUMBER = Defect(
    "/tracking", "posting.tracking", "运单号为 6 至 40 位字母、数字或短横，请照运单填写。",
    example="1234567890123",
)  # fmt: skip
NO_CARRIER = Defect("/carrier", "posting.carrier", "请填写承运单位，不超过 20 字。", example="EMS")
LONGEST_CARRIER = 20


def post(
    office: Office, no: str, tracking: str, carrier: str = "EMS", actor: str = "window"
) -> Case | list[Defect]:
    """Write down that the package was posted, or why it cannot have been; the last number counts.

    Raises CaseNotFound.
    """
    tracking, carrier = tracking.strip(), carrier.strip()
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if wrong := _wrong(case, tracking, carrier):
            return wrong
        facts = {"tracking": tracking, "carrier": carrier}
        case.note(
            "posted", office.clock.now(), actor, code=str(case.package_version), facts=facts,
            text=f"{carrier} {tracking}",
        )  # fmt: skip
        tx.save(case)
    return case


def mode_of(case: Case) -> str:
    """How the applicant wants the package, as the form's code; "" if the form does not say."""
    return str(value_at(case.form, "delivery.mode") or "")


def last_posting(case: Case) -> Event | None:
    """When it was last posted, with ``carrier`` and ``tracking`` among the event's facts."""
    return next((event for event in reversed(case.events) if event.kind == "posted"), None)


def _wrong(case: Case, tracking: str, carrier: str) -> list[Defect]:
    checks: Mapping[Defect, Any] = {
        NOT_BY_POST: mode_of(case) == BY_POST,
        NOT_READY: case.package_version,
        NO_NUMBER: _NUMBER.fullmatch(tracking),
        NO_CARRIER: 0 < len(carrier) <= LONGEST_CARRIER,
    }
    return [defect for defect, fits in checks.items() if not fits]
