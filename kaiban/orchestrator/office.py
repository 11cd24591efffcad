"""What every use case works with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.case import Case
from kaiban.domain.city import City
from kaiban.domain.link import Link, LinkState, Step
from kaiban.domain.plan import Plan
from kaiban.orchestrator.departments import Departments, with_facts
from kaiban.orchestrator.needs import digest
from kaiban.ports import (
    Cases,
    Clock,
    Engine,
    Form,
    Job,
    Key,
    Manifest,
    PackageMaker,
    Ref,
    Transaction,
)

NOW = timedelta(0)


@dataclass(frozen=True)
class Office:
    """The city's office: who it is, whom it talks to, where it keeps things."""

    city: City
    departments: Departments
    form: Form
    cases: Cases
    engine: Engine
    clock: Clock
    packages: PackageMaker

    def plan(self, case: Case) -> Plan:
        """The plan of a case, computed afresh from the manifests."""
        return Plan.of(self.departments.specs(link.name for link in case.links), case.form)

    def manifest(self, link: Link) -> Manifest:
        """What the link's department declares."""
        return self.departments[link.name].manifest

    def digest(self, case: Case, link: Link) -> str:
        """A fingerprint of what the link would read now."""
        adapter = self.departments[link.name]
        return digest(adapter.Needs, with_facts(case.form, case.facts))

    def schedule(
        self, tx: Transaction, case: Case, link: Link, step: Step, after: timedelta = NOW
    ) -> None:
        """Look at the step after that much business time; every earlier job becomes stale."""
        step.attempt += 1
        step.next_action_at = self.clock.now() + after
        job = Job("work", case.no, link.name, step.name, step.attempt)
        self.engine.enqueue(tx.connection, job, self.clock.real(after))

    def schedule_package(self, tx: Transaction, case: Case, at: datetime) -> None:
        """Have the certificate package made."""
        case.package_attempt += 1
        case.package_due = at
        self.engine.enqueue(tx.connection, Job("issue", case.no, attempt=case.package_attempt))

    def go_on(self, tx: Transaction, case: Case) -> None:
        """After anything happened: begin what may begin, end what has ended, write it all down."""
        now = self.clock.now()
        plan = self.plan(case)
        while stranded := case.stranded(plan):
            for link, step in stranded:
                case.move(link, step, LinkState.CANCELLED, now, reason="前置环节未办成")
                self._undo(tx, case, link)
        for link, step in case.release(plan, now):
            self.schedule(tx, case, link, step)
        was_due = case.package_due
        case.settle(now)
        if case.package_due and not was_due:
            self.schedule_package(tx, case, now)
        tx.save(case)

    def _undo(self, tx: Transaction, case: Case, link: Link) -> None:
        """Have a pre-registration taken back that nothing will follow."""
        for step in link.steps:
            if step.state is LinkState.DONE and self.manifest(link).cancel == "always":
                step.cancelling = True
                self.schedule(tx, case, link, step)


def key_of(case: Case, link: Link, step: Step) -> Key:
    """Under which key the step's application is known, and which one it corrects."""
    corrects = Ref(**step.ref) if step.ref and step.revision > 1 else None
    return Key(case.no, link.name, step.name, step.revision, corrects)
