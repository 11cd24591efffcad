"""A case (办件): one application on its way through the departments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kaiban.domain.assisted import FiledBy
from kaiban.domain.cases import history
from kaiban.domain.cases.cross_region.intake import TAKEN_IN, IntakeRule, awaiting
from kaiban.domain.cases.document import Document
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import GONE, STILL, Link, LinkState, Step
from kaiban.domain.cases.plan import LinkSpec, Plan
from kaiban.domain.cases.staff.unsent import UNSENT, words_of
from kaiban.domain.cases.states import ENDED, CaseState, end_of
from kaiban.domain.hours.closed_clock import ClosedClock
from kaiban.domain.notices.notice import (
    Defect,
    Draft,
    Dropped,
    Freshness,
    Item,
    Notice,
    Origin,
    freshness,
)


@dataclass
class Case:
    """One application on its way.

    ``form`` is the applicant's form as accepted or last corrected. ``events`` is everything that
    happened, in order; rows already stored are never changed, only appended to. ``facts`` is
    what the departments have granted so far (``credit_code``). ``package_due`` is when the
    certificate package is to be made next, ``package_version`` how many there are. ``draft`` is
    what the next notice is to say. ``filed_by`` is who filed it with the help of staff; None: the applicant on their own.
    ``hall`` decides it; ``intake`` is the hall that took it in for that one (跨域通办), "" for none. ``clock`` is by
    what its hours are accounted once it has ended; it stays when links are added later. ``reference`` is what the program that handed it in calls it.
    """

    no: str
    city: str
    hall: str
    owner: str
    promise: str
    form: Mapping[str, Any]
    links: list[Link]
    accepted_at: datetime
    state: CaseState = CaseState.IN_PROGRESS
    revision: int = 1
    finished_at: datetime | None = None
    withdrawing: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    documents: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    package_due: datetime | None = None
    package_attempt: int = 0
    package_version: int = 0
    draft: Draft | None = None
    filed_by: FiledBy | None = None
    intake: str = ""
    clock: ClosedClock | None = None
    reference: str = ""

    @classmethod
    def accept(
        cls, no: str, plan: Plan, *, city: str, hall: str, owner: str, promise: str, at: datetime,
        filed_by: FiledBy | None = None, intake: IntakeRule | None = None, reference: str = "",
    ) -> "Case":  # fmt: skip
        """The case as it begins: all its links waiting, its form accepted; ``intake``: by which rule another hall took it in."""
        links = [link_of(spec) for spec in plan.links]
        case = cls(
            no,
            city,
            hall,
            owner,
            promise,
            plan.form,
            links,
            at,
            filed_by=filed_by,
            reference=reference,
        )
        actor = filed_by.staff[-1] if filed_by else "applicant"
        case.note("accepted", at, actor, text="收到申请，予以收件")
        if filed_by:
            case.note("assisted", at, actor, code=filed_by.confirmed.value, facts=filed_by.facts)
        if intake:
            case.intake = intake.intake
            case.note(TAKEN_IN, at, f"window:{actor}", after=intake.intake, facts=intake.facts)
        return case

    def copy(self) -> "Case":
        """The same for whoever looks at it while others go on with it."""
        links = [
            replace(link, steps=[replace(step) for step in link.steps], result=dict(link.result))
            for link in self.links
        ]
        return replace(
            self, links=links, facts=dict(self.facts), notices=list(self.notices),
            events=list(self.events), documents=dict(self.documents),
        )  # fmt: skip

    # --- reading -------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether the case is closed (a late link may open it again)."""
        return self.state in ENDED

    @property
    def awaiting(self) -> str:
        """The hall that has it in hand before the deciding one has received it; "" if nothing is waited for there."""
        return awaiting(self.events) if self.intake else ""

    @property
    def fruitless(self) -> bool:
        """Whether it has ended without anything granted."""
        return self.ended and not any(link.state is LinkState.DONE for link in self.links)

    @property
    def open_notice(self) -> Notice | None:
        """The notice the applicant has not answered yet."""
        return next((notice for notice in self.notices if notice.open), None)

    def link(self, name: str) -> Link:
        """The link of that name; KeyError if it was not chosen."""
        for link in self.links:
            if link.name == name:
                return link
        raise KeyError(name)

    def is_done(self, name: str) -> bool:
        """Whether the link of that name was chosen and is done."""
        return any(link.name == name and link.state is LinkState.DONE for link in self.links)

    def steps(self) -> Iterable[tuple[Link, Step]]:
        """Every step with its link, in plan order."""
        return ((link, step) for link in self.links for step in link.steps)

    # --- what happens --------------------------------------------------------------------------

    def instant(self, at: datetime) -> datetime:
        """That instant, or the last event's if a clock says it was later: time never runs backwards here."""
        return max(at, self.events[-1].at) if self.events else at

    def note(self, kind: str, at: datetime, actor: str, **more: Any) -> None:
        """Write down what happened, in order; what the clock said is kept if it was before the last event."""
        instant = self.instant(at)
        clock_at = None if instant == at else at
        self.events.append(Event(kind, instant, actor, clock_at=clock_at, **more))

    def move(
        self,
        link: Link,
        step: Step,
        state: LinkState,
        at: datetime,
        *,
        reason: str = "",
        code: str = "",
        actor: str = "system",
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Let a step become something else, and write it down; raises TransitionError."""
        step.check_move(state)
        before, step.state = step.state, state
        step.reason, step.reason_code = reason, code
        if state is LinkState.DONE:
            step.done_at = self.instant(at)
        if state in GONE:
            step.cancelling = False  # there is nothing left that could be taken back
        self.note(
            "step", at, actor, link=link.name, step=step.name,
            before=before.value, after=state.value, code=code, text=reason, facts=facts or {},
        )  # fmt: skip

    def learn(self, link: Link, facts: Mapping[str, str], at: datetime) -> None:
        """Keep what a department granted, for the links that wait for it."""
        self.facts.update(facts)
        if facts:
            self.note("fact", at, f"department:{link.name}", link=link.name, facts=dict(facts))

    def release(self, plan: Plan, at: datetime) -> list[tuple[Link, Step]]:
        """Make every waiting step ready whose facts are known and whose turn it is; none before its hall has the case."""
        if self.withdrawing or self.awaiting:
            return []
        freed = [
            (link, step)
            for link, step in self.steps()
            if step.state is LinkState.WAITING
            and step is link.current
            and all(fact in self.facts for fact in plan.required_facts(link.name, step.name))
        ]
        for link, step in freed:
            self.move(link, step, LinkState.READY, at)
        return freed

    def stranded(self, plan: Plan) -> list[tuple[Link, Step]]:
        """Every waiting step whose turn can no longer come.

        Either its fact cannot, because the link that provides it has ended without it, or an
        earlier step of its own link has failed.
        """
        lost = {
            fact
            for link in self.links
            if link.finished
            for fact in plan.link(link.name).provides
            if fact not in self.facts
        }
        return [
            (link, step)
            for link, step in self.steps()
            if step.state is LinkState.WAITING
            and (link.finished or lost.intersection(plan.required_facts(link.name, step.name)))
        ]

    def is_kept(self, link: Link, step: Step) -> bool:
        """Whether we know that the department will not take it back."""
        return history.is_kept(self.events, link.name, step.name)

    def was_in_doubt(self, link: Link, step: Step) -> bool:
        """Whether it was ever unknown if the department had got the step."""
        return history.was_in_doubt(self.events, link.name, step.name)

    def keep(self, link: Link, step: Step, at: datetime, text: str, **more: Any) -> None:
        """Write down, once, that it cannot be undone."""
        if not self.is_kept(link, step):
            actor = more.pop("actor", "system")
            self.note("irrevocable", at, actor, link=link.name, step=step.name, text=text, **more)

    def gather(self, items: Iterable[Item], at: datetime, due: datetime) -> None:
        """Let the next notice say this, too; it goes out at ``due``, or sooner (``settle``)."""
        draft = self.draft or Draft(self.instant(at), due)
        self.draft = draft.gathering(items)

    def told(self) -> list[Item]:
        """Everything notices have named so far."""
        return [item for notice in self.notices for item in notice.items]

    def how_new(self, item: Item) -> Freshness:
        """What the demand is after all that was told before."""
        return freshness(item, self.told(), history.brought(self.events))

    def issue(self, at: datetime, by: str = "", reason: str = "") -> Notice:
        """Tell the applicant what was gathered, as one notice; ``by`` and ``reason`` as in Notice."""
        assert self.draft is not None  # something was gathered
        draft, self.draft = self.draft, None
        return self.ask(draft.items, at, by=by, reason=reason, dropped=draft.dropped)

    def ask(
        self, items: Sequence[Defect], at: datetime, *, by: str = "", reason: str = "",
        dropped: Sequence[Dropped] = (),
    ) -> Notice:  # fmt: skip
        """Tell the applicant what to correct: into the open notice, or a new one."""
        asked, standing = tuple(map(Item.of, items)), self.open_notice
        late = any(self.how_new(item) is Freshness.LATE for item in asked)
        if standing:
            base = standing.joined(asked)
        else:
            base = Notice(len(self.notices) + 1, self.instant(at), asked)
        notice = replace(
            base, repeats=base.repeats or late, by=by or base.by, reason=reason or base.reason,
            dropped=(*base.dropped, *dropped),
        )  # fmt: skip
        if standing:
            self.notices[self.notices.index(standing)] = notice
        else:
            self.notices.append(notice)
        actor = f"window:{by}" if by else "system"
        self.note("notice", at, actor, code=str(notice.number), text=f"{len(items)} 项")
        return notice

    def add_links(self, specs: Iterable[LinkSpec], at: datetime) -> None:
        """Take in links that were left out before; the case is open again."""
        for spec in specs:
            self.links.append(link_of(spec))
            self.note("link_added", at, "applicant", link=spec.name, text=spec.title)
        self.settle(at)

    def settle(self, at: datetime) -> None:
        """Bring the state of the case in line with its links.

        A case whose links have all ended stays in progress until its package is there. A package
        that is being made while something opens again is not wanted any more.
        """
        self._tend_draft(at)
        self._close_notice(at)
        if not self._all_finished():
            self.package_due = self.finished_at = None
            waiting = self.open_notice is not None
            self._become(CaseState.NEEDS_CORRECTION if waiting else CaseState.IN_PROGRESS, at)
        elif self.finished_at is None:
            self.package_due = self.package_due or at

    def complete(self, version: int, at: datetime, clock: ClosedClock | None = None) -> None:
        """The package is there: the case ends, its clock is closed, and nobody can answer what was not told yet."""
        self.clock = clock or self.clock
        self.package_version, self.package_due, self.finished_at = version, None, at
        self._put_draft_aside(at)
        self.note("package", at, "system", code=str(version), text=f"第 {version} 版")
        self._become(end_of(self.links, withdrawing=self.withdrawing), at)

    # --- private -------------------------------------------------------------------------------

    def _all_finished(self) -> bool:
        return all(link.finished for link in self.links)

    def _become(self, state: CaseState, at: datetime) -> None:
        if state is not self.state:
            before, self.state = self.state, state
            self.note("case", at, "system", before=before.value, after=state.value)

    def _tend_draft(self, at: datetime) -> None:
        """Drop what nobody waits for any more; issue it once it is due, or nobody else can find anything soon."""
        if self.draft is None:
            return
        waiting = self._waiting()
        wanted = tuple(
            item
            for item in self.draft.items
            if not item.link or item.link in waiting or item.origin != Origin.DEPARTMENT
        )
        if self.withdrawing or not (wanted or self.draft.dropped):
            self._put_draft_aside(at)
            return
        self._put_aside((item for item in self.draft.items if item not in wanted), at)
        self.draft = replace(self.draft, items=wanted)
        still = all(step.state in STILL for _, step in self.steps())
        due = at >= self.draft.due
        if wanted and (due or (still and not self.draft.is_held)):
            self.issue(at)
        elif due:
            self.draft = None  # everything was taken off

    def _put_draft_aside(self, at: datetime) -> None:
        draft, self.draft = self.draft, None
        self._put_aside(draft.items if draft else (), at)

    def _put_aside(self, items: Iterable[Item], at: datetime) -> None:
        """Keep what staff wrote and nobody will be told of: a department's demand is known to the department."""
        for item in items:
            if item.by:
                self.note(
                    UNSENT, at, "system", link=item.link, code=item.code, text=words_of(item),
                    facts={"of": item.by},
                )  # fmt: skip

    def _close_notice(self, at: datetime) -> None:
        """Take the notice as answered once nobody waits for the applicant's answer to it any more."""
        notice = self.open_notice
        if notice and not self._waits_for(notice):
            self.notices[self.notices.index(notice)] = notice.answered(self.instant(at))

    def _waits_for(self, notice: Notice) -> bool:
        asking = {item.link for item in notice.items if item.origin == Origin.DEPARTMENT}
        waiting = self._waiting()
        if waiting if "" in asking else waiting & asking:
            return True
        return (
            bool(notice.findings)
            and not self.withdrawing
            and not history.answered(self.events, notice.number)
        )

    def _waiting(self) -> set[str]:
        """The links that wait for the applicant."""
        return {
            link.name for link, step in self.steps() if step.state is LinkState.NEEDS_CORRECTION
        }


def link_of(spec: LinkSpec) -> Link:
    """A link as it begins."""
    return Link(spec.name, spec.title, spec.office, [Step(step.name) for step in spec.steps])
