"""What every use case of complaints works with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.rating import LEVELS, Rating
from kaiban.domain.complaint import (
    APPLICANT,
    Complaint,
    ComplaintState,
    ComplaintStep,
    StepKind,
)
from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.messages.notification import Channel, is_quiet
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import value_at
from kaiban.orchestrator.announcing import CONSENT, address_of, answer_of
from kaiban.orchestrator.office import Office
from kaiban.ports import Complaints, RateLimits, Transaction

#: Characters of what is said, whoever says it.
LONGEST: Final = 1000
#: The phone that was left with a complaint, as a look at it is written down.
LEFT: Final = "complaint.phone"

NO_COMPLAINT = Defect("", "complaint.none", "没有这件反映。")
CHANGED = Defect("", "complaint.changed", "刚在别处处理过，请看看现在的情况，再决定怎么做。")
NOT_NOW = Defect("", "complaint.not_now", "这件反映现在不能这样处理，请看看它办到了哪一步。")

#: Writes a short message; "" for a step nobody is told of.
WriteComplaint = Callable[[StepKind, Complaint], str]
Outcome = Complaint | list[Defect]


@dataclass(frozen=True)
class ComplaintOffice:
    """The city's office, its complaints and who is told; ``wall`` is real time, ``told`` whether there is a gateway."""

    office: Office
    complaints: Complaints
    limits: RateLimits
    write: WriteComplaint
    wall: Callable[[], datetime]
    told: bool

    def today(self) -> date:
        """The halls' day."""
        return self.office.clock.now().astimezone(HALL_TIME).date()

    def due(self, case: Case, at: datetime, days: int) -> date:
        """The last of so many working days of the case's hall."""
        return self.office.city.hall_of(case).hours.working_day_after(at, days)

    def raise_rated(self, tx: Transaction, case: Case, rating: Rating) -> Complaint | None:
        """Let a bad rating be somebody's task at once (差评即评即改): who answers for the case calls whoever gave it.

        None where it is not bad, or where one about the same is still in hand.
        """
        known = self.complaints.of_case(case.no)
        if not rating.is_bad or any(each.rated == rating.link and each.due for each in known):
            return None
        at, owner = case.instant(self.office.clock.now()), holder_of(case)
        new = Complaint(
            case.no, 0, case.hall, rating.source, f"{LEVELS[rating.level]}：{rating.remark}".rstrip("："),
            self.due(case, at, self.office.city.complaints.contact_days),
            (ComplaintStep(StepKind.RAISED, at, APPLICANT),), rated=rating.link,
        )  # fmt: skip
        found = self.complaints.add(tx.connection, new)
        self.note(tx, case, found)
        if owner:
            given = ComplaintStep(StepKind.ASSIGNED, at, "system", owner)
            found = self.take(tx, case, found, given, days=0, owner=owner)
        return found

    @contextmanager
    def opened(self, no: str, number: int) -> Iterator[tuple[Transaction, Case, Complaint | None]]:
        """One complaint with its case, locked until the block ends; raises CaseNotFound."""
        with self.office.cases.transaction() as tx:
            case = tx.get(no)
            yield tx, case, self.complaints.get(tx.connection, no, number)

    def take(
        self, tx: Transaction, case: Case, complaint: Complaint, step: ComplaintStep,
        *, days: int, state: ComplaintState | None = None, **changes: str,
    ) -> Complaint:  # fmt: skip
        """Take a step: the complaint, the case's events and whoever complained hear of it. ``days`` 0 leaves its day as it is."""
        due = self.due(case, step.at, days) if days else complaint.due
        found = complaint.after(step, due, state, **changes)
        self.complaints.save(tx.connection, found)
        self.note(tx, case, found)
        return found

    def note(self, tx: Transaction, case: Case, complaint: Complaint) -> None:
        """Write the complaint's last step down in the case, without what was said, and tell whoever complained."""
        step = complaint.steps[-1]
        facts = {"step": step.kind.value, "state": complaint.state.value}
        facts |= {"due": complaint.due.isoformat()} if complaint.due else {}
        facts |= {"owner": complaint.owner} if complaint.owner else {}
        case.note("complaint", step.at, step.by, code=str(complaint.number), facts=facts)
        tx.save(case)
        address, text = self._address(case, complaint), self.write(step.kind, complaint)
        if self.told and address and text:
            self.complaints.tell(tx.connection, complaint, step.kind, text, address, self.wall())

    def _address(self, case: Case, complaint: Complaint) -> str:
        """The phone left with the complaint; else the applicant's, who must have agreed and not switched it off."""
        agreed = value_at(case.form, CONSENT) is True and not is_quiet(case.events)
        return complaint.phone or (address_of(case, Channel.SMS) if agreed else "")


def phone_of(case: Case, complaint: Complaint) -> tuple[str, str]:
    """The phone staff call, and before it the path it is written down under when somebody is shown it; "" for none.

    Whoever gave a bad rating was asked for none and must be called all the same: at the applicant's.
    """
    if complaint.phone or complaint.rated is None:
        return LEFT, complaint.phone
    return answer_of(case, Channel.SMS)
