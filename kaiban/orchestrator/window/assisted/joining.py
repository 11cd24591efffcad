"""Go on at the desk with a form its applicant has begun on their own: they tell the resume code, and the code sent to them."""

from kaiban.domain.assisted import AssistedFiling, Filer, check
from kaiban.domain.filing import Filing
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.orchestrator.applicant.returning.resuming import Claim
from kaiban.orchestrator.window.assisted.beginning import new_number
from kaiban.orchestrator.window.assisted.desk import AssistedDesk, log

HANDED_IN = Defect(
    "/code", "joining.handed_in", "这份申请已经提交，不用再填；请在办件队列里按企业名称查找。"
)
ELSEWHERE = Defect(
    "/code", "joining.elsewhere", "这份申请正在别的大厅帮办，请申请人到那个大厅，或者自己接着填。"
)


def send_code(desk: AssistedDesk, claim: Claim) -> list[Defect]:
    """Send a code to the applicant's phone; what keeps us from it. Nothing tells whether there is such a form."""
    return desk.ways.ask(claim)


def join(
    desk: AssistedDesk, who: Position, filer: Filer, claim: Claim, digits: str
) -> AssistedFiling | list[Defect]:
    """The form in their hands, or everything that is wrong; its applicant can still go on with it, too."""
    if wrong := check(filer):
        return wrong
    found = desk.ways.prove(claim, digits)
    if not isinstance(found, Filing):
        return found
    if found.case_no:
        return [HANDED_IN]
    known = desk.assisted.of_filing(found.id)
    if known is None:
        return _joined(desk, who, filer, found)
    if known.hall != who.hall:
        return [ELSEWHERE]
    return desk.assisted.change(known.number, lambda each: each.taken_by(who.login))


def _joined(desk: AssistedDesk, who: Position, filer: Filer, filing: Filing) -> AssistedFiling:
    now, number = desk.office.clock.now(), new_number()
    while not desk.assisted.add(made := AssistedFiling(
        number, filing.id, who.hall, filer, now, (who.login,), who.login, own=True
    )):  # fmt: skip
        number = new_number()
    log.info("assisted_joined", number=made.number, by=who.login, actor=filer.actor.value)
    return made
