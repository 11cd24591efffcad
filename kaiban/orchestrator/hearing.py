"""Hear a department's callback: it only wakes us; the truth is asked for."""

from kaiban.domain.link import LinkState
from kaiban.orchestrator.office import Office
from kaiban.ports import Acknowledgement, Hint, RawCallback

_LISTENING = frozenset(
    {LinkState.SUBMITTED, LinkState.IN_REVIEW, LinkState.UNKNOWN, LinkState.MANUAL}
)


def hear(office: Office, department: str, raw: RawCallback) -> Acknowledgement:
    """Look at once at every application the call is about; raises Forged, KeyError if unknown."""
    adapter = office.departments.caller(department)
    for hint in adapter.parse_callback(raw):
        _wake(office, department, hint)
    return adapter.acknowledge()


def _wake(office: Office, department: str, hint: Hint) -> None:
    with office.cases.transaction() as tx:
        for no, name in tx.find_steps(department, hint):
            case = tx.get(no)
            link = case.link(department)
            step = link.step(name)
            if step.state in _LISTENING:
                office.schedule(tx, case, link, step)
                tx.save(case)
