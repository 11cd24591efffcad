"""Let a case go from the hall that took it in to the one that decides it, and its result back (收件、转交、接收、转回).

Each of these is an event of the case, done once: pressed again by the same person it is the one there is, pressed on an
older page it is refused with the case as it is now. What a hall may not do yet, or not any more, is told.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region import (
    IDENTITY,
    ORIGINAL_SEEN,
    RECEIVED,
    RESULT_RECEIVED,
    RESULT_SENT,
    SENT_ON,
    TAKEN_IN,
    moves_of,
    seen_originals,
)
from kaiban.domain.cases.disclosure import Disclosure
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import ARRIVING, RETURN, leaves_by
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.window.cross_region.standing import Standing, requires_all, standing
from kaiban.ports import Transaction

log = structlog.get_logger()

LONGEST_CARRIER: Final = 20
_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)

NOT_YOURS = Defect("", "cross_region.hall", "这一步由另一个大厅来做，请看“现在到哪里”。")
ENDED = Defect("", "cross_region.ended", "办件已经结束或者正在撤回，不用再转交。")
NOT_NOW = Defect("", "cross_region.stage", "办件现在还不能做这一步，或者已经做过了。")
NONE_SEEN = Defect("/document", "cross_region.none_seen", "请给看过原件的每一份材料打勾。")
NO_SUCH_DOCUMENT = Defect(
    "/document", "cross_region.document", "这一件没有这份材料，请按现在的清单重新打勾。"
)
ALL_ORIGINALS = Defect(
    "/document", "cross_region.all_originals",
    "按本市规定，每一份材料都核验过原件才能转交；缺原件的，请申请人补齐以后再来。",
)  # fmt: skip
NOT_TOLD = Defect(
    "/unseen", "cross_region.unseen",
    "有材料没有看到原件。照实告诉受理大厅的，请打勾；看过的，请先登记。",
)  # fmt: skip
UNANSWERED = Defect(
    "", "cross_region.notice",
    "已经向申请人发出或者正在准备一次性告知书，等申请人补正以后再接收。",
)  # fmt: skip
NO_CARRIER = Defect(
    "/carrier", "cross_region.carrier", "请填写怎样送的，不超过 20 字。", example="EMS"
)
NO_NUMBER = Defect(
    "/tracking", "cross_region.tracking", "运单号为 6 至 40 位字母、数字或短横；没有的不填。",
    example="1234567890123",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What somebody wants done: from which page they read, and what they ticked or typed.

    ``documents`` are keys of originals they have seen. ``told``: the deciding hall is to be told which were not seen.
    ``carrier`` and ``tracking``: how the result is sent.
    """

    who: Position
    version: str
    documents: tuple[str, ...] = ()
    told: bool = False
    carrier: str = ""
    tracking: str = ""


class MovedOn(Exception):  # noqa: N818 - named for what it tells
    """Somebody did something about it meanwhile; ``case`` as it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__("moved on meanwhile")
        self.case = case


def certify(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Write down which originals were seen, by whom; until the deciding hall has received the case.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, now: Standing) -> None:
        by_key = {each.key: each for each in now.originals}
        for key in order.documents:
            facts = {"files": by_key[key].files} if by_key[key].files else {}
            case.note(
                ORIGINAL_SEEN, office.clock.now(), _actor(order), code=key,
                text=by_key[key].title, facts=facts,
            )  # fmt: skip
        paths = tuple(f"materials.{key}" for key in order.documents if key != IDENTITY)
        seen = Disclosure(office.clock.now(), "staff", order.who.login, "original", paths)
        tx.disclose(case.no, seen)
        tx.save(case)

    return _step(office, no, order, _CERTIFY, do)


def send_on(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Send the case to the hall that decides it. Raises CaseNotFound, MovedOn."""

    def do(tx: Transaction, case: Case, now: Standing) -> None:
        missing = " ".join(each.key for each in now.missing)
        facts = {"unseen": missing} if missing else {}
        _moved(office, case, order, SENT_ON, (case.intake, case.hall), facts=facts)
        tx.save(case)

    return _step(office, no, order, _SEND_ON, do)


def receive(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Take it over in the deciding hall: whoever does answers for it, and the departments get it now.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        _moved(office, case, order, RECEIVED, (case.hall, ""), facts={"to": order.who.login})
        office.go_on(tx, case)

    return _step(office, no, order, _RECEIVE, do)


def send_result(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Send the result back to the hall that took the case in. Raises CaseNotFound, MovedOn."""
    order = replace(order, carrier=order.carrier.strip(), tracking=order.tracking.strip())

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        facts = {"carrier": order.carrier, **({"tracking": order.tracking} if order.tracking else {})}  # fmt: skip
        halls = (case.hall, case.intake)
        _moved(office, case, order, RESULT_SENT, halls, str(case.package_version), facts)
        tx.save(case)

    return _step(office, no, order, _SEND_RESULT, do)


def receive_result(office: Office, no: str, order: Order) -> Case | list[Defect]:
    """Say that the result has come: from now on it waits there for the applicant, who is told.

    Raises CaseNotFound, MovedOn.
    """

    def do(tx: Transaction, case: Case, _now: Standing) -> None:
        halls = (case.intake, case.intake)
        facts = {"hall_title": office.city.hall_title(case.intake)}
        _moved(office, case, order, RESULT_RECEIVED, halls, str(case.package_version), facts)
        tx.save(case)

    return _step(office, no, order, _RECEIVE_RESULT, do)


#: By the value of the button.
ORDERS: Final[Mapping[str, Callable[[Office, str, Order], Case | list[Defect]]]] = {
    "certify": certify,
    "send_on": send_on,
    "receive": receive,
    "send_result": send_result,
    "receive_result": receive_result,
}


# --- what a step asks for -----------------------------------------------------------------------------

_Check = tuple[Defect, Callable[[Case, Standing, Order], Any]]


@dataclass(frozen=True)
class _Rules:
    """Of one step: whose it is, what must be so for it to be done at all, and what is asked of whoever does it.

    ``is_done``: whether it is what the same person has just done.
    """

    hall: Callable[[Case], str]
    may: Sequence[_Check]
    asked: Sequence[_Check]
    is_done: Callable[[Case, Standing, Order], bool]


def _of_intake(case: Case) -> str:
    return case.intake


def _that_decides(case: Case) -> str:
    return case.hall


def _under_way(case: Case, _now: Standing, _order: Order) -> bool:
    return not (case.ended or case.withdrawing)


def _told_of_unseen(_case: Case, now: Standing, order: Order) -> bool:
    return not now.missing or order.told


def _has_all(case: Case, now: Standing, _order: Order) -> bool:
    return not now.missing or not requires_all(case)


def _has_carrier(_case: Case, _now: Standing, order: Order) -> bool:
    return 0 < len(order.carrier) <= LONGEST_CARRIER


def _has_number(_case: Case, _now: Standing, order: Order) -> bool:
    return not order.tracking or bool(_NUMBER.fullmatch(order.tracking))


def _all_listed(_case: Case, now: Standing, order: Order) -> bool:
    return set(order.documents) <= {each.key for each in now.originals}


def _last_is(kind: str) -> Callable[[Case, Standing, Order], bool]:
    def is_done(case: Case, now: Standing, order: Order) -> bool:
        last = moves_of(case.events)[-1]
        return now.stage == kind and (last.kind, last.actor) == (kind, _actor(order))

    return is_done


def _seen_already(case: Case, now: Standing, order: Order) -> bool:
    missing = {each.key for each in now.missing}
    mine = {key for key, event in seen_originals(case.events).items() if event.actor == _actor(order)}  # fmt: skip
    return bool(order.documents) and set(order.documents) <= mine - missing


_CERTIFY = _Rules(
    _of_intake,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage in (TAKEN_IN, SENT_ON))],
    [(NONE_SEEN, lambda _c, _n, order: order.documents), (NO_SUCH_DOCUMENT, _all_listed)],
    _seen_already,
)
_SEND_ON = _Rules(
    _of_intake,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage == TAKEN_IN)],
    [(ALL_ORIGINALS, _has_all), (NOT_TOLD, _told_of_unseen)],
    _last_is(SENT_ON),
)
_RECEIVE = _Rules(
    _that_decides,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage == SENT_ON)],
    [(UNANSWERED, lambda case, _n, _o: not (case.open_notice or case.draft))],
    _last_is(RECEIVED),
)
_SEND_RESULT = _Rules(
    _that_decides,
    [(NOT_NOW, lambda case, _n, _o: leaves_by(case) == RETURN)],
    [(NO_CARRIER, _has_carrier), (NO_NUMBER, _has_number)],
    _last_is(RESULT_SENT),
)
_RECEIVE_RESULT = _Rules(
    _of_intake,
    [(NOT_NOW, lambda case, _n, _o: leaves_by(case) == ARRIVING)],
    [],
    _last_is(RESULT_RECEIVED),
)


def may_step(case: Case, now: Standing, who: Position, do: str) -> bool:
    """Whether that account may do it now, whatever is still to be ticked or typed."""
    rules = _RULES[do]
    order = Order(who, now.version)
    return _in_hall(case, rules, who) and all(fits(case, now, order) for _, fits in rules.may)


_RULES: Final[Mapping[str, _Rules]] = {
    "certify": _CERTIFY,
    "send_on": _SEND_ON,
    "receive": _RECEIVE,
    "send_result": _SEND_RESULT,
    "receive_result": _RECEIVE_RESULT,
}


# --- private ------------------------------------------------------------------------------------------


def _step(
    office: Office, no: str, order: Order, rules: _Rules,
    do: Callable[[Transaction, Case, Standing], None],
) -> Case | list[Defect]:  # fmt: skip
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if not _in_hall(case, rules, order.who):
            return [NOT_YOURS]
        now = standing(office, case)
        if rules.is_done(case, now, order):
            return case  # pressed twice
        if order.version != now.version:
            raise MovedOn(case)
        found = [wrong for wrong, fits in rules.may if not fits(case, now, order)]
        found = found or [wrong for wrong, fits in rules.asked if not fits(case, now, order)]
        if found:
            return found
        do(tx, case, now)
    return case


def _in_hall(case: Case, rules: _Rules, who: Position) -> bool:
    return bool(case.intake) and who.may(Act.CROSS_REGION, rules.hall(case))


def _moved(
    office: Office, case: Case, order: Order, kind: str, halls: tuple[str, str],
    code: str = "", facts: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    before, after = halls
    case.note(
        kind, office.clock.now(), _actor(order), before=before, after=after, code=code,
        facts=facts or {},
    )  # fmt: skip
    log.info("case_moved", case=case.no, kind=kind, by=order.who.login)


def _actor(order: Order) -> str:
    return f"window:{order.who.login}"
