"""Hear a department's callback: it only wakes us; the truth is asked for."""

from dataclasses import replace

from kaiban.domain.case import Case
from kaiban.domain.exchange import Exchange
from kaiban.domain.link import LinkState
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.tracking import Veil, read
from kaiban.ports import Acknowledgement, Hint, RawCallback, Said, Transaction

_LISTENING = frozenset(
    {LinkState.SUBMITTED, LinkState.IN_REVIEW, LinkState.UNKNOWN, LinkState.MANUAL}
)


def hear(office: Office, department: str, raw: RawCallback) -> Acknowledgement:
    """Look at once at every application the call is about; raises Forged, KeyError if unknown."""
    adapter = office.departments.caller(department)
    hints, thanks = adapter.parse_callback(raw), adapter.acknowledge()
    for hint in hints:
        _wake(office, department, hint, Said(f"POST {raw.path}", raw.body, 200, thanks.body))
    return thanks


def _wake(office: Office, department: str, hint: Hint, said: Said) -> None:
    with office.cases.transaction() as tx:
        for no, name in tx.find_steps(department, hint):
            case = tx.get(no)
            link = case.link(department)
            step = link.step(name)
            _keep(
                office,
                tx,
                case,
                Exchange(link.name, name, step.attempt, "callback", office.clock.now()),
                said,
            )
            if step.state in _LISTENING:
                office.schedule(tx, case, link, step)
                tx.save(case)


def _keep(office: Office, tx: Transaction, case: Case, exchange: Exchange, said: Said) -> None:
    """Write the call down, as far as it may be read."""
    adapter = office.departments.caller(exchange.link)
    message = read(adapter, said, Veil.of(office.departments, case.form))
    number = tx.begin_exchange(case.no, exchange)
    heard = replace(exchange, number=number, outcome="Hint", messages=(message,))
    tx.end_exchange(case.no, heard)
