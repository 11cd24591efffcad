"""Bring the certificate package to the applicant (出件): post it, or hand it over."""

import re
from collections.abc import Mapping
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import AT_WINDOW, BY_POST, choice_of, mode_of, settled_by
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.window.by_hand.entering import wrong_name

_NUMBER = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)

NOT_BY_POST = Defect("", "posting.mode", "申请人未选择邮寄，请按其选择的方式出件。")
NOT_AT_WINDOW = Defect("", "handing.mode", "申请人未选择窗口自取，请按其选择的方式出件。")
NOT_READY = Defect("", "posting.not_ready", "证照包尚未生成，生成后才能寄出或交给申请人。")
HANDED_OUT = Defect("", "handing.done", "这一版证照包已经交给申请人，无需重复登记。")
NO_NUMBER = Defect(
    "/tracking", "posting.tracking", "运单号为 6 至 40 位字母、数字或短横，请照运单填写。",
    example="1234567890123",
)  # fmt: skip
NO_CARRIER = Defect("/carrier", "posting.carrier", "请填写承运单位，不超过 20 字。", example="EMS")
MOVED = Defect(
    "/choice", "posting.changed",
    "申请人刚改过领取方式或地址，请重新查看后按新的内容出件。",
)  # fmt: skip
LONGEST_CARRIER = 20


def post(
    office: Office, no: str, tracking: str, carrier: str = "EMS", actor: str = "window",
    choice: int | None = None,
) -> Case | list[Defect]:  # fmt: skip
    """Write down that the package was posted, or why it cannot have been; the last number counts.

    ``choice`` is the number of the choice whose address stands on the parcel; without it whoever
    posts says that it is the latest. Raises CaseNotFound.
    """
    tracking, carrier = tracking.strip(), carrier.strip()
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if wrong := _wrong(case, tracking, carrier, choice):
            return wrong
        facts = {"tracking": tracking, "carrier": carrier}
        case.note(
            "posted", office.clock.now(), actor, code=str(case.package_version), facts=facts,
            text=f"{carrier} {tracking}",
        )  # fmt: skip
        tx.save(case)
    return case


def hand_out(office: Office, no: str, by: str) -> Case | list[Defect]:
    """Write down that the applicant took the package along at the window, or why that cannot be.

    ``by`` is who handed it over. Raises CaseNotFound.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        checks = {
            NOT_AT_WINDOW: mode_of(case) == AT_WINDOW,
            NOT_READY: case.package_version,
            HANDED_OUT: settled_by(case) is None,
        }
        wrong = [defect for defect, fits in checks.items() if not fits] + wrong_name(by, "")
        if wrong:
            return wrong
        version = str(case.package_version)
        case.note("handed_out", office.clock.now(), f"window:{by.strip()}", code=version)
        tx.save(case)
    return case


def _wrong(case: Case, tracking: str, carrier: str, choice: int | None) -> list[Defect]:
    checks: Mapping[Defect, Any] = {
        NOT_BY_POST: mode_of(case) == BY_POST,
        NOT_READY: case.package_version,
        MOVED: choice in (None, choice_of(case)),
        NO_NUMBER: _NUMBER.fullmatch(tracking),
        NO_CARRIER: 0 < len(carrier) <= LONGEST_CARRIER,
    }
    return [defect for defect, fits in checks.items() if not fits]
