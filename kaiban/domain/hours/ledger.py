"""The hours ledger: every minute of a case belongs to exactly one, and the parts sum to the whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from kaiban.domain.hours.clock import HallHours, Span, floor_minute, whole_minutes

APPLICANT: Final = "applicant"
SPECIAL: Final = "special"
WINDOW: Final = "window"
PLATFORM: Final = "platform"
CLOSED: Final = "closed"
DEPARTMENT: Final = "department:"
#: Before the deciding hall has received what another took in (跨域通办), whose hands it is in.
HALL: Final = "hall:"

#: What people read; departments and halls have their own titles.
HOLDER_TITLES: Final[Mapping[str, str]] = {
    APPLICANT: "等待申请人（停表）",
    SPECIAL: "特别程序（停表）",
    WINDOW: "综合窗口",
    PLATFORM: "开办平台（流转、排队、重试）",
    CLOSED: "大厅未开放时间",
}

# Only these stop the clock: 补正 and other waiting for the applicant, and declared special procedures (行政许可法
# art. 45). Hand-over, retries and queues are never paused.
PAUSES: Final = (APPLICANT, SPECIAL)
_HOLDERS: Final = (*PAUSES, WINDOW, PLATFORM)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)

#: The rule of `account` as it is printed on the hours sheet; `{order}` stands for the departments in order. A test
#: counts by this sentence alone, so a change here or there shows.
RULE: Final = (
    "每一分钟只归一方，看这一分钟里最后的状态，按以下次序判断：大厅未开放的，归“大厅未开放时间”；"
    "有环节待补正、其余环节都在等待前置环节或者已经结束的，以及整个办件结束以后、增加环节以前的，归申请人；"
    "依法宣布特别程序的，归特别程序；有环节由窗口处理的，归窗口；"
    "有部门已收件、尚未答复的，归该部门（预登记与正式登记一样算），几个部门同时在办的，归次序在前的部门，次序为：{order}；"
    "其余的归平台。以后何时办结，不改变已经归属的分钟。"
)
#: What is printed after it on the hours sheet of a case one hall took in for another; the same test counts by it.
CROSS_REGION_RULE: Final = (
    "跨域通办的，在受理大厅接收以前，除大厅未开放的以外：办件状态为待补正的，归申请人；"
    "其余的归拿着它的大厅，转交以前是收件大厅，转交以后是受理大厅。大厅是否开放，看受理大厅的工作时间。"
)


@dataclass(frozen=True)
class Holding:
    """Somebody has the case in hand from `start` until `end` (None: still).

    `holder` is "applicant", "special" (a declared special procedure), "window", "platform", "department:<name>" or
    "hall:<name>" (before the deciding hall has received what another took in).
    Raises ValueError for anything else, for instants without a zone and for an end before the start.
    """

    start: datetime
    end: datetime | None
    holder: str

    def __post_init__(self) -> None:
        if self.holder not in _HOLDERS and not _is_named(self.holder):
            raise ValueError(f"unknown holder {self.holder!r}")
        whole_minutes(self.start, self.start if self.end is None else self.end)


@dataclass(frozen=True)
class Hours:
    """The two clocks of a case and whose minutes they were.

    `wall_minutes` takes nothing out; `working_minutes` = wall - closed - paused is compared with the promise.
    `parts` has minutes by holder and "closed": always the fixed holders, and each department that held the case, with 0
    when another was waited for. `sum(parts.values()) == wall_minutes`. `provisional`: a year's holidays are not known.
    """

    wall_minutes: int
    working_minutes: int
    paused_minutes: int
    closed_minutes: int
    provisional: bool
    parts: Mapping[str, int]


@dataclass(frozen=True)
class _Hold:
    """A holding on the minute grid, with an end."""

    start: datetime
    end: datetime
    holder: str


def account(
    start: datetime,
    end: datetime,
    holdings: Sequence[Holding],
    hall: HallHours,
    order: Sequence[str] = (),
) -> Hours:
    """Give every minute from `start` to `end` to one holder.

    A minute the hall is shut is "closed". Else a pause takes it (the applicant's before a special procedure), else
    the window, else a hall that has it in hand, else of the departments at work the first in `order` (names in the order of the plan, in which those
    that are waited for come before those that wait), then by name. What nobody holds is the platform's: hand-over,
    retries, queues. When a holding ends plays no part: what happens later moves no minute (see RULE). Holdings may
    overlap, repeat and reach beyond the case.
    """
    first, last = whole_minutes(start, end)
    holds = [_on_the_minute(holding) for holding in holdings]
    rank = {name: position for position, name in enumerate(order)}
    parts = dict.fromkeys((*_HOLDERS, *sorted({hold.holder for hold in holds}), CLOSED), 0)
    for span in hall.open_spans(first, last):
        for piece in _pieces(span, holds):
            running = {hold.holder for hold in holds if hold.start <= piece.start < hold.end}
            parts[whose(running, rank)] += _minutes(piece.length)
    wall = _minutes(last - first)
    parts[CLOSED] = wall - sum(parts.values())
    paused = sum(parts[holder] for holder in PAUSES)
    return Hours(
        wall_minutes=wall,
        working_minutes=wall - parts[CLOSED] - paused,
        paused_minutes=paused,
        closed_minutes=parts[CLOSED],
        provisional=hall.is_provisional(first, last),
        parts=parts,
    )


def whose(running: Collection[str], rank: Mapping[str, int]) -> str:
    """Whose a minute in which the hall is open is, while these have it in hand; ``rank`` is the order of the plan."""
    for holder in (*PAUSES, WINDOW):
        if holder in running:
            return holder
    if halls := sorted(holder for holder in running if hall_of(holder)):
        return halls[0]
    names = (department_of(holder) for holder in running)
    first = min(
        filter(None, names), key=lambda name: (rank.get(name, len(rank)), name), default=""
    )
    return DEPARTMENT + first if first else PLATFORM


def department_of(holder: str) -> str:
    """Return the department's name in "department:<name>"; empty for any other holder."""
    return holder.removeprefix(DEPARTMENT) if holder.startswith(DEPARTMENT) else ""


def hall_of(holder: str) -> str:
    """Return the hall's name in "hall:<name>"; empty for any other holder."""
    return holder.removeprefix(HALL) if holder.startswith(HALL) else ""


def _is_named(holder: str) -> bool:
    return bool(department_of(holder) or hall_of(holder))


def _on_the_minute(holding: Holding) -> _Hold:
    end = _NEVER if holding.end is None else floor_minute(holding.end)
    return _Hold(floor_minute(holding.start), end, holding.holder)


def _pieces(span: Span, holds: Sequence[_Hold]) -> Iterator[Span]:
    """Cut the span wherever a holding begins or ends, so that within a piece nothing changes."""
    cuts = {moment for hold in holds for moment in (hold.start, hold.end)}
    edge = span.start
    for cut in sorted(moment for moment in cuts if span.start < moment < span.end):
        yield Span(edge, cut)
        edge = cut
    yield Span(edge, span.end)


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
