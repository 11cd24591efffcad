"""A complaint about a case (办不成事反映、12345): who sees to it by when, what was answered, whether it was settled.

It only grows: every step is an entry with who took it, and none is ever dropped. Whoever a complaint is about
cannot close it alone (``Complaint.parties``, ``Position.may_close``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from kaiban.domain.cases.event import Event


class ComplaintState(StrEnum):
    """How far a complaint is; the values are stored and part of the API."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    ANSWERED = "answered"
    #: Somebody it is about says that the complainant is satisfied: another account must agree.
    TO_AGREE = "to_agree"
    CLOSED = "closed"


class StepKind(StrEnum):
    """What was done about it."""

    RAISED = "raised"
    ASSIGNED = "assigned"
    #: Whoever gave a bad rating was asked what went wrong.
    CONTACTED = "contacted"
    ANSWERED = "answered"
    UNREACHED = "unreached"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    AGREED = "agreed"
    CLOSED = "closed"


COMPLAINT_STATES: Final[Mapping[ComplaintState, str]] = {
    ComplaintState.RECEIVED: "待指定负责人",
    ComplaintState.IN_HAND: "处理中",
    ComplaintState.ANSWERED: "已答复，待回访",
    ComplaintState.TO_AGREE: "回访满意，待第二人确认",
    ComplaintState.CLOSED: "已办结",
}
STEP_TITLES: Final[Mapping[StepKind, str]] = {
    StepKind.RAISED: "收到反映",
    StepKind.ASSIGNED: "指定负责人",
    StepKind.CONTACTED: "联系评价人",
    StepKind.ANSWERED: "答复",
    StepKind.UNREACHED: "回访：没有联系上",
    StepKind.SATISFIED: "回访：满意",
    StepKind.DISSATISFIED: "回访：不满意，重新处理",
    StepKind.AGREED: "第二人确认办结",
    StepKind.CLOSED: "办结",
}
#: How it came in.
COMPLAINT_SOURCES: Final[Mapping[str, str]] = {
    "web": "办件页面", "window": "大厅窗口", "12345": "12345 热线", "api": "对接系统",
}  # fmt: skip

_S, _K = ComplaintState, StepKind
#: From which states each step may be taken.
FROM: Final[Mapping[StepKind, frozenset[ComplaintState]]] = {
    _K.RAISED: frozenset(),
    _K.ASSIGNED: frozenset({_S.RECEIVED, _S.IN_HAND}),
    _K.CONTACTED: frozenset({_S.IN_HAND}),
    _K.ANSWERED: frozenset({_S.IN_HAND}),
    _K.UNREACHED: frozenset({_S.ANSWERED}),
    _K.SATISFIED: frozenset({_S.ANSWERED, _S.TO_AGREE}),
    # Whoever is not content may say so also when staff think it settled.
    _K.DISSATISFIED: frozenset({_S.ANSWERED, _S.TO_AGREE, _S.CLOSED}),
    _K.AGREED: frozenset({_S.TO_AGREE}),
    _K.CLOSED: frozenset({_S.ANSWERED}),
}
#: Where each leads; what is not here leads nowhere.
_TO: Final[Mapping[StepKind, ComplaintState]] = {
    _K.ASSIGNED: _S.IN_HAND, _K.ANSWERED: _S.ANSWERED, _K.SATISFIED: _S.CLOSED,
    _K.DISSATISFIED: _S.IN_HAND, _K.AGREED: _S.CLOSED, _K.CLOSED: _S.CLOSED,
}  # fmt: skip

#: Who acts where nobody of the staff does; no account has such a name.
APPLICANT: Final = "applicant"
NOBODY: Final = ("", APPLICANT, "system", "window", "api")


class WrongStepError(Exception):
    """That cannot be done about a complaint that stands so."""


@dataclass(frozen=True)
class ComplaintRules:
    """By when a city answers and asks back, and calls whoever gave a bad rating, in working days of the hall; ``basis`` says by which rule."""

    answer_days: int = 5
    revisit_days: int = 3
    basis: str = ""
    contact_days: int = 1


@dataclass(frozen=True)
class ComplaintStep:
    """One thing done: by whom (an account, or APPLICANT), and what was said."""

    kind: StepKind
    at: datetime
    by: str
    text: str = ""


@dataclass(frozen=True)
class Complaint:
    """What somebody complains of about a case.

    ``number`` counts those of a case from 1. ``text`` and ``phone`` ("" if none was left) are personal. ``due`` is the last
    day for the next step, None once it is closed. ``owner`` is the account that answers for it, ``about`` the account it is
    about, as far as it is known; "" for nobody. ``rated`` is what a bad rating (差评) it came from was of: a link, "" for the whole case; None if
    it came from none. ``steps`` begin with that it was raised.
    """

    case_no: str
    number: int
    hall: str
    source: str
    text: str
    due: date | None
    steps: tuple[ComplaintStep, ...]
    phone: str = ""
    lang: str = "zh-CN"
    state: ComplaintState = ComplaintState.RECEIVED
    owner: str = ""
    about: str = ""
    rated: str | None = None

    @property
    def raised_at(self) -> datetime:
        """When it came in."""
        return self.steps[0].at

    @property
    def version(self) -> str:
        """What tells one state of it from the next."""
        return str(len(self.steps))

    @property
    def answer(self) -> ComplaintStep | None:
        """The latest answer."""
        return next((each for each in reversed(self.steps) if each.kind is _K.ANSWERED), None)

    @property
    def lacks_contact(self) -> bool:
        """Whether it came from a bad rating, and nobody has called whoever gave it."""
        return self.rated is not None and all(each.kind is not _K.CONTACTED for each in self.steps)

    @property
    def reopened(self) -> int:
        """How often its answer was not enough."""
        return sum(each.kind is _K.DISSATISFIED for each in self.steps)

    def may(self, kind: StepKind) -> bool:
        """Whether that step can be taken now."""
        return self.state in FROM[kind]

    def is_overdue(self, today: date) -> bool:
        """Whether the day of its next step has passed."""
        return self.due is not None and self.due < today

    def parties(self, events: Iterable[Event]) -> frozenset[str]:
        """The accounts it may be about: the one named, and everybody of the staff who acted in the case.

        Whoever acted together with an event's actor is in its ``facts["staff"]``, with spaces between.
        """
        own = [each for each in events if each.kind != "complaint"]
        acted = {each.actor.removeprefix("window:") for each in own}
        acted.update(*(each.facts.get("staff", "").split() for each in own))
        people = {each for each in acted if each not in NOBODY and ":" not in each}
        return frozenset(people | ({self.about} if self.about else set()))

    def after(
        self,
        step: ComplaintStep,
        due: date | None,
        state: ComplaintState | None = None,
        **changes: Any,
    ) -> "Complaint":
        """The complaint with that step taken; raises WrongStepError."""
        if not self.may(step.kind):
            raise WrongStepError(f"{step.kind} of one that is {self.state}")
        to = state or _TO.get(step.kind, self.state)
        if to is ComplaintState.CLOSED:
            due = None
        return replace(self, state=to, due=due, steps=(*self.steps, step), **changes)


def revisited(by: str, parties: Collection[str]) -> ComplaintState:
    """What becomes of one whose complainant is satisfied, by who says so: what the people it is about say needs a second."""
    return ComplaintState.TO_AGREE if by in parties else ComplaintState.CLOSED
