"""Supervision cards (红黄牌): which are due after so many working minutes, and at which instant.

Minutes are working minutes, pauses taken out (`Hours.working_minutes`): what the applicant takes never earns a card.
Shares and limits are the profile's. That passing a link's own limit is a yellow card although the case is in time, and that a
second notice about what could be seen the first time is a red one, is what cities' rules on electronic supervision say
(粤府办 2007 电子监察; 一次性告知: 行政许可法 art. 32(4)); no national rule gives numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kaiban.domain.hours.clock import HallHours, Promise

CASE: Final = "case"
_MINUTE: Final = timedelta(minutes=1)


class Level(StrEnum):
    """How serious a card is."""

    NOTICE = "notice"
    YELLOW = "yellow"
    RED = "red"


class Cause(StrEnum):
    """Why a card is given."""

    PROMISE = "promise"
    LINK_LIMIT = "link_limit"
    SECOND_NOTICE = "second_notice"


LEVEL_TITLES: Final[Mapping[Level, str]] = {
    Level.NOTICE: "预警",
    Level.YELLOW: "黄牌",
    Level.RED: "红牌",
}
CAUSE_TITLES: Final[Mapping[tuple[Level, Cause], str]] = {
    (Level.NOTICE, Cause.PROMISE): "承诺时限过了预警线",
    (Level.YELLOW, Cause.PROMISE): "办理用时接近承诺时限",
    (Level.RED, Cause.PROMISE): "承诺时限已经用完",
    (Level.YELLOW, Cause.LINK_LIMIT): "环节超过本环节时限",
    (Level.RED, Cause.SECOND_NOTICE): "上次就能发现的问题，第二次才告知",
}
#: What the clock alone decides.
BY_CLOCK: Final = frozenset({Cause.PROMISE, Cause.LINK_LIMIT})


@dataclass(frozen=True)
class Card:
    """A card for `subject`: "case", or the link that took too long.

    `after_minutes` is the working time with which it falls due (0: it is not earned by time). `occasion` tells one from the
    next where the same may happen again: the number of the notice.
    """

    level: Level
    subject: str
    cause: Cause
    after_minutes: int
    occasion: str = ""

    @property
    def reason(self) -> str:
        """Why it is given, in words."""
        return CAUSE_TITLES[self.level, self.cause]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What no case gets twice, whatever the profile's numbers become meanwhile."""
        return self.level.value, self.subject, self.cause.value, self.occasion


@dataclass(frozen=True)
class DueCard:
    """A card and the instant it falls due, if the clock runs on without a pause."""

    at: datetime
    card: Card


@dataclass(frozen=True)
class Stretch:
    """A stretch in which a clock runs while the hall is open; without an `end` it runs on."""

    start: datetime
    end: datetime | None = None


def cards_of(promise: Promise, links: Iterable[str]) -> Iterator[Card]:
    """Yield every card the promise knows, for the case and for those links that have a limit of their own.

    Notice and yellow at their share of the promise, red when it is used up, yellow for every link past its own limit.
    """
    shares = {Level.NOTICE: promise.notice_at, Level.YELLOW: promise.yellow_at, Level.RED: 1.0}
    for level, share in shares.items():
        yield Card(level, CASE, Cause.PROMISE, _share_of(promise.working, share))
    known = frozenset(links)
    for link, limit in promise.link_limits.items():
        if link in known:
            # Exactly the limit is still within it; the next whole minute is past it.
            yield Card(Level.YELLOW, link, Cause.LINK_LIMIT, limit // _MINUTE + 1)


def reached_at(stretches: Iterable[Stretch], minutes: int, hall: HallHours) -> datetime | None:
    """Find the first instant by which a clock has run so many working minutes (1 or more); None if it stops before.

    `stretches` are in order and do not overlap. Time that is used up at closing time is used up then.
    """
    left = minutes
    for each in stretches:
        inside = left
        if each.end is not None:
            inside = hall.working(each.start, max(each.start, each.end)) // _MINUTE
        if inside >= left:
            return hall.add(each.start, left * _MINUTE)
        left -= inside
    return None


def _share_of(working: timedelta, share: float) -> int:
    """Give the first whole minute at which the share is reached; in thousandths, so that 0.7 is exactly 7/10."""
    minutes = working // _MINUTE
    return -(-minutes * round(share * 1000) // 1000)
