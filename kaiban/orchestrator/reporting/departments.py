"""How every department's system stands with us."""

from typing import Any

from kaiban.domain.circuit_breaker import CIRCUIT_TITLES, WINDOW, DepartmentCircuit, reason_of
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.instants import instant


def standings(office: Office) -> dict[str, dict[str, Any]]:
    """How every department's system stands with us, by link name; ``detail`` is for operators only."""
    found = office.cases.standings()
    sent = office.cases.sent_since(office.clock.now() - office.clock.business(WINDOW))
    return {
        name: _standing(office, found.get(name, DepartmentCircuit(name)), sent.get(name, 0))
        for name in office.departments.names
    }


def _standing(office: Office, found: DepartmentCircuit, sent: int) -> dict[str, Any]:
    clock, found = office.clock, office.standing(found)
    counted = found.in_window(clock.now(), clock.business(WINDOW))
    return {
        "state": found.circuit.value,
        "title": CIRCUIT_TITLES[found.circuit],
        "reason": reason_of(found, office.departments[found.department].manifest.office),
        "since": instant(found.opened_at),
        "next_probe_at": instant(found.probe_at),
        "failures": found.failures,
        "resends": {"used": counted.resends, "allowed": counted.allowance(sent)},
        "cause": found.cause.value,
        "detail": found.detail,
    }
