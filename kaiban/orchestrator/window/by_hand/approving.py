"""Two people for a message that is to say something else than the applicant said (双人复核).

One asks, another who has signed in decides. What was asked for is sent as it was asked, or not at all: if the form, or how
the department stands, has changed meanwhile, it is asked for anew.
"""

import secrets
from dataclasses import replace
from itertools import takewhile
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.edit_request import EditRequest, EditState
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import to_path, value_at
from kaiban.domain.roles import Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import wrong_line
from kaiban.orchestrator.window.by_hand.resending import Order, judged, send_anew
from kaiban.ports import Transaction

NO_CHANGE = Defect("", "edit.nothing", "请选择要修改的内容，并改成要发送的样子。")
NO_WHY = Defect("/why", "edit.why", "请用一行文字写明为什么要修改，不超过 500 个字。")
WAITS_ALREADY = Defect(
    "", "edit.waits", "这个环节已经有一份修改在等复核，请先等它办完或者撤回它。"
)
SAME_PERSON = Defect(
    "", "edit.same_person", "复核人不能是提出修改的人，请另一位工作人员登录后复核。"
)
DECIDED = Defect("", "edit.decided", "这份修改已经办过了，请看现在的情况。")
MOVED = Defect(
    "", "edit.moved", "提出修改以后，办件的内容有了变化，不能再按原来的修改发送，请重新提出。"
)
NO_ANSWER = Defect("/answer", "edit.answer", "请用一行文字写明为什么不同意，不超过 500 个字。")
NOT_YOURS = Defect("", "edit.not_yours", "只有提出修改的人可以撤回。")
_ASKED: Final = "请求修改：{places}；理由：{why}"


def ask(office: Office, no: str, link_name: str, order: Order) -> EditRequest | list[Defect]:
    """Keep what is to be sent for a second person, or return everything that stands in its way.

    Raises CaseNotFound, and KeyError for a link the case does not have.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(link_name)
        if any(_waits(each, link_name) for each in office.edit_requests.of_case(no)):
            return [WAITS_ALREADY]
        also = [] if order.changes else [NO_CHANGE]
        also += wrong_line(office, "/why", order.why, NO_WHY)
        found = judged(office, tx, case, (link, link.current), order, also)
        if isinstance(found, list):
            return found
        return _kept(office, tx, case, link_name, order)


def approve(office: Office, request_id: str, who: Position) -> Case | list[Defect]:
    """Send it as it was asked for, or say why that cannot be; raises KeyError for no such request."""
    asked = office.edit_requests.get(request_id)
    with office.cases.transaction() as tx:
        case = tx.get(asked.case_no)
        asked = office.edit_requests.get(request_id, tx.connection)
        if _is_done(asked, EditState.APPROVED, who.login):
            return case  # pressed twice
        if wrong := _undecidable(asked, case, who):
            return wrong
        link = case.link(asked.link)
        order = Order(
            asked.by, frozenset(asked.checked), asked.told_by, asked.after, who.login, asked.why
        )
        if wrong := _gone(case, asked) or send_anew(
            office, tx, case, (link, link.step(asked.step)), order
        ):
            return wrong
        _decide(office, tx, asked, EditState.APPROVED, who.login)
        _note(office, tx, case, asked, "edit_approved", who.login)
    return case


def refuse(office: Office, request_id: str, who: Position, answer: str) -> Case | list[Defect]:
    """Let it not be sent, and say why; raises KeyError for no such request."""
    asked = office.edit_requests.get(request_id)
    with office.cases.transaction() as tx:
        case = tx.get(asked.case_no)
        asked = office.edit_requests.get(request_id, tx.connection)
        if _is_done(asked, EditState.REFUSED, who.login):
            return case  # pressed twice
        wrong = _undecidable(asked, case, who)
        wrong += wrong_line(office, "/answer", answer, NO_ANSWER)
        if wrong:
            return wrong
        _decide(office, tx, asked, EditState.REFUSED, who.login, answer.strip())
        _note(office, tx, case, asked, "edit_refused", who.login, answer.strip())
    return case


def take_back(office: Office, request_id: str, login: str) -> Case | list[Defect]:
    """Let whoever asked for it ask for it no more; raises KeyError for no such request."""
    asked = office.edit_requests.get(request_id)
    with office.cases.transaction() as tx:
        case = tx.get(asked.case_no)
        asked = office.edit_requests.get(request_id, tx.connection)
        if asked.by != login:
            return [NOT_YOURS]
        if _is_done(asked, EditState.TAKEN_BACK, login):
            return case  # pressed twice
        if asked.state is not EditState.WAITING:
            return [DECIDED]
        _decide(office, tx, asked, EditState.TAKEN_BACK, login)
    return case


def _kept(office: Office, tx: Transaction, case: Case, link: str, order: Order) -> EditRequest:
    now, step = office.clock.now(), case.link(link).current.name
    asked = EditRequest(
        secrets.token_hex(8), case.no, link, step, order.by, now, order.why.strip(),
        tuple(sorted(order.checked)), order.told_by.strip(),
        {each: value_at(case.form, to_path(each)) for each in order.changes}, dict(order.changes),
    )  # fmt: skip
    office.edit_requests.add(tx.connection, asked)
    text = _ASKED.format(places="、".join(sorted(order.changes)), why=asked.why)
    case.note("edit_asked", now, f"window:{order.by}", link=link, step=step, text=text)
    tx.save(case)
    return asked


def _decide(
    office: Office, tx: Transaction, asked: EditRequest, state: EditState, by: str, answer: str = ""
) -> None:  # fmt: skip
    decided = replace(
        asked, state=state, decided_by=by, decided_at=office.clock.now(), answer=answer
    )
    office.edit_requests.decide(tx.connection, decided)


def _note(
    office: Office, tx: Transaction, case: Case, asked: EditRequest, kind: str, by: str, text: str = ""
) -> None:  # fmt: skip
    """Write down in the case who decided: whoever did has acted in it."""
    at, actor = office.clock.now(), f"window:{by}"
    case.note(kind, at, actor, link=asked.link, step=asked.step, text=text)
    tx.save(case)


def _is_done(asked: EditRequest, state: EditState, login: str) -> bool:
    return (asked.state, asked.decided_by) == (state, login)


def _undecidable(asked: EditRequest, case: Case, who: Position) -> list[Defect]:
    if asked.state is not EditState.WAITING:
        return [DECIDED]
    return [] if who.may_approve(asked.by, case.hall) else [SAME_PERSON]


def _gone(case: Case, asked: EditRequest) -> list[Defect]:
    """Whether what it was made from is there no more."""
    now = {each: value_at(case.form, to_path(each)) for each in asked.before}
    same_step = case.link(asked.link).current.name == asked.step
    is_there = same_step and now == dict(asked.before) and not _sent_since(case, asked.link)
    return [] if is_there else [MOVED]


def _sent_since(case: Case, link: str) -> bool:
    """Whether the department was sent something after a change was last asked for: what was found out there is older."""
    its = (each for each in reversed(case.events) if each.link == link)
    since = takewhile(lambda each: each.kind != "edit_asked", its)
    return any(each.kind == "step" and each.after == LinkState.READY for each in since)


def _waits(asked: EditRequest, link: str) -> bool:
    return asked.link == link and asked.state is EditState.WAITING
