"""Fewer messages: what need not be served can be switched off for a case, and on again."""

from kaiban.domain.cases.case import Case
from kaiban.domain.messages.notification import is_quiet
from kaiban.orchestrator.office import Office


def choose_messages(office: Office, no: str, actor: str, *, optional: bool) -> Case:
    """Let messages that need not be served come, or not; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if optional is is_quiet(case.events):
            case.note("messages", office.clock.now(), actor, code="on" if optional else "off")
            tx.save(case)
    return case
