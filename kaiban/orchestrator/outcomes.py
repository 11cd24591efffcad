"""What each answer of a department means for the case: one table, one small function an answer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from kaiban.domain.case import Case
from kaiban.domain.link import Link, LinkState, Step
from kaiban.domain.notice import Defect
from kaiban.domain.pointer import to_pointer
from kaiban.orchestrator.office import Office
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Correction,
    Done,
    Forged,
    Manifest,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Partial,
    Pending,
    Ref,
    Rejected,
    Retryable,
    Transaction,
    Unknown,
)

log = structlog.get_logger()

#: Business time after which window staff see an unknown outcome as theirs (待核实).
PATIENCE = timedelta(minutes=15)
#: How long to wait for a department that is closed and did not say until when.
CLOSED_FOR = timedelta(minutes=15)
#: How often something only a person can mend is looked at again.
BROKEN_FOR = timedelta(minutes=5)
#: Real seconds: the longest wait between two tries.
SLOWEST = 300


@dataclass(frozen=True)
class Visit:
    """One answer, brought home to one step of one case, inside one transaction."""

    office: Office
    tx: Transaction
    case: Case
    link: Link
    step: Step
    errand: str

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    @property
    def manifest(self) -> Manifest:
        return self.office.manifest(self.link)

    def move(self, state: LinkState, reason: str = "", code: str = "") -> None:
        """Let the step become that, unless it already is; the reason is kept up to date."""
        if self.step.state is state:
            self.step.reason, self.step.reason_code = reason, code
            return
        actor = f"department:{self.link.name}" if self.errand != "send" or reason else "system"
        self.case.move(
            self.link, self.step, state, self.now, reason=reason, code=code, actor=actor
        )

    def know(self, ref: Ref | None) -> None:
        """The department has it: keep their number, forget the doubts."""
        step = self.step
        step.tries, step.unknown_since, step.not_found_since = 0, None, None
        step.submitted_at = step.submitted_at or self.now
        if ref:
            step.ref = asdict(ref)
            self.link.receipt = ref.number or self.link.receipt

    def again(self, after: timedelta) -> None:
        """Look once more after that much business time."""
        self.office.schedule(self.tx, self.case, self.link, self.step, after)

    def rest(self) -> None:
        """Nothing more to do here until somebody acts."""
        self.step.next_action_at = None

    def back_off(self) -> timedelta:
        """Business time until the next try: doubling, spread by the case so that crowds part."""
        self.step.tries += 1
        spread = 0.8 + (sum(self.case.no.encode()) % 40) / 100
        seconds = min(2.0 ** min(self.step.tries, 12), SLOWEST) * spread
        return self.office.clock.business(timedelta(seconds=seconds))


def bring_home(visit: Visit, answer: Outcome | AdapterError) -> None:
    """Let the answer take its effect on the step."""
    meaning = next(MEANINGS[kind] for kind in type(answer).__mro__ if kind in MEANINGS)
    meaning(visit, answer)


def _pending(visit: Visit, answer: Pending) -> None:
    visit.know(answer.ref)
    visit.move(LinkState.IN_REVIEW if answer.in_review else LinkState.SUBMITTED, answer.reason)
    if visit.case.withdrawing and not visit.step.cancelling:
        visit.step.cancelling = visit.manifest.cancel != "never"
        visit.again(timedelta(0))
    else:
        visit.again(answer.poll_after)


def _done(visit: Visit, answer: Done) -> None:
    visit.know(answer.ref)
    visit.move(LinkState.DONE)
    visit.step.cancelling = False
    visit.rest()
    visit.link.result.update(answer.result)
    if answer.documents:
        kept = visit.case.documents.get(visit.link.name, ())
        visit.case.documents[visit.link.name] = kept + answer.documents
    spec = next(s for s in visit.manifest.steps if s.name == visit.step.name)
    facts = {fact: str(answer.result[fact]) for fact in spec.provides if fact in answer.result}
    visit.case.learn(visit.link, facts, visit.now)


def _rejected(visit: Visit, answer: Rejected) -> None:
    if visit.errand == "take_back":
        _irrevocable(visit, answer)
        return
    visit.know(None)
    visit.move(LinkState.REFUSED, answer.reason, answer.code)
    visit.step.cancelling = False
    visit.rest()


def _irrevocable(visit: Visit, answer: Rejected) -> None:
    """The department will not take it back: it goes on there, and the applicant is told."""
    visit.step.cancelling = False
    visit.case.note(
        "irrevocable", visit.now, f"department:{visit.link.name}",
        link=visit.link.name, step=visit.step.name, code=answer.code, text=answer.reason,
    )  # fmt: skip
    if visit.step.state is LinkState.NEEDS_CORRECTION:
        _cancelled(
            visit, Cancelled()
        )  # what they granted of it stays, what they asked for does not come
    elif visit.step.state is LinkState.DONE:
        visit.rest()
    else:
        visit.again(timedelta(minutes=1))


def _needs_correction(visit: Visit, answer: NeedsCorrection) -> None:
    visit.know(answer.ref)
    _ask(visit, answer.items)


def _partial(visit: Visit, answer: Partial) -> None:
    visit.know(answer.ref)
    _ask(visit, answer.items)


def _ask(visit: Visit, items: tuple[Correction, ...]) -> None:
    visit.move(LinkState.NEEDS_CORRECTION, items[0].message, items[0].code)
    visit.rest()
    if visit.case.withdrawing:
        visit.move(LinkState.CANCELLED, "申请人已撤回")
        return
    defects = (
        Defect(
            to_pointer(item.path) if item.path else "", item.code, item.message, visit.link.name
        )
        for item in items
    )
    visit.case.ask(tuple(defects), visit.now)


def _not_found(visit: Visit, _: NotFound) -> None:
    """They do not know it. A single "not found" proves nothing: it may still be on its way."""
    step = visit.step
    step.not_found_since = step.not_found_since or visit.now
    settled = visit.now - step.not_found_since >= visit.manifest.settle
    pause = max(visit.manifest.settle / 4, timedelta(seconds=30))
    if visit.errand == "take_back":
        _cancelled(visit, Cancelled()) if settled else visit.again(pause)
    elif not settled:
        visit.move(LinkState.UNKNOWN, "部门暂未查到申请，等待确认")
        step.unknown_since = step.unknown_since or visit.now
        visit.again(pause)
    elif visit.case.withdrawing:
        _cancelled(visit, Cancelled())
    elif step.state is LinkState.UNKNOWN:
        step.not_found_since = step.unknown_since = None
        visit.move(LinkState.READY, "确认部门未收件，原样重新发送")
        visit.again(timedelta(0))
    else:
        visit.move(LinkState.UNKNOWN, "部门查不到已收的申请，正在核实")
        visit.again(timedelta(minutes=1))


def _cancelled(visit: Visit, _: Cancelled) -> None:
    visit.step.cancelling = False
    visit.move(LinkState.CANCELLED, "已在部门撤销")
    visit.rest()


def _retryable(visit: Visit, error: Retryable) -> None:
    if visit.errand == "send":
        visit.move(LinkState.READY, "部门系统暂时无法连接，将自动重试")
    visit.again(max(visit.back_off(), visit.office.clock.business(error.after or timedelta(0))))


def _closed(visit: Visit, error: Closed) -> None:
    if visit.errand == "send":
        visit.move(LinkState.READY, "部门系统未到开放时间，开放后自动办理")
    until = error.until - visit.now if error.until else CLOSED_FOR
    visit.again(max(until, timedelta(seconds=30)))


def _unknown(visit: Visit, _: Unknown) -> None:
    """It may have happened: from here on the department is only asked, never told again."""
    step = visit.step
    if visit.errand == "send":
        visit.move(LinkState.UNKNOWN, "部门答复不明，正在核实是否已收件")
    step.unknown_since = step.unknown_since or visit.now
    if visit.manifest.lookup == "none":
        visit.move(LinkState.MANUAL, "无法自动核实部门是否已收件，请窗口人员电话核实")
        visit.rest()
        return
    if step.state is LinkState.UNKNOWN and visit.now - step.unknown_since > PATIENCE:
        visit.move(LinkState.MANUAL, "部门长时间无法答复，请窗口人员核实；系统继续查询")
    visit.again(visit.back_off())


def _misconfigured(visit: Visit, error: Misconfigured) -> None:
    log.error("department_misconfigured", department=visit.link.name, error=str(error))
    if visit.errand == "send":
        visit.move(LinkState.READY, "与部门系统的连接配置有误，管理员处理后自动继续")
    visit.again(BROKEN_FOR)


MEANINGS: dict[type, Callable[[Visit, Any], None]] = {
    Pending: _pending,
    Done: _done,
    Rejected: _rejected,
    NeedsCorrection: _needs_correction,
    Partial: _partial,
    NotFound: _not_found,
    Cancelled: _cancelled,
    Retryable: _retryable,
    Closed: _closed,
    Unknown: _unknown,
    Misconfigured: _misconfigured,
    Forged: _unknown,  # an answer nobody vouches for tells nothing
}
