"""Find what nobody is working on any more, and go on with it.

A worker that dies takes its job with it; the rows remember when something should have happened.
"""

from datetime import datetime, timedelta

import structlog

from kaiban.domain.case import Case
from kaiban.orchestrator.office import Office
from kaiban.ports import Job

log = structlog.get_logger()

#: Real time something may be late before it counts as forgotten.
GRACE = timedelta(seconds=5)
#: Case number, link, step; a link "" stands for the package.
Place = tuple[str, str, str]
#: How many are taken up in one round.
BATCH = 200


def reconcile(office: Office) -> int:
    """Take up everything overdue that no queue remembers; return how many there were."""
    before = office.clock.now() - office.clock.business(GRACE)
    with office.cases.transaction() as tx:
        late = tx.overdue(before, BATCH)
    return sum(_tried(office, before, place) for place in late)


def _tried(office: Office, before: datetime, place: Place) -> bool:
    try:
        return _take_up(office, before, *place)
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("reconciling_failed", case=place[0], error=type(error).__name__)
        return False


def _take_up(office: Office, before: datetime, no: str, link_name: str, step_name: str) -> bool:
    now = office.clock.now()
    with office.cases.transaction() as tx:
        case = tx.get(no)
        due = _due(case, link_name, step_name)
        if due is None or due >= before:
            return False  # somebody has gone on with it since we looked
        if office.engine.is_queued(tx.connection, _job(case, link_name, step_name)):
            return False  # late, but not forgotten: the queue is long
        if link_name:
            link = case.link(link_name)
            office.schedule(tx, case, link, link.step(step_name))
        else:
            office.schedule_package(tx, case, now)
        case.note("reconciled", now, "system", link=link_name, step=step_name)
        tx.save(case)
    log.warning("reconciled", case=no, link=link_name, step=step_name)
    return True


def _due(case: Case, link: str, step: str) -> datetime | None:
    return case.link(link).step(step).next_action_at if link else case.package_due


def _job(case: Case, link: str, step: str) -> Job:
    if not link:
        return Job("issue", case.no, attempt=case.package_attempt)
    return Job("work", case.no, link, step, case.link(link).step(step).attempt)
