"""Remind the applicant while there is still time: a promised material (容缺) that falls due."""

from datetime import timedelta
from typing import Final

import structlog

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.material import Holder, obligations
from kaiban.orchestrator.office import Office

log = structlog.get_logger()

#: So many days ahead, the last day among them.
AHEAD: Final = timedelta(days=2)


def remind(office: Office) -> int:
    """Note on every case what it owes that falls due within days and was not noted yet; return how many."""
    today = office.clock.now().astimezone(HALL_TIME).date()
    found = office.materials.falling_due(today, today + AHEAD)
    return sum(_tried(office, no, key) for no, key in found)


def _tried(office: Office, no: str, key: str) -> bool:
    try:
        return _reminded(office, no, key)
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("reminding_failed", case=no, error=type(error).__name__)
        return False


def _reminded(office: Office, no: str, key: str) -> bool:
    open_ones = obligations(office.materials.listed(Holder(case_no=no)))
    due = next((each.deferred_until for each in open_ones if each.key == key), None)
    with office.cases.transaction() as tx:
        case = tx.get(no)
        known = any(event.kind == "deadline" and event.code == key for event in case.events)
        if due is None or known or case.withdrawing:
            return False
        name = office.form.brought().get(key, key)
        facts = {"due": due.isoformat(), "material": name}
        case.note("deadline", office.clock.now(), "system", code=key, text=name, facts=facts)
        tx.save(case)
    log.info("deadline_near", case=no, material=key)
    return True
