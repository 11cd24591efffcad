"""One answer of a department on its way to one step of one case."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Errand
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.catalogue import completed
from kaiban.domain.notices.notice import Item
from kaiban.domain.notices.refusal import facts_of
from kaiban.orchestrator.office import NOW, Office
from kaiban.ports import Correction, Manifest, Ref, Transaction

#: Real seconds: the longest wait between two tries.
SLOWEST = 300

#: What a step becomes by a department's word; everything else is our own conclusion.
_TOLD = frozenset(
    {
        LinkState.SUBMITTED,
        LinkState.IN_REVIEW,
        LinkState.NEEDS_CORRECTION,
        LinkState.DONE,
        LinkState.REFUSED,
        LinkState.CANCELLED,
    }
)


@dataclass(frozen=True)
class Visit:
    """One answer, brought home to one step of one case, inside one transaction.

    ``by`` names who brought it, if it was not the department's system.
    """

    office: Office
    tx: Transaction
    case: Case
    link: Link
    step: Step
    errand: Errand
    by: str = ""

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    @property
    def manifest(self) -> Manifest:
        return self.office.manifest(self.link)

    @property
    def settle(self) -> timedelta:
        """Business time for which "not found" is not trusted."""
        return self.office.settle(self.link)

    @property
    def lease(self) -> datetime:
        """When whoever speaks to the department now must be done, or is given up."""
        return self.now + self.office.longest_talk(self.link)

    @property
    def unwanted(self) -> bool:
        """Whether nobody wants it any more: the case is withdrawn, or its link has failed."""
        return self.case.withdrawing or self.link.abandoned

    def move(self, state: LinkState, reason: str = "", code: str = "") -> None:
        """Let the step become that, unless it already is; the reason is kept up to date."""
        if self.step.state is state:
            self.step.reason, self.step.reason_code = reason, code
            return
        self.case.move(
            self.link, self.step, state, self.now, reason=reason, code=code,
            actor=self._actor(state),
        )  # fmt: skip

    def refuse(self, reason: str, code: str) -> None:
        """Let the step be refused: the applicant is told with rule and terms, and the supervisor, too (双告知)."""
        if self.step.state is LinkState.REFUSED:
            return
        known = self.now.astimezone(HALL_TIME).date()
        facts = facts_of(self.link.name, code, known)
        self.case.move(
            self.link, self.step, LinkState.REFUSED, self.now, reason=reason, code=code,
            actor=self._actor(LinkState.REFUSED), facts=facts,
        )  # fmt: skip
        self.case.note("copied", self.now, "system", link=self.link.name, code=code, facts=facts)

    def _actor(self, state: LinkState) -> str:
        told = state in _TOLD and self.step.state is not LinkState.READY
        return self.by or (f"department:{self.link.name}" if told else "system")

    def know(self, ref: Ref | None) -> None:
        """Trust that the department has it: keep their number, forget the doubts."""
        step = self.step
        step.tries, step.unknown_since, step.not_found_since = 0, None, None
        step.submitted_at = step.submitted_at or self.case.instant(self.now)
        if ref:
            step.ref = asdict(ref)
            self.link.receipt = ref.number or self.link.receipt

    def again(self, after: timedelta = NOW) -> None:
        """Look once more after that much business time."""
        self.office.schedule(self.tx, self.case, self.link, self.step, after)

    def rest(self) -> None:
        """Nothing more to do here until somebody acts."""
        self.step.cancelling = False
        self.step.next_action_at = None

    def back_off(self) -> timedelta:
        """Business time until the next try: doubling, spread by the case so that crowds part."""
        self.step.tries += 1
        spread = 0.8 + (sum(self.case.no.encode()) % 40) / 100
        seconds = min(2.0 ** min(self.step.tries, 12), SLOWEST) * spread
        return self.office.clock.business(timedelta(seconds=seconds))

    def take_back(self) -> None:
        """Cancel the step, or ask the department to, or write down that it stays."""
        self.office.take_back(self.tx, self.case, self.link, self.step)

    def give_to_window(self, reason: str) -> None:
        """Only a person can go on from here."""
        self.move(LinkState.MANUAL, reason)
        self.rest()

    def ask(self, items: Sequence[Correction]) -> None:
        """Have the applicant correct it; what nobody wants any more is not corrected."""
        items = items or [
            Correction("", "correction.unspecified", "部门要求补正，请联系窗口了解具体事项。")
        ]
        self.move(LinkState.NEEDS_CORRECTION, items[0].message, items[0].code)
        self.rest()
        if self.unwanted:
            self.take_back()
            return
        rules = self.office.city.notices
        found = [
            completed(Item.of(self.office.defect(item, self.link.name)), rules.catalogue)
            for item in items
        ]
        self.case.gather(found, self.now, self.now + rules.wait)
