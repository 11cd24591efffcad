"""What each answer of a department means for the case: one table, one small function an answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.number import epoch_of
from kaiban.domain.hours.waiting import counted_from
from kaiban.orchestrator.office import FOREIGN, NOW, UNFIT
from kaiban.orchestrator.worker.steps.visit import Visit
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Denied,
    Done,
    Foreign,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Partial,
    Pending,
    Rejected,
    Retryable,
    Unprocessable,
)

log = structlog.get_logger()

#: Business time after which window staff see an unknown outcome as theirs (待核实).
PATIENCE = timedelta(minutes=15)
_GRANTED = "“{title}”已办结，部门不予撤销"
#: How long to wait for a department that is closed and did not say until when.
CLOSED_FOR = timedelta(minutes=15)
#: How often something only a person can mend is looked at again.
BROKEN_FOR = timedelta(minutes=5)
DENIED = "部门系统未接收这份申请报文，将自动重试；持续未接收时请窗口人员向部门核实"
UNPROCESSABLE = "部门系统无法处理这份申请报文，请窗口人员核实后重新发送；其他办件不受影响"
FOREIGN_ANSWER = "部门的答复指向另一份申请或另一家企业，未予采用，请窗口人员向部门核实"
#: How soon at least a department is asked again that answered, but not to the point.
PAUSE = timedelta(seconds=30)


def bring_home(visit: Visit, answer: Outcome | AdapterError) -> None:
    """Let the answer take its effect on the step; what has no meaning here leaves us in doubt."""
    meanings = TAKING_BACK if visit.errand == "take_back" else MEANINGS
    meaning = next(meanings[kind] for kind in type(answer).__mro__ if kind in meanings)
    meaning(visit, answer)


# --- after sending or looking -----------------------------------------------------------------


def _pending(visit: Visit, answer: Pending) -> None:
    if visit.manifest.by_hand:
        _on_paper(visit, answer)
    else:
        visit.know(answer.ref)
        visit.move(LinkState.IN_REVIEW if answer.in_review else LinkState.SUBMITTED, answer.reason)
        visit.again(answer.poll_after)
    if visit.unwanted:
        visit.take_back()


def _on_paper(visit: Visit, answer: Pending) -> None:
    """The window has the sheet until somebody says the department took it; nobody is asked meanwhile."""
    if visit.by:
        visit.know(answer.ref)
        visit.move(LinkState.SUBMITTED, answer.reason)
        visit.rest()
    elif visit.step.state in {LinkState.SUBMITTED, LinkState.IN_REVIEW}:
        visit.rest()  # asked again, it is where it was
    else:
        visit.give_to_window(answer.reason)


def _done(visit: Visit, answer: Done) -> None:
    visit.know(answer.ref)
    visit.move(LinkState.DONE)
    visit.rest()
    _keep_result(visit, answer)
    if visit.unwanted:
        visit.take_back()


def _keep_result(visit: Visit, answer: Done) -> None:
    link, case = visit.link, visit.case
    link.result.update(answer.result)
    if answer.documents:
        case.documents[link.name] = case.documents.get(link.name, ()) + answer.documents
    spec = next(s for s in visit.manifest.steps if s.name == visit.step.name)
    facts = {fact: str(answer.result[fact]) for fact in spec.provides if fact in answer.result}
    case.learn(link, facts, visit.now)


def _rejected(visit: Visit, answer: Rejected) -> None:
    visit.know(None)
    visit.refuse(answer.reason, answer.code)
    visit.rest()
    visit.office.abandon(visit.tx, visit.case, visit.link)


def _needs_correction(visit: Visit, answer: NeedsCorrection | Partial) -> None:
    visit.know(answer.ref)
    visit.ask(answer.items)


def _not_found(visit: Visit, _: NotFound) -> None:
    """They do not know it. A single "not found" proves nothing: it may still be on its way."""
    if not _settled(visit):
        visit.move(LinkState.UNKNOWN, "部门暂未查到申请，等待确认")
        visit.step.unknown_since = counted_from(visit.step.unknown_since, visit.now)
        return
    visit.step.not_found_since = visit.step.unknown_since = None
    visit.step.epoch = visit.tx.epoch
    not_sent(visit, "确认部门未收件，原样重新发送", NOW)


def _settled(visit: Visit) -> bool:
    """Whether they have not known it for long enough; if not, ask again later."""
    step = visit.step
    step.not_found_since = counted_from(step.not_found_since, visit.now)
    if visit.now - step.not_found_since >= visit.settle:
        return True
    visit.again(max(visit.settle / 4, PAUSE))
    return False


def _cancelled(visit: Visit, _: Cancelled) -> None:
    visit.move(LinkState.CANCELLED, "已在部门撤销")
    visit.rest()
    visit.office.abandon(visit.tx, visit.case, visit.link)


def _retryable(visit: Visit, error: Retryable) -> None:
    asked = visit.office.clock.business(error.after or NOW)
    pause = max(visit.back_off(), asked)
    _not_now(visit, "部门系统暂时无法连接，将自动重试", pause)


def _closed(visit: Visit, error: Closed) -> None:
    until = error.until - visit.now if error.until else CLOSED_FOR
    _not_now(visit, "部门系统未到开放时间，开放后自动办理", max(until, PAUSE))


def _misconfigured(visit: Visit, error: Misconfigured) -> None:
    log.error("department_misconfigured", department=visit.link.name, error=str(error))
    _not_now(visit, "与部门系统的连接配置有误，管理员处理后自动继续", BROKEN_FOR)


def _denied(visit: Visit, error: Denied) -> None:
    log.error(
        "application_denied", case=visit.case.no, department=visit.link.name, error=str(error)
    )
    _not_now(visit, DENIED, visit.back_off())


def _unprocessable(visit: Visit, error: Unprocessable) -> None:
    """They can do nothing with this message: a person must see to it, and it is written anew then."""
    log.error(
        "application_unprocessable",
        case=visit.case.no,
        department=visit.link.name,
        error=str(error),
    )
    if visit.errand == "send" and visit.unwanted:
        not_sent(visit, UNPROCESSABLE, NOW)
        return
    visit.move(LinkState.MANUAL, UNPROCESSABLE, UNFIT)
    visit.rest()


def _foreign(visit: Visit, error: Foreign) -> None:
    """Under our key they have what is not ours: never to be taken for it, nor taken back by us."""
    log.error("answer_foreign", case=visit.case.no, department=visit.link.name, error=str(error))
    if epoch_of(visit.case.no) == visit.tx.epoch:
        visit.tx.doubt_epoch(visit.now)
    visit.move(LinkState.MANUAL, FOREIGN_ANSWER, FOREIGN)
    visit.again(visit.back_off())


def _not_now(visit: Visit, reason: str, pause: timedelta) -> None:
    """Nothing happened there: whatever we came for has to be done once more."""
    if visit.errand == "send":
        not_sent(visit, reason, pause)
    else:
        visit.again(pause)


def not_sent(visit: Visit, reason: str, pause: timedelta) -> None:
    """Surely nothing of ours is there: the same bytes again, if they are still wanted."""
    visit.move(LinkState.READY, reason)
    visit.again(pause)
    if visit.unwanted:
        visit.take_back()


def _unknown(visit: Visit, _: object) -> None:
    """It may have happened: from here on the department is only asked, never told again."""
    if visit.errand == "send":
        visit.move(LinkState.UNKNOWN, "部门答复不明，正在核实是否已收件")
    if visit.manifest.lookup == "none":
        visit.give_to_window("无法自动核实部门是否已收件，请窗口人员电话核实")
        return
    if _out_of_patience(visit) and visit.step.state is LinkState.UNKNOWN:
        visit.move(LinkState.MANUAL, "部门长时间无法答复，请窗口人员核实；系统继续查询")
    visit.again(visit.back_off())


def _out_of_patience(visit: Visit) -> bool:
    step = visit.step
    step.unknown_since = counted_from(step.unknown_since, visit.now)
    return visit.now - step.unknown_since > PATIENCE


# --- after asking for it back -----------------------------------------------------------------


def _being_taken_back(visit: Visit, answer: Pending) -> None:
    """They work on it: ask once more later. What was granted stays granted until they say so."""
    if visit.manifest.by_hand:
        visit.give_to_window(answer.reason)
        return
    visit.know(answer.ref)
    if visit.step.state is not LinkState.DONE:
        visit.move(LinkState.IN_REVIEW if answer.in_review else LinkState.SUBMITTED, answer.reason)
    visit.again(max(answer.poll_after, PAUSE))


def _stays(visit: Visit, answer: Rejected) -> None:
    """The department will not take it back: it goes on there, and the applicant is told."""
    visit.case.keep(
        visit.link, visit.step, visit.now, answer.reason,
        code=answer.code, actor=f"department:{visit.link.name}",
    )  # fmt: skip
    visit.rest()
    if visit.step.state is not LinkState.DONE:
        visit.again(PAUSE)


def _granted_meanwhile(visit: Visit, answer: Done) -> None:
    title = visit.link.title
    _stays(visit, Rejected("granted", _GRANTED.format(title=title)))
    if visit.step.state is not LinkState.DONE:
        _done(visit, answer)


def _handed_back(visit: Visit, _: NeedsCorrection | Partial) -> None:
    if visit.step.state is LinkState.DONE:
        _stays(visit, Rejected("granted", "部门未同意撤销，请到窗口办理"))
    else:
        _cancelled(visit, Cancelled())  # they wait for a correction that will not come


def _nothing_there(visit: Visit, _: NotFound) -> None:
    if _settled(visit):
        _cancelled(visit, Cancelled())


def _in_doubt(visit: Visit, _: object) -> None:
    """Asking for it back twice does no harm."""
    if not _out_of_patience(visit):
        visit.again(visit.back_off())
    elif visit.step.state is LinkState.DONE:
        _stays(visit, Rejected("unanswered", "部门未答复撤销请求，请到窗口办理"))
    else:
        visit.move(LinkState.MANUAL, "部门未答复撤销请求，请窗口人员核实；系统继续请求")
        visit.again(visit.back_off())


def _foreign_taken_back(visit: Visit, error: Foreign) -> None:
    """What they would let go of is not ours; from here on a person sees to it."""
    visit.step.cancelling = False
    if visit.step.state is LinkState.DONE:
        _stays(visit, Rejected(FOREIGN, FOREIGN_ANSWER))
    else:
        _foreign(visit, error)


MEANINGS: dict[type, Callable[[Visit, Any], None]] = {
    Pending: _pending,
    Done: _done,
    Rejected: _rejected,
    NeedsCorrection: _needs_correction,
    Partial: _needs_correction,
    NotFound: _not_found,
    Cancelled: _cancelled,
    Retryable: _retryable,
    Closed: _closed,
    Misconfigured: _misconfigured,
    Denied: _denied,
    Unprocessable: _unprocessable,
    Foreign: _foreign,
    # Unknown, Forged (an answer nobody vouches for tells nothing), whatever else an adapter does.
    object: _unknown,
}

TAKING_BACK: dict[type, Callable[[Visit, Any], None]] = {
    **MEANINGS,
    Pending: _being_taken_back,
    Done: _granted_meanwhile,
    Rejected: _stays,
    NeedsCorrection: _handed_back,
    Partial: _handed_back,
    NotFound: _nothing_there,
    Unprocessable: _in_doubt,
    Foreign: _foreign_taken_back,
    object: _in_doubt,
}
