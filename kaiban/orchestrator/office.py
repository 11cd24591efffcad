"""What every use case works with."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, Link, LinkState, Step
from kaiban.domain.cases.number import epoch_of
from kaiban.domain.cases.plan import Plan
from kaiban.domain.circuit_breaker import BROKEN_PAUSE, DepartmentCircuit
from kaiban.domain.city import City
from kaiban.domain.hours.waiting import LONGEST
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import to_pointer
from kaiban.orchestrator.departments import Departments, with_facts
from kaiban.orchestrator.needs import digest
from kaiban.ports import (
    Cases,
    Clock,
    Correction,
    EditRequests,
    Engine,
    Form,
    Glyphs,
    Job,
    Key,
    Manifest,
    Materials,
    PackageMaker,
    Prepared,
    Ref,
    Tickets,
    Transaction,
)

NOW = timedelta(0)
#: Real time after which whoever has something in hand, and has given no sign of life, is given up, and how often they
#: give one.
LEASE = timedelta(seconds=8)
SIGN_OF_LIFE = timedelta(seconds=2)
#: Real time a worker may need beyond the exchange itself.
MARGIN = timedelta(seconds=10)
WITHDRAWN = "申请人已撤回"
NO_FACT = "前置环节未办成"

#: States in which nothing of ours is at the department: not sent yet, or handed back to us.
OURS = frozenset({LinkState.WAITING, LinkState.READY, LinkState.NEEDS_CORRECTION})

#: Why a person must see to a step: what the department answers under its key is not ours,
FOREIGN = "answer.foreign"
#: or it can do nothing with the message. Sent again, it is written anew, under another key.
UNFIT = "message.unprocessable"

_STAYS = "“{title}”已办结，不能撤销；如需注销请向{office}办理"


@dataclass(frozen=True)
class Rules:
    """What a form is checked by, where nothing is opened: on anybody's machine, without a database."""

    departments: Departments
    form: Form
    clock: Clock

    def defect(self, item: Correction, link: str) -> Defect:
        """What a department wants corrected, at the place where the applicant can do it."""
        return _defect(self.form, item, link)


@dataclass(frozen=True)
class Office:
    """The city's office: who it is, whom it talks to, where it keeps things.

    ``called`` is what papers call somebody of the staff, by account; nobody it knows of is what stands there.
    ``glyphs`` knows which signs papers can show.
    """

    city: City
    departments: Departments
    form: Form
    cases: Cases
    engine: Engine
    clock: Clock
    packages: PackageMaker
    materials: Materials
    edit_requests: EditRequests
    tickets: Tickets
    glyphs: Glyphs
    called: Callable[[str], str] = str

    def plan(self, case: Case) -> Plan:
        """The plan of a case, computed afresh from the manifests."""
        return Plan.of(self.departments.specs(link.name for link in case.links), case.form)

    def manifest(self, link: Link) -> Manifest:
        """What is declared by the adapter that has the link in hand."""
        return (self.departments.holder(link) or self.departments[link.name]).manifest

    @property
    def lease(self) -> timedelta:
        """Business time after which whoever has something in hand is given up, unless they give a sign of life."""
        return self.clock.business(LEASE)

    def longest_talk(self, link: Link, message: Prepared | None = None) -> timedelta:
        """Business time after which whoever is talking to the link's department has surely ended.

        A message is one exchange, and one more for each file it names.
        """
        exchanges = 1 + len(message.files if message else ())
        talk = timedelta(seconds=self.manifest(link).deadline) * exchanges
        return self.clock.business(talk + MARGIN)

    def standing(self, found: DepartmentCircuit) -> DepartmentCircuit:
        """How the department stands by our clock now, whatever a clock that was wrong wrote down."""
        talk = timedelta(seconds=self.departments[found.department].manifest.deadline) + MARGIN
        return found.as_of(self.clock.now(), self.clock.business(max(BROKEN_PAUSE, talk)))

    def settle(self, link: Link) -> timedelta:
        """Business time for which the department's "not found" is not trusted.

        Never shorter than one exchange: what an interrupted worker sent may still be on its way.
        """
        manifest = self.manifest(link)
        return max(manifest.settle, self.clock.business(timedelta(seconds=manifest.deadline)))

    def digest(self, link: Link, form: Mapping[str, Any], facts: Mapping[str, str]) -> str:
        """A fingerprint of what the link reads there."""
        return digest(
            self.departments[link.name].Needs, with_facts(self.form.completed(form), facts)
        )

    def schedule(
        self, tx: Transaction, case: Case, link: Link, step: Step, after: timedelta = NOW
    ) -> None:
        """Look at the step after that much business time; every earlier job becomes stale."""
        step.attempt += 1
        after = min(after, LONGEST)
        step.wait(self.clock.now(), after)
        job = Job("work", case.no, link.name, step.name, step.attempt)
        self.engine.enqueue(tx.connection, job, self.clock.real(after))

    def schedule_package(self, tx: Transaction, case: Case, at: datetime) -> None:
        """Have the certificate package made."""
        case.package_attempt += 1
        case.package_due = at
        self.engine.enqueue(tx.connection, Job("issue", case.no, attempt=case.package_attempt))

    def go_on(self, tx: Transaction, case: Case) -> None:
        """After anything happened: begin what may begin, end what has ended, write it all down."""
        self.advance(tx, case)
        tx.save(case)

    def advance(self, tx: Transaction, case: Case) -> None:
        """The same for whoever writes it down later in the transaction."""
        now = self.clock.now()
        plan = self.plan(case)
        while stranded := case.stranded(plan):
            for link, step in stranded:
                case.move(link, step, LinkState.CANCELLED, now, reason=NO_FACT)
                self.abandon(tx, case, link)
        for link, step in case.release(plan, now):
            self.schedule(tx, case, link, step)
        was_due = case.package_due
        case.settle(now)
        if case.package_due and not was_due:
            self.schedule_package(tx, case, now)

    def abandon(self, tx: Transaction, case: Case, link: Link) -> None:
        """After a step of the link has failed: take back the others, which lead nowhere now."""
        for step in link.steps:
            self.take_back(tx, case, link, step, NO_FACT)

    def take_back(
        self, tx: Transaction, case: Case, link: Link, step: Step, reason: str = WITHDRAWN
    ) -> None:
        """Cancel the step, or ask the department to, or write down that what it granted stays.

        A step that is just being sent is left alone: its outcome decides first. So is one that may
        have been sent before the database was set back: it is looked for first.
        """
        now = self.clock.now()
        if step.state is LinkState.READY and may_be_there(tx, case, step):
            self.schedule(tx, case, link, step)
            return
        if step.state is LinkState.NEEDS_CORRECTION and self.is_held(case, link, step):
            case.move(link, step, LinkState.SUBMITTED, now, reason=reason)
        never_sent = step.state is LinkState.MANUAL and step.ref is None
        if step.state in OURS or never_sent:
            case.move(link, step, LinkState.CANCELLED, now, reason=reason)
            step.next_action_at = None
        elif self.may_be_taken_back(case, link, step):
            step.cancelling = True
            self.schedule(tx, case, link, step)
        elif step.state is LinkState.DONE and not step.cancelling:
            text = _STAYS.format(title=link.title, office=link.office)
            case.keep(link, step, now, text)

    def is_held(self, case: Case, link: Link, step: Step) -> bool:
        """Whether a department that may let go still has what it wants corrected."""
        if step.submitted_at is None or case.is_kept(link, step):
            return False
        return self.manifest(link).cancel != "never"

    def defect(self, item: Correction, link: str) -> Defect:
        """What a department wants corrected, at the place where the applicant can do it."""
        return _defect(self.form, item, link)

    def may_be_taken_back(self, case: Case, link: Link, step: Step) -> bool:
        """Whether the department can be asked to take the step back."""
        if step.cancelling or case.is_kept(link, step):
            return False
        if step.state is LinkState.MANUAL and step.reason_code == FOREIGN:
            return False  # what they would take back is not ours
        cancel = self.manifest(link).cancel
        if step.state is LinkState.DONE:
            return cancel == "always"
        return cancel != "never" and step.state in HELD - {LinkState.SENDING}


def may_be_there(tx: Transaction, case: Case, step: Step) -> bool:
    """Whether a step that counts as unsent may have been sent by those whose rows a restore has lost.

    A message written in this epoch of the database is known to be unsent; before it is written, the
    case's own epoch tells.
    """
    written_in = step.epoch if step.sent is not None else None
    return (epoch_of(case.no) if written_in is None else written_in) < tx.epoch


def _defect(form: Form, item: Correction, link: str) -> Defect:
    pointer = to_pointer(form.asked_for(item.path)) if item.path else ""
    return Defect(pointer, item.code, item.message, link)


def key_of(case: Case, link: Link, step: Step) -> Key:
    """Under which key the step's application is known, and which one it corrects."""
    corrects = Ref(**step.corrects) if step.corrects else None
    return Key(case.no, link.name, step.name, step.revision, corrects)


def written(prepared: Prepared) -> dict[str, Any]:
    """The message in values a row can keep; ``message_of`` reads it back."""
    return {**asdict(prepared), "files": list(prepared.files)}


def message_of(step: Step) -> Prepared | None:
    """What was written down to be sent for this revision, if anything was."""
    if not step.sent:
        return None
    sent = {name: value for name, value in step.sent.items() if name != "corrects"}
    files = tuple(sent.get("files", ()))
    return Prepared(**{**sent, "ref": Ref(**sent["ref"]), "files": files})
