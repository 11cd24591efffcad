"""Hear a department's callback: it only wakes us; the truth is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Exchange
from kaiban.domain.cases.link import LinkState, Step
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.steps.tracking import Veil, with_messages
from kaiban.ports import Acknowledgement, Adapter, Forged, Hint, RawCallback, Said, Transaction

log = structlog.get_logger()

_LISTENING = frozenset(
    {LinkState.SUBMITTED, LinkState.IN_REVIEW, LinkState.UNKNOWN, LinkState.MANUAL}
)


class NobodyCalls(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """The department is unknown, or has no system that calls."""


def hear(office: Office, department: str, raw: RawCallback) -> Acknowledgement:
    """Look at once at every application the call is about; raises Forged or NobodyCalls.

    A call is written down once for each step and its revision, and wakes once, however often it comes.
    """
    if department not in office.departments:
        raise NobodyCalls(department)
    adapter = office.departments.caller(department)
    if adapter.manifest.by_hand:
        raise NobodyCalls(department)
    hints, thanks = _parsed(adapter, department, raw), adapter.acknowledge()
    for hint in hints:
        _wake(office, department, hint, Said(f"POST {raw.path}", raw.body, 200, thanks.body))
    return thanks


def _parsed(adapter: Adapter, department: str, raw: RawCallback) -> Sequence[Hint]:
    try:
        return adapter.parse_callback(raw)
    except NotImplementedError as error:
        raise NobodyCalls(department) from error
    except Forged:
        raise
    except Exception as error:
        # What an adapter stumbles over is nothing the department has signed.
        log.error("adapter_defect", department=department, error=type(error).__name__)
        raise Forged("unreadable") from error


def _digest(step: Step, said: Said) -> str:
    """By what a call is known when it comes again; for the next revision the same words are news."""
    return sha256(f"{step.revision} {said.line}\n".encode() + said.asked).hexdigest()


def _wake(office: Office, department: str, hint: Hint, said: Said) -> None:
    with office.cases.transaction() as tx:
        for no, name in tx.find_steps(department, hint):
            case = tx.get(no)
            link = case.link(department)
            step = link.step(name)
            call = Exchange(
                link.name, name, step.attempt, "callback", office.clock.now(),
                heard=_digest(step, said),
            )  # fmt: skip
            if tx.is_heard(no, call):
                continue  # played again, or come late: it tells nothing new
            _keep(office, tx, case, call, said)
            if step.state in _LISTENING:
                office.schedule(tx, case, link, step)
                tx.save(case)


def _keep(office: Office, tx: Transaction, case: Case, exchange: Exchange, said: Said) -> None:
    """Write the call down, as far as it may be read."""
    adapter = office.departments.caller(exchange.link)
    number = tx.begin_exchange(case.no, exchange)
    heard = replace(exchange, number=number, outcome="Hint")
    veil = Veil.of(office.departments, case.form)
    tx.end_exchange(case.no, with_messages(heard, adapter, [said], veil))
