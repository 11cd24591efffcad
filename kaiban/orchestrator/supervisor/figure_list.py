"""The first figures of a period, one by one, in the words they leave the house with: numerator, denominator and the rule of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.tickets.waits import CLOCK_RULE, REACH
from kaiban.orchestrator.supervisor.dashboard import Dashboard
from kaiban.ports.statistics import Subset

#: The rule of the clock, the same words wherever figures leave the house.
CLOCK: Final = "办理用时：从收件到出证照包，减去大厅未开放和停表（等待申请人、特别程序）的分钟；结束时按当时的工作日历算定，以后不再变。"
GRANTED: Final = "期内办结的件（含部分办结，不含不予办理和撤回）"
ENDED: Final = "期内结束的件（含不予办理和撤回）"
PERCENT, MINUTES, CASES = "%", "分钟", "件"


@dataclass(frozen=True)
class Figure:
    """One figure.

    ``value`` is None of nothing; ``part`` is None where it is no count. ``interval``: between which two per cent chance may
    have put a share. ``of`` says what the whole is, ``rule`` what counts.
    """

    name: str
    title: str
    value: Decimal | int | None
    unit: str
    part: int | None
    whole: int
    interval: tuple[Decimal, Decimal] | None
    of: str
    rule: str


def figure_list(found: Dashboard) -> list[Figure]:
    """Every figure of the first page, in its order."""
    waits, granted = found.waits, found.counts[Subset.GRANTED]
    return [
        _share("within_promise", "在承诺时限内办结", found.kept, GRANTED, "办理用时不超过该件承诺时限"),
        *_minutes("working_time", "办理用时", found.times, granted, (GRANTED, "大厅工作时间")),
        _share("answered", "评价率", found.answered, ENDED, "对整件作了评价的"),
        _share("satisfied", "不是差评的", found.satisfied, "对整件的评价", "非常满意、满意、基本满意"),
        *_minutes("waiting", "大厅等候", waits, waits.size, ("叫到号的人", CLOCK_RULE + REACH)),
        _share("sent_back", "有环节要求补正", found.sent_back, ENDED, "至少退回补正过一次"),
        *(_count(found, subset, title, rule) for subset, (title, rule) in _COUNTS.items()),
    ]  # fmt: skip


_COUNTS: Final = {
    Subset.YELLOW: ("黄牌", "结束时最重的牌是黄牌"),
    Subset.RED: ("红牌", "结束时最重的牌是红牌"),
    Subset.REFUSED: ("不予办理", "单列，不算超时，也不算办结"),
    Subset.WITHDRAWN: ("已撤回", "单列，不算超时，也不算办结"),
    Subset.PROVISIONAL: ("用时为暂计", "所在年度的放假安排当时没有公布"),
}


def _share(name: str, title: str, share: Share, of: str, rule: str) -> Figure:
    return Figure(
        name, title, share.percent, PERCENT, share.part, share.whole, share.interval, of, rule
    )


def _count(found: Dashboard, subset: Subset, title: str, rule: str) -> Figure:
    count = found.counts[subset]
    return Figure(subset.value, title, count, CASES, count, found.ended, None, ENDED, rule)


def _minutes(
    name: str, title: str, spread: Spread, whole: int, words: tuple[str, str]
) -> Iterator[Figure]:
    told = {
        "median": ("中位", spread.median),
        "p90": ("九成在此之内", spread.percentile(90)),
        "mean": ("平均", spread.mean),
    }
    for which, (word, value) in told.items():
        yield Figure(
            f"{name}_{which}", f"{title}，{word}", value, MINUTES, None, whole, None, *words
        )
