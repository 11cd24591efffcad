"""What each step of a case between two halls asks for: whose it is, when it may be done, what is asked of whoever does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    RECEIVED,
    RESULT_RECEIVED,
    RESULT_SENT,
    SENT_ON,
    TAKEN_IN,
    moves_of,
    seen_originals,
)
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import ARRIVING, RETURN, is_parcel_number, leaves_by
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.window.cross_region.standing import Standing, requires_all

LONGEST_CARRIER: Final = 20

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


_Check = tuple[Defect, Callable[[Case, Standing, Order], Any]]


@dataclass(frozen=True)
class Rules:
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
    return not order.tracking or is_parcel_number(order.tracking)


def _all_listed(_case: Case, now: Standing, order: Order) -> bool:
    return set(order.documents) <= {each.key for each in now.originals}


def _last_is(kind: str) -> Callable[[Case, Standing, Order], bool]:
    def is_done(case: Case, now: Standing, order: Order) -> bool:
        last = moves_of(case.events)[-1]
        return now.stage == kind and (last.kind, last.actor) == (kind, actor_of(order))

    return is_done


def _sent_so(case: Case, now: Standing, order: Order) -> bool:
    """Sent in the way the order says: another number from an older page is not that one."""
    facts = moves_of(case.events)[-1].facts
    same = (facts.get("carrier"), facts.get("tracking", "")) == (order.carrier, order.tracking)
    return same and _last_is(RESULT_SENT)(case, now, order)


def _seen_already(case: Case, now: Standing, order: Order) -> bool:
    missing = {each.key for each in now.missing}
    mine = {key for key, event in seen_originals(case.events).items() if event.actor == actor_of(order)}  # fmt: skip
    return bool(order.documents) and set(order.documents) <= mine - missing


CERTIFY = Rules(
    _of_intake,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage in (TAKEN_IN, SENT_ON))],
    [(NONE_SEEN, lambda _c, _n, order: order.documents), (NO_SUCH_DOCUMENT, _all_listed)],
    _seen_already,
)
SEND_ON = Rules(
    _of_intake,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage == TAKEN_IN)],
    [(ALL_ORIGINALS, _has_all), (NOT_TOLD, _told_of_unseen)],
    _last_is(SENT_ON),
)
RECEIVE = Rules(
    _that_decides,
    [(ENDED, _under_way), (NOT_NOW, lambda _c, now, _o: now.stage == SENT_ON)],
    [(UNANSWERED, lambda case, _n, _o: not (case.open_notice or case.draft))],
    _last_is(RECEIVED),
)
SEND_RESULT = Rules(
    _that_decides,
    [(NOT_NOW, lambda case, _n, _o: leaves_by(case) == RETURN)],
    [(NO_CARRIER, _has_carrier), (NO_NUMBER, _has_number)],
    _sent_so,
)
RECEIVE_RESULT = Rules(
    _of_intake,
    [(NOT_NOW, lambda case, _n, _o: leaves_by(case) == ARRIVING)],
    [],
    _last_is(RESULT_RECEIVED),
)


def may_step(case: Case, now: Standing, who: Position, do: str) -> bool:
    """Whether that account may do it now, whatever is still to be ticked or typed."""
    rules = RULES[do]
    order = Order(who, now.version)
    return in_hall(case, rules, who) and all(fits(case, now, order) for _, fits in rules.may)


RULES: Final[Mapping[str, Rules]] = {
    "certify": CERTIFY,
    "send_on": SEND_ON,
    "receive": RECEIVE,
    "send_result": SEND_RESULT,
    "receive_result": RECEIVE_RESULT,
}


def in_hall(case: Case, rules: Rules, who: Position) -> bool:
    """Whether the step is that account's hall's."""
    return bool(case.intake) and who.may(Act.CROSS_REGION, rules.hall(case))


def actor_of(order: Order) -> str:
    """Who does it, as events say it."""
    return f"window:{order.who.login}"
