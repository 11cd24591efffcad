"""Decide by hand (人工处理): window staff have asked the department, and say what they heard."""

from kaiban.domain.case import Case
from kaiban.domain.link import LinkState
from kaiban.domain.notice import Defect
from kaiban.orchestrator.office import NOW, Office
from kaiban.orchestrator.outcomes import bring_home, not_sent
from kaiban.orchestrator.visit import Visit
from kaiban.ports import Done, NotFound, Outcome


def decide(
    office: Office, no: str, link_name: str, heard: Outcome, actor: str = "window"
) -> Case | list[Defect]:
    """Take what a person heard as the department's answer, or say why that is not possible.

    Only for a step in ``manual``. ``NotFound`` from a person is final: it is sent again at once.
    Raises CaseNotFound, and KeyError for a link the case does not have.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(link_name)
        step = link.current
        if step.state is not LinkState.MANUAL:
            return [Defect("", "decision.not_manual", "该环节目前无需人工处理。", link_name)]
        if isinstance(heard, Done) and (wrong := _wrong(office, link_name, heard)):
            return wrong
        step.attempt += 1  # an answer that is just on its way comes too late
        visit = Visit(office, tx, case, link, step, "look", by=actor)
        if isinstance(heard, NotFound):
            step.not_found_since = step.unknown_since = None
            not_sent(visit, "窗口核实部门未收件，重新发送", NOW)
        else:
            bring_home(visit, heard)
        office.go_on(tx, case)
    return case


def _wrong(office: Office, link: str, heard: Done) -> list[Defect]:
    found = office.departments[link].Result().validate(dict(heard.result))
    return [
        Defect(f"/result/{name}", "decision.result", f"办理结果有误：{texts}", link)
        for name, texts in found.items()
    ]
