"""Issue the certificate package: the case ends when it is there."""

from datetime import timedelta

from kaiban.domain.cases.case import Case
from kaiban.orchestrator.office import Office
from kaiban.ports import Job

#: Real time the making may take before another worker may try.
LEASE = timedelta(seconds=90)


def issue(office: Office, job: Job) -> None:
    """Make the next version of the package, if this job is still the one in charge of it.

    The instant at which the making begins is the end of the case's clock: it is printed in the
    package, so that what the package says and what the events say are the same.
    """
    at = office.clock.now()
    shown = _take_up(office, job)
    if shown is None:
        return
    package = office.packages.make(shown, shown.package_version + 1, at)
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        if case.package_due and (
            case.package_attempt == job.attempt or _is_unchanged(case, shown)
        ):
            tx.add_package(case.no, package)
            case.complete(package.version, package.issued_at)
            tx.save(case)


def _take_up(office: Office, job: Job) -> Case | None:
    with office.cases.transaction() as tx:
        case = tx.get(job.case_no)
        if case.package_attempt != job.attempt or case.package_due is None:
            return None
        case.package_due = office.clock.now() + office.clock.business(LEASE)
        tx.save(case)
    return case


def _is_unchanged(case: Case, shown: Case) -> bool:
    """Whether nothing happened to it since, but that others were told to make its package, too.

    They are told when the making takes longer than it may. Whoever is first has made it: else on a machine on which
    every making takes too long no case would ever end.
    """
    return all(event.kind == "reconciled" for event in case.events[len(shown.events) :])
