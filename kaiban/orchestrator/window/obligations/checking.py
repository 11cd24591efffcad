"""Check what an applicant declared (告知承诺): true, and it is settled; false, and what the profile says follows."""

from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import MATERIALS, Defect, Item, Origin
from kaiban.domain.papers.commitment import Check, Given, given
from kaiban.domain.papers.material import Holder
from kaiban.domain.papers.obligation import Lapse
from kaiban.domain.roles import Position
from kaiban.orchestrator.commitments import held
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable
from kaiban.orchestrator.window.obligations.tending import LONGEST
from kaiban.orchestrator.worker.upkeep.consequences import Breach, follow
from kaiban.ports import Transaction

NOT_OPEN: Final = Defect(
    "", "commitment.not_open", "这项承诺刚在别处核查过，请看看现在的情况；没有重复记录。"
)
NOTHING: Final = Defect("/result", "commitment.nothing", "请选择核查结果。")
_REASON = "核查不实的，请写明事实和理由，不超过 {most} 字；申请人会看到。"
NO_REASON: Final = Defect("/reason", "commitment.reason", _REASON.format(most=LONGEST))
_DEMAND = "请改正：“{title}”经核查不实。{reason}"
_REVOKED = "告知承诺核查不实，视为撤回：{reason}"


def checked(
    office: Office, no: str, key: str, who: Position, result: str, reason: str
) -> Case | list[Defect]:
    """Write down what was found, with what follows, or say what keeps them from it; raises CaseNotFound.

    A reason is needed for what is false alone. Of a case that has ended only a person can say what follows.
    """
    said, holder = reason.strip(), Holder(case_no=no)
    if result not in list(Check):
        return [NOTHING]
    check = Check(result)
    if len(said) > LONGEST or (check is Check.FALSE and not said):
        return [NO_REASON]
    if wrong := unprintable(office, "/reason", said):
        return wrong
    with office.cases.transaction() as tx:
        case = tx.get(no)
        open_ones, known = held(office, holder), {each.key: each for each in given(case.events)}
        if key not in open_ones or key not in known:
            return [NOT_OPEN]
        office.materials.remove(tx.connection, holder, open_ones[key].id)
        _write(office, tx, case, known[key], check, who, said)
        office.go_on(tx, case)
    return case


def _write(
    office: Office, tx: Transaction, case: Case, one: Given, check: Check, who: Position, reason: str
) -> None:  # fmt: skip
    follows = Lapse.WINDOW if case.ended else one.follows
    facts = {"due": one.due.isoformat(), "material": one.title}
    facts |= {"follows": follows.value} if check is Check.FALSE else {}
    now = office.clock.now()
    case.note(check.value, now, who.login, code=one.key, text=reason, facts=facts)
    if check is Check.FALSE:
        follow(office, tx, case, follows, _breach(office, case, one, who, reason))


def _breach(office: Office, case: Case, one: Given, who: Position, reason: str) -> Breach:
    commitment = office.city.commitment(one.key)
    # What the profile has lost is nobody's any more: then only a notice, or a person, can say it.
    departments = commitment.departments if commitment else ()
    links = [link for link in case.links if link.name in departments]
    words = _DEMAND.format(title=one.title, reason=reason)
    item = Item(
        MATERIALS + one.key, "commitment.false", words, links[0].name if links else "",
        origin=Origin.WINDOW.value, by=who.login,
    )  # fmt: skip
    return Breach(links, item, _REVOKED.format(reason=reason))
