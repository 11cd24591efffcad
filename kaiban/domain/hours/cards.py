"""Supervision cards (红黄牌): which are due after so many working minutes, and when the others will be.

Minutes are working minutes, pauses taken out (`Hours.working_minutes`): what the applicant takes never earns a card.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kaiban.domain.hours.clock import HallHours, Promise

CASE: Final = "case"


class Level(StrEnum):
    """How serious a card is."""

    NOTICE = "notice"
    YELLOW = "yellow"
    RED = "red"


class Cause(StrEnum):
    """Why a card is given."""

    PROMISE = "promise"
    LINK_LIMIT = "link_limit"


LEVEL_TITLES: Final[Mapping[Level, str]] = {
    Level.NOTICE: "预警",
    Level.YELLOW: "黄牌",
    Level.RED: "红牌",
}


@dataclass(frozen=True)
class Clearance:
    """Who took a card back and why."""

    by: str
    reason: str


@dataclass(frozen=True)
class Card:
    """A card for `subject`: "case", or the link that took too long. Never changed or deleted.

    `after_minutes` is the working time with which it falls due, so the same card is equal whenever it is worked out
    and can be kept once.
    """

    level: Level
    subject: str
    cause: Cause
    after_minutes: int
    clearance: Clearance | None = None

    def cleared(self, by: str, reason: str) -> "Card":
        """Return the card with its clearance (撤牌); ValueError without who and why, or for a second one."""
        if self.clearance is not None:
            raise ValueError("the card is already cleared")
        if not by.strip() or not reason.strip():
            raise ValueError("a clearance needs who and why")
        return replace(self, clearance=Clearance(by, reason))


@dataclass(frozen=True)
class DueCard:
    """A card and the instant it falls due, if the clock runs on without a pause."""

    at: datetime
    card: Card


def due_cards(elapsed: int, links: Mapping[str, int], promise: Promise) -> list[Card]:
    """List the cards earned by a case after `elapsed` working minutes, `links` giving those of each link.

    Notice and yellow at their share of the promise, red when it is used up, yellow for every link past its own limit.
    """
    return [card for card, left in _standing(elapsed, links, promise) if left <= 0]


def coming_cards(
    at: datetime, elapsed: int, links: Mapping[str, int], promise: Promise, hall: HallHours
) -> list[DueCard]:
    """List the cards still to come, soonest first, if the clocks run on from `at`; `links` are those running now."""
    coming = [
        DueCard(hall.add(at, timedelta(minutes=left)), card)
        for card, left in _standing(elapsed, links, promise)
        if left > 0
    ]
    return sorted(coming, key=lambda due: due.at)


def _standing(
    elapsed: int, links: Mapping[str, int], promise: Promise
) -> Iterator[tuple[Card, int]]:
    """Every card the promise knows, with the working minutes left until it falls due."""
    shares = {Level.NOTICE: promise.notice_at, Level.YELLOW: promise.yellow_at, Level.RED: 1.0}
    for level, share in shares.items():
        after = _share_of(promise.working, share)
        yield Card(level, CASE, Cause.PROMISE, after), after - elapsed
    for link, limit in promise.link_limits.items():
        if link in links:
            # Exactly the limit is still within it; the next whole minute is past it.
            after = limit // timedelta(minutes=1) + 1
            yield Card(Level.YELLOW, link, Cause.LINK_LIMIT, after), after - links[link]


def _share_of(working: timedelta, share: float) -> int:
    """Give the first whole minute at which the share is reached; in thousandths, so that 0.7 is exactly 7/10."""
    minutes = working // timedelta(minutes=1)
    return -(-minutes * round(share * 1000) // 1000)
