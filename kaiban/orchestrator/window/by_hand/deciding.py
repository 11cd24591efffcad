"""Decide by hand (人工处理): window staff have asked the department, and say what they heard."""

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, STATE_TITLES, Link, LinkState
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.office import NOW, Office
from kaiban.orchestrator.worker.steps.outcomes import bring_home, not_sent
from kaiban.orchestrator.worker.steps.visit import Visit
from kaiban.ports import NotFound, Outcome

_NOT_MANUAL = "该环节目前为“{state}”，不能由窗口录入部门结果。"


def decide(
    office: Office, no: str, link_name: str, heard: Outcome, actor: str = "window"
) -> Case | list[Defect]:
    """Take what a person heard as the department's answer, or say why that is not possible.

    Only for a step in ``manual``, or at a department that is served by hand. ``NotFound`` from a
    person is final: it is sent again at once. Raises CaseNotFound, and KeyError for a link the
    case does not have.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(link_name)
        if closed := not_for_people(office, link):
            return closed
        step = link.current
        step.attempt += 1  # an answer that is just on its way comes too late
        visit = Visit(office, tx, case, link, step, "look", by=actor)
        if isinstance(heard, NotFound):
            step.not_found_since = step.unknown_since = None
            not_sent(visit, "窗口核实部门未收件，重新发送", NOW)
        else:
            bring_home(visit, heard)
        office.go_on(tx, case)
    return case


def not_for_people(office: Office, link: Link) -> list[Defect]:
    """Why nobody may say how the link stands just now; empty if somebody may."""
    state = link.current.state
    # Paper stays paper when a system takes over; and where people do now, they may ask about all.
    by_hand = office.manifest(link).by_hand or office.departments[link.name].manifest.by_hand
    if state is LinkState.MANUAL or (by_hand and state in HELD - {LinkState.SENDING}):
        return []
    text = _NOT_MANUAL.format(state=STATE_TITLES[state])
    return [Defect("", "decision.not_manual", text, link.name)]
