"""Bring the certificate package to the applicant (出件): how they want it, what was posted or handed over.

How it comes may be changed until it is on its way; from then on the parcel, or whoever holds it, decides.
"""

import re
from collections.abc import Mapping
from typing import Any

from kaiban.domain.case import Case
from kaiban.domain.event import Event
from kaiban.domain.notice import Defect
from kaiban.domain.pointer import value_at, within
from kaiban.orchestrator.correcting import take_over
from kaiban.orchestrator.entering import wrong_name
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.opening import check

#: The form's codes for the modes that end with something done here.
BY_POST, AT_WINDOW = "post", "window"
#: The section of the form that says how the package comes.
SECTION = "delivery"
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

#: Why it cannot be changed any more, by what was done with the package.
SETTLED: Mapping[str, Defect] = {
    "posted": Defect(
        "", "delivery.posted", "证照包已经寄出，领取方式和地址不能再改；请凭运单号查询，或联系窗口。"
    ),
    "handed_out": Defect(
        "", "delivery.handed_out", "证照包已经在窗口领取，领取方式不能再改；电子件随时可以下载。"
    ),
}  # fmt: skip
CHANGED = Defect(
    "", "delivery.changed", "领取方式刚在别处改过，请核对现在的内容后再改。"
)  # fmt: skip
NO_SECTION = Defect("/delivery", "delivery.none", "请写明领取方式。")


def choose(
    office: Office, no: str, wish: Any, actor: str = "applicant", choice: int | None = None
) -> Case | list[Defect]:
    """Let the package come another way, or return all that is wrong; then nothing has changed.

    ``wish`` is the form's section on delivery, judged by the form's own rules. ``choice`` is the
    number of the choice (``choice_of``) the wish was made from: what has been changed since is not
    overwritten. Raises CaseNotFound.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if wrong := _may_not(case, choice):
            return [wrong]
        found = _checked(office, case, wish)
        if isinstance(found, list):
            return found
        before = case.form.get(SECTION)
        if found[SECTION] == before:
            return case  # a second click
        take_over(office, case, found)
        modes = {
            "before": str(value_at({SECTION: before}, "delivery.mode") or ""),
            "after": mode_of(case),
        }
        case.note(
            "delivery", office.clock.now(), actor, code=str(choice_of(case) + 1), facts=modes
        )
        tx.save(case)
    return case


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


def mode_of(case: Case) -> str:
    """How the applicant wants the package, as the form's code; "" if the form does not say."""
    return str(value_at(case.form, "delivery.mode") or "")


def choice_of(case: Case) -> int:
    """How often the applicant has changed how it comes: 0 is as submitted."""
    return sum(event.kind == "delivery" for event in case.events)


def last_choice(case: Case) -> Event | None:
    """When that was last changed, and by whom; None if never."""
    return _last(case, "delivery")


def last_posting(case: Case) -> Event | None:
    """When it was last posted, with ``carrier`` and ``tracking`` among the event's facts."""
    return _last(case, "posted")


def settled_by(case: Case) -> Event | None:
    """How the package left us, once nothing about it can be changed; None as long as it is here.

    A version that is still to come can be had another way than the one before it.
    """
    last = _last(case, *SETTLED)
    is_latest = last is not None and last.code == str(case.package_version) and case.ended
    return last if is_latest else None


def _last(case: Case, *kinds: str) -> Event | None:
    return next((event for event in reversed(case.events) if event.kind in kinds), None)


def _may_not(case: Case, choice: int | None) -> Defect | None:
    if settled := settled_by(case):
        return SETTLED[settled.kind]
    return CHANGED if choice not in (None, choice_of(case)) else None


def _checked(office: Office, case: Case, wish: Any) -> Mapping[str, Any] | list[Defect]:
    """The case's form with the wish in it, or what is wrong with the wish.

    What the rules of today have against the rest of the form is not for this page to mend.
    """
    if not isinstance(wish, Mapping):
        return [NO_SECTION]
    links = tuple(link.name for link in case.links)
    checked = check(office, {**case.form, SECTION: wish}, links, case.accepted_at)
    wrong = [defect for defect in checked.defects if within(defect.pointer, f"/{SECTION}")]
    return wrong or {**case.form, SECTION: checked.form[SECTION]}


def _wrong(case: Case, tracking: str, carrier: str, choice: int | None) -> list[Defect]:
    checks: Mapping[Defect, Any] = {
        NOT_BY_POST: mode_of(case) == BY_POST,
        NOT_READY: case.package_version,
        MOVED: choice in (None, choice_of(case)),
        NO_NUMBER: _NUMBER.fullmatch(tracking),
        NO_CARRIER: 0 < len(carrier) <= LONGEST_CARRIER,
    }
    return [defect for defect, fits in checks.items() if not fits]
