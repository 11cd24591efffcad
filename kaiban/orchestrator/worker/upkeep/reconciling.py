"""Find what nobody is working on any more, and go on with it.

A worker that dies takes its job with it; the rows remember when something should have happened. A
clock that was ahead leaves instants nobody should wait for (``domain.waiting``); its jobs wait, too.
"""

from datetime import datetime, timedelta

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.hours.waiting import Horizon
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.steps.issuing import TRY_AGAIN
from kaiban.ports import Job, Transaction

log = structlog.get_logger()

#: Real time something may be late before it counts as forgotten, or ahead before a clock was wrong.
GRACE = timedelta(seconds=5)
#: Case number, link, step; a link "" stands for the package.
Place = tuple[str, str, str]
#: How many of each link, and how many packages, are looked at in one round.
BATCH = 100


def reconcile(office: Office) -> int:
    """Take up everything overdue that no queue remembers; return how many there were."""
    now, business = office.clock.now(), office.clock.business
    horizon = Horizon.at(now, business(GRACE), business(TRY_AGAIN))
    with office.cases.transaction() as tx:
        tx.redate_exchanges(now)
        found = tx.overdue(horizon, BATCH)
        notices = tx.due_notices(now, BATCH)
    for no in notices:
        _tell(office, no)
    return sum(_tried(office, horizon, place) for place in found)


def _tell(office: Office, no: str) -> None:
    """Let a gathered notice go out: whoever may still find something has had their time."""
    try:
        with office.cases.transaction() as tx:
            office.go_on(tx, tx.get(no))
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("notice_failed", case=no, error=type(error).__name__)


def _tried(office: Office, horizon: Horizon, place: Place) -> bool:
    try:
        return _take_up(office, horizon, *place)
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("reconciling_failed", case=place[0], error=type(error).__name__)
        return False


def _take_up(office: Office, horizon: Horizon, no: str, link: str, step: str) -> bool:
    now = office.clock.now()
    job = _job(office.cases.read(no), link, step)
    # Only late, and not forgotten: the queue is long.
    queued = office.engine.is_queued(job)
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if _job(case, link, step) != job:
            return False  # somebody has gone on with it meanwhile
        if link:
            taken = _take_up_step(office, tx, case, job, horizon, queued=queued)
        else:
            taken = _take_up_package(office, tx, case, horizon, queued=queued)
        if taken:
            case.note("reconciled", now, "system", link=link, step=step)
        tx.save(case)
    if taken:
        log.warning("reconciled", case=no, link=link, step=step)
    return taken


def _job(case: Case, link: str, step: str) -> Job:
    """What the engine has, or had, to do next there."""
    if not link:
        return Job("issue", case.no, attempt=case.package_attempt)
    return Job("work", case.no, link, step, case.link(link).step(step).attempt)


def _take_up_step(
    office: Office, tx: Transaction, case: Case, job: Job, horizon: Horizon, *, queued: bool
) -> bool:
    link = case.link(job.link)
    step, now = link.step(job.step), office.clock.now()
    if horizon.is_ahead(step.next_action_at, step.scheduled_at):
        if step.state is LinkState.SENDING:
            step.wait_anew(now)  # somebody may be at it: another would take what is sent for lost
            return False
    elif queued or not _is_forgotten(step.next_action_at, horizon):
        return False
    step.look_late(now, office.settle(link))
    office.schedule(tx, case, link, step)
    return True


def _take_up_package(
    office: Office, tx: Transaction, case: Case, horizon: Horizon, *, queued: bool
) -> bool:
    due = case.package_due
    forgotten = _is_forgotten(due, horizon) or (due is not None and due > horizon.package)
    if queued or not forgotten:
        return False
    office.schedule_package(tx, case, office.clock.now())
    return True


def _is_forgotten(due: datetime | None, horizon: Horizon) -> bool:
    """Whether it is late; if not, somebody has gone on with it since we looked."""
    return due is not None and due < horizon.late
