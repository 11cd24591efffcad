"""Issue the certificate package: the case ends when it is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.package import Package
from kaiban.orchestrator.office import Office
from kaiban.ports import Job, Transaction

#: Real time after which what could not be made is tried again.
TRY_AGAIN = timedelta(seconds=90)


@dataclass(frozen=True)
class Making:
    """A package that is to be made of the case as it was then."""

    job: Job
    shown: Case
    at: datetime

    def go(self, office: Office) -> "Made":
        """Make it. No transaction is open meanwhile."""
        return Made(
            self, office.packages.make(self.shown, self.shown.package_version + 1, self.at)
        )

    def hold(self, office: Office, case: Case) -> None:
        """Still at it: nobody need begin to make it, too."""
        self._wait(office, case, office.lease)

    def let_go(self, office: Office, case: Case) -> None:
        """It could not be made; what is wrong with it may be so for a while."""
        self._wait(office, case, office.clock.business(TRY_AGAIN))

    def _wait(self, office: Office, case: Case, span: timedelta) -> None:
        if is_wanted(case, self.job):
            case.package_due = office.clock.now() + span


@dataclass(frozen=True)
class Made:
    """A package, made."""

    making: Making
    package: Package

    @property
    def link(self) -> str:
        """No department's."""
        return ""

    def bring_home(self, office: Office, tx: Transaction, case: Case) -> None:
        """End the case with it, unless somebody else has, or it is not wanted any more."""
        is_ours = case.package_attempt == self.making.job.attempt
        if case.package_due and (is_ours or _is_unchanged(case, self.making.shown)):
            tx.add_package(case.no, self.package)
            at = self.package.issued_at
            case.complete(self.package.version, at, office.city.closing(case, at))


def take_up(office: Office, _tx: Transaction, case: Case, job: Job) -> Making:
    """Make ready to make the case's package; whoever calls writes the case down.

    The instant at which the making begins is the end of the case's clock: it is printed in the
    package, so that what the package says and what the events say are the same.
    """
    at = office.clock.now()
    case.package_due = at + office.lease
    return Making(job, case.copy(), at)  # a case is not used after its transaction


def is_wanted(case: Case, job: Job) -> bool:
    """Whether this job is still the one in charge of the package."""
    return case.package_attempt == job.attempt and case.package_due is not None


def _is_unchanged(case: Case, shown: Case) -> bool:
    """Whether nothing happened to it since, but that others were told to make its package, too.

    They are told when the making takes longer than it may. Whoever is first has made it: else on a machine on which
    every making takes too long no case would ever end.
    """
    return all(event.kind == "reconciled" for event in case.events[len(shown.events) :])
