"""A link (环节): one department's part of a case, and what each of its steps may become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class LinkState(StrEnum):
    """The states of a link; the values are part of the API."""

    WAITING = "waiting"  # 等待前置: for a fact another link provides
    READY = "ready"  # 待发送
    SENDING = "sending"  # 发送中: written down before the first byte leaves
    SUBMITTED = "submitted"  # 部门已收件
    IN_REVIEW = "in_review"  # 部门办理中
    NEEDS_CORRECTION = "needs_correction"  # 待补正
    PRE_REGISTERED = "pre_registered"  # 预登记完成: a link between its steps
    DONE = "done"  # 办结
    REFUSED = "refused"  # 不予办理
    CANCELLED = "cancelled"  # 已取消
    UNKNOWN = "unknown"  # 待核实: may have happened, is being looked up
    MANUAL = "manual"  # 人工处理: window staff must act


class Actor(StrEnum):
    """Who has to do the next thing."""

    APPLICANT = "applicant"
    WINDOW = "window"
    DEPARTMENT = "department"
    SYSTEM = "system"
    NOBODY = ""


_S = LinkState
_ANSWERED = {_S.SUBMITTED, _S.IN_REVIEW, _S.NEEDS_CORRECTION, _S.DONE, _S.REFUSED, _S.CANCELLED}

#: What a step may become. A link between two steps shows PRE_REGISTERED.
ALLOWED: Mapping[LinkState, frozenset[LinkState]] = {
    _S.WAITING: frozenset({_S.READY, _S.CANCELLED}),
    # UNKNOWN: the database was set back, and what we no longer know may have been sent.
    _S.READY: frozenset({_S.SENDING, _S.UNKNOWN, _S.NEEDS_CORRECTION, _S.MANUAL, _S.CANCELLED}),
    _S.SENDING: frozenset({*_ANSWERED, _S.READY, _S.UNKNOWN, _S.MANUAL}),
    _S.SUBMITTED: frozenset({*_ANSWERED, _S.UNKNOWN, _S.MANUAL}) - {_S.SUBMITTED},
    _S.IN_REVIEW: frozenset({*_ANSWERED, _S.UNKNOWN, _S.MANUAL}) - {_S.IN_REVIEW},
    # READY again: surely not there, the same bytes once more.
    _S.UNKNOWN: frozenset({*_ANSWERED, _S.READY, _S.MANUAL}),
    _S.MANUAL: frozenset({*_ANSWERED, _S.UNKNOWN, _S.READY}),
    # SUBMITTED: the department still holds what it wants corrected, and is asked to let it go.
    _S.NEEDS_CORRECTION: frozenset({_S.READY, _S.CANCELLED, _S.REFUSED, _S.SUBMITTED}),
    _S.PRE_REGISTERED: frozenset(),
    # Only when a department takes back what it granted.
    _S.DONE: frozenset({_S.CANCELLED}),
    _S.REFUSED: frozenset(),
    _S.CANCELLED: frozenset(),
}

#: States in which no department has anything of ours.
GONE = frozenset({_S.REFUSED, _S.CANCELLED})
FINISHED = GONE | {_S.DONE}
#: States in which the department may hold something of ours.
HELD = frozenset({_S.SENDING, _S.SUBMITTED, _S.IN_REVIEW, _S.UNKNOWN, _S.MANUAL})

#: States out of which a step does not move by itself: the applicant, or another link, has to.
STILL = FINISHED | {_S.WAITING, _S.NEEDS_CORRECTION}

#: Who acts next, by state.
NEXT_ACTOR: Mapping[LinkState, Actor] = {
    _S.WAITING: Actor.SYSTEM,
    _S.READY: Actor.SYSTEM,
    _S.SENDING: Actor.SYSTEM,
    _S.SUBMITTED: Actor.DEPARTMENT,
    _S.IN_REVIEW: Actor.DEPARTMENT,
    _S.NEEDS_CORRECTION: Actor.APPLICANT,
    _S.PRE_REGISTERED: Actor.SYSTEM,
    _S.DONE: Actor.NOBODY,
    _S.REFUSED: Actor.NOBODY,
    _S.CANCELLED: Actor.NOBODY,
    _S.UNKNOWN: Actor.SYSTEM,
    _S.MANUAL: Actor.WINDOW,
}

#: What people read.
STATE_TITLES: Mapping[LinkState, str] = {
    _S.WAITING: "等待前置环节",
    _S.READY: "待发送",
    _S.SENDING: "发送中",
    _S.SUBMITTED: "部门已收件",
    _S.IN_REVIEW: "部门办理中",
    _S.NEEDS_CORRECTION: "待补正",
    _S.PRE_REGISTERED: "已预登记",
    _S.DONE: "已办结",
    _S.REFUSED: "不予办理",
    _S.CANCELLED: "已取消",
    _S.UNKNOWN: "待核实",
    _S.MANUAL: "窗口处理中",
}


#: A link that was given up after a part of it was granted.
PARTLY = "部分已办，其余停办"
_REMAINS = "“{step}”已在{office}办成，仍然有效；如需注销请向该单位办理。其余部分不再办理。"
#: What people call the steps of a link that has several.
STEP_TITLES: Mapping[str, str] = {"pre": "预登记", "confirm": "正式登记"}


class TransitionError(Exception):
    """The step may not become that; a defect of ours, never of the applicant."""


@dataclass
class Step:
    """One exchange of a link: where it stands and when it is looked at next.

    ``attempt`` numbers the engine's jobs: only the job of the current attempt may change the
    step. ``sent`` is what was written down before sending (see ports.Prepared) with the ref of what
    it ``corrects``, ``ref`` how the department is asked about it. ``next_action_at`` is None when nothing is to be done,
    ``scheduled_at`` when that was decided.
    ``epoch`` is the database's in which it was written down, or last known not to be at the department.
    """

    name: str
    state: LinkState = LinkState.WAITING
    reason: str = ""
    reason_code: str = ""
    revision: int = 1
    attempt: int = 0
    tries: int = 0
    next_action_at: datetime | None = None
    scheduled_at: datetime | None = None
    cancelling: bool = False
    sent: Mapping[str, Any] | None = None
    ref: Mapping[str, Any] | None = None
    submitted_at: datetime | None = None
    done_at: datetime | None = None
    unknown_since: datetime | None = None
    not_found_since: datetime | None = None
    epoch: int | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED and not self.cancelling

    @property
    def written(self) -> bool:
        """Whether its message stands and is only to be sent, once more or for the first time."""
        return self.state is LinkState.READY and self.sent is not None

    @property
    def corrects(self) -> Mapping[str, Any] | None:
        """How the department knows what this revision corrects; None if it corrects nothing."""
        if self.sent is not None:
            return self.sent.get("corrects")
        return self.ref if self.revision > 1 else None

    def rewrite(self) -> None:
        """Let a message that is surely not at the department be written anew, as the next revision.

        What the department had before it, if anything, is what the new one corrects, too.
        """
        self.ref, self.sent = self.corrects, None
        self.revision += 1

    @property
    def is_due_at_once(self) -> bool:
        """Whether it waits for nothing but somebody who has room for it."""
        return self.next_action_at is not None and self.next_action_at == self.scheduled_at

    def wait(self, now: datetime, span: timedelta) -> None:
        """Let it be looked at after that span."""
        self.scheduled_at, self.next_action_at = now, now + span

    def wait_anew(self, now: datetime) -> None:
        """Begin the same wait again: it was written down by a wrong clock."""
        assert self.next_action_at is not None  # something waits
        self.wait(now, self.next_action_at - (self.scheduled_at or self.next_action_at))

    def look_late(self, now: datetime, settle: timedelta) -> None:
        """Count "not found" anew if nobody looked for longer than it has to settle.

        Whoever looks too late cannot tell an hour from a clock that leapt by one, after which what is
        still on its way would be taken for lost.
        """
        if self.next_action_at and now - self.next_action_at > settle:
            self.not_found_since = None

    def check_move(self, state: LinkState) -> None:
        """Raise TransitionError unless the table allows it."""
        if state not in ALLOWED[self.state]:
            raise TransitionError(f"{self.name}: {self.state} may not become {state}")


@dataclass
class Link:
    """One department's part of a case: its steps in order, and what came of them.

    ``result`` is what the department granted (named as in the adapter's Result),
    ``receipt`` the department's own number, ``adapter`` the name and version in charge.
    """

    name: str
    title: str
    office: str
    steps: list[Step]
    adapter: str = ""
    receipt: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def current(self) -> Step:
        """The step that decides how the link stands: the first unfinished, else the last."""
        open_steps = (step for step in self.steps if step.state is not LinkState.DONE)
        return next(open_steps, self.steps[-1])

    @property
    def state(self) -> LinkState:
        """How the link stands, as people and programs see it."""
        state = self.current.state
        begun = self.current is not self.steps[0]
        return LinkState.PRE_REGISTERED if begun and state is LinkState.WAITING else state

    @property
    def next_actor(self) -> Actor:
        """Who has to do the next thing."""
        return NEXT_ACTOR[self.state]

    @property
    def remaining(self) -> tuple[Step, ...]:
        """What the department granted of a link that was given up, and keeps."""
        if self.state is not LinkState.CANCELLED or not self.finished:
            return ()
        return tuple(step for step in self.steps if step.state is LinkState.DONE)

    @property
    def state_title(self) -> str:
        """How the link stands, in words."""
        return PARTLY if self.remaining else STATE_TITLES[self.state]

    @property
    def reason(self) -> str:
        """Why it stands so; of one that was given up half done, what remains where."""
        if not self.remaining:
            return self.current.reason
        steps = "、".join(STEP_TITLES.get(step.name, step.name) for step in self.remaining)
        return _REMAINS.format(step=steps, office=self.office)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.current.finished and not any(step.cancelling for step in self.steps)

    @property
    def abandoned(self) -> bool:
        """Whether it cannot end well any more, so that nobody wants what is left of it."""
        return any(step.state in GONE for step in self.steps)

    @property
    def submitted_at(self) -> datetime | None:
        """When the department first got something."""
        return self.steps[0].submitted_at

    @property
    def done_at(self) -> datetime | None:
        """When its last step was granted."""
        return self.steps[-1].done_at if self.state is LinkState.DONE else None

    def step(self, name: str) -> Step:
        """The step of that name; KeyError if the link has none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
