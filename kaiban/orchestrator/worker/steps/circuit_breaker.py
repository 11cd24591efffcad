"""Spare a department that fails: leave it alone while it does not work, pace what is sent again.

One row a department (``domain.circuit_breaker``) is shared by all workers. Adapters know nothing of it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zlib import crc32

import structlog

from kaiban.domain.cases.link import LinkState
from kaiban.domain.circuit_breaker import (
    BROKEN_PAUSE,
    REASONS,
    TOLERATED,
    WINDOW,
    Cause,
    Circuit,
    DepartmentCircuit,
)
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.steps.outcomes import bring_home
from kaiban.orchestrator.worker.steps.visit import Visit
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Denied,
    Done,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Partial,
    Pending,
    Rejected,
    Retryable,
    Silent,
    Transaction,
    Unknown,
    Unprocessable,
    Unreachable,
)

log = structlog.get_logger()

#: Real time until the first probe of a department that fell silent; doubles with each failed one
FIRST_PAUSE = timedelta(seconds=10)
#: up to this: so soon at most a recovery is noticed.
LONGEST_PAUSE = timedelta(seconds=60)
#: Real time that is put off at least.
SOON = timedelta(seconds=2)

#: By these the department shows that its system works, whatever it says.
_ANSWERS = (
    Pending, Done, Rejected, NeedsCorrection, Partial, NotFound, Cancelled, Closed, Retryable,
    Unprocessable,
)  # fmt: skip
#: In these nobody knows how the application stands, and waiting wears out our patience.
_IN_DOUBT = frozenset({LinkState.UNKNOWN, LinkState.MANUAL})
#: In these a step waits for nothing but a department that listens.
_EAGER = _IN_DOUBT | {LinkState.READY}


def may_speak(visit: Visit) -> bool:
    """Whether the department may be spoken to now; if not, the visit is put off and says why.

    As long as all is well nobody's row is locked: everybody else speaks to the department meanwhile.
    """
    again = visit.errand == "send" and visit.step.tries > 0
    if visit.tx.seen_standing(visit.link.name).is_calm and not again:
        return True
    window = visit.office.clock.business(WINDOW)
    found = visit.tx.standing(visit.link.name)
    standing = visit.office.standing(found).in_window(visit.now, window)
    if held := standing.held_until(visit.now):
        _put_off(visit, standing.cause, _sooner(visit, standing, held))
        return False
    if again and standing.resends >= _allowance(visit, standing, window):
        _put_off(visit, Cause.NONE, (standing.window_at or visit.now) + window)
        return False
    after = standing.passed(visit.lease)
    visit.tx.save_standing(after.sent_again() if again else after)
    return True


def learn(
    office: Office, tx: Transaction, department: str, no: str, answer: Outcome | AdapterError
) -> None:
    """Take what came of speaking to the department for that case as a sign of how its system stands."""
    seen = office.standing(tx.seen_standing(department))
    if _after(office, seen, no, answer) == seen:
        return
    before = office.standing(tx.standing(department))
    after = _after(office, before, no, answer)
    if after != before:
        tx.save_standing(after)
        _tell(before, after)


def close(office: Office, department: str, by: str) -> int:
    """Trust the department again, on a person's word; return how many steps go on at once."""
    now = office.clock.now()
    with office.cases.transaction() as tx:
        tx.save_standing(tx.standing(department).answered())
        waiting = tx.put_off(department, now)
    log.info("circuit_closed", department=department, by=by)
    return sum(_wake(office, department, no, name, now) for no, name in waiting)


def _allowance(visit: Visit, standing: DepartmentCircuit, window: timedelta) -> int:
    return standing.allowance(visit.tx.sent_since(visit.now - window).get(visit.link.name, 0))


def _sooner(visit: Visit, standing: DepartmentCircuit, until: datetime) -> datetime:
    """A probe is usually answered long before it counts as lost."""
    soon = visit.now + visit.office.clock.business(FIRST_PAUSE)
    return min(until, soon) if standing.circuit is Circuit.HALF_OPEN else until


def _put_off(visit: Visit, cause: Cause, until: datetime) -> None:
    """Come again behind that instant, each visit at another moment and in another order each time."""
    if visit.errand == "take_back" or visit.step.state in _IN_DOUBT:
        bring_home(visit, Unknown("not asked: the department is left alone"))
        return
    visit.move(visit.step.state, REASONS[cause].format(office=visit.link.office))
    wait = max(until - visit.now, visit.office.clock.business(SOON))
    # One case whose application is what their system cannot bear must not be the probe every time.
    spread = crc32(f"{visit.case.no}:{visit.step.attempt}".encode()) % 50 / 100
    visit.again(wait * (1 + spread))


def _reasons(office: str) -> frozenset[str]:
    return frozenset(text.format(office=office) for text in REASONS.values())


def _after(
    office: Office, before: DepartmentCircuit, no: str, answer: Outcome | AdapterError
) -> DepartmentCircuit:
    causes = list(_chain(answer)) if isinstance(answer, AdapterError) else []
    now, detail = office.clock.now(), str(answer)[:200]
    broken = office.clock.business(BROKEN_PAUSE)
    if isinstance(answer, Denied):
        return before.failed_for(no, Cause.MISCONFIGURED, detail, now, broken)
    if isinstance(answer, Misconfigured):
        return before.failed(Cause.MISCONFIGURED, detail, now, broken)
    pause = office.clock.business(_pause(before))
    if any(isinstance(each, Unreachable) for each in causes):
        return before.failed(Cause.SILENT, detail, now, pause)
    if any(isinstance(each, Silent) for each in causes):
        return before.failed_for(no, Cause.SILENT, detail, now, pause)
    if any(isinstance(each, Unknown) for each in causes) or not isinstance(answer, _ANSWERS):
        return before  # it may lie with this one application
    return before.answered()


def _pause(before: DepartmentCircuit) -> timedelta:
    doublings = min(max(before.failures + 1 - TOLERATED, 0), 10)
    doubled: timedelta = FIRST_PAUSE * 2**doublings
    return min(doubled, LONGEST_PAUSE)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from: a session that could not be had hides the reason."""
    while error is not None:
        yield error
        error = error.__cause__


def _tell(before: DepartmentCircuit, after: DepartmentCircuit) -> None:
    if after.circuit is Circuit.CLOSED and before.circuit is not Circuit.CLOSED:
        log.info("circuit_closed", department=after.department, by="answer")
    elif after.circuit is Circuit.OPEN and before.circuit is Circuit.CLOSED:
        log.error(
            "circuit_opened", department=after.department, cause=after.cause.value,
            detail=after.detail, failures=after.failures,
        )  # fmt: skip


def _wake(office: Office, department: str, no: str, name: str, now: datetime) -> bool:
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(department)
        step = link.step(name)
        due = step.next_action_at
        held = step.state in _EAGER or step.cancelling or step.reason in _reasons(link.office)
        if not held or due is None or due <= now:
            return False  # it waits for something else, or somebody is at it
        office.schedule(tx, case, link, step)
        tx.save(case)
    return True
