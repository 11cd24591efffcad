"""Choose how the certificate package comes (出件方式).

That may be changed until it is on its way; from then on the parcel, or whoever holds it, decides.
"""

from collections.abc import Mapping
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import choice_of, mode_of, settled_by
from kaiban.domain.pointer import value_at, within
from kaiban.orchestrator.applicant.correcting import take_over
from kaiban.orchestrator.applicant.opening import check
from kaiban.orchestrator.office import Office

#: The section of the form that says how the package comes.
SECTION = "delivery"

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
