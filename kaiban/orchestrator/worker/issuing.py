"""Issue the certificate package: the case ends when it is there."""

from datetime import timedelta
from typing import Final

from kaiban.domain.case import Case
from kaiban.orchestrator.office import Office
from kaiban.ports import Job

#: Real time the first making may take before another worker may try.
LEASE: Final = timedelta(seconds=90)
#: Each further making may take twice as long, up to this: on a machine too busy to make it in time, all of them would be
#: taken for dead and thrown away when they are ready, and each of them keeps the machine busy.
LONGEST_LEASE: Final = LEASE * 16


def issue(office: Office, job: Job) -> None:
    """Make the next version of the package, if this job is still the one in charge of it.

    The instant at which the making begins is the end of the case's clock: it is printed in the
    package, so that what the package says and what the events say are the same.
    """
    at = office.clock.now()
    case = _take_up(office, job)
    if case is None:
        return
    package = office.packages.make(case, case.package_version + 1, at)
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        if case.package_attempt == job.attempt and case.package_due:
            tx.add_package(case.no, package)
            case.complete(package.version, package.issued_at)
            tx.save(case)


def _take_up(office: Office, job: Job) -> Case | None:
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        if case.package_attempt != job.attempt or case.package_due is None:
            return None
        case.package_due = office.clock.now() + office.clock.business(_lease(job.attempt))
        tx.save(case)
    return case


def _lease(attempt: int) -> timedelta:
    doublings = min(attempt - 1, LONGEST_LEASE // LEASE)
    return min(LEASE * (1 << doublings), LONGEST_LEASE)
