"""How long the registrar takes and when each application stands where."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from adapters.hall.hours import BEIJING, Hours

HOURS = Hours(time(9, 0), time(17, 0))

RECEIVED, ACCEPTED, IN_REVIEW, TO_CORRECT = "10", "20", "30", "31"
GRANTED, LICENSED, REFUSED, WITHDRAWN = "40", "50", "90", "91"
STATE_TEXTS = {
    RECEIVED: "已接收",
    ACCEPTED: "已受理",
    IN_REVIEW: "审核中",
    TO_CORRECT: "待补正",
    GRANTED: "准予登记",
    LICENSED: "已发照",
    REFUSED: "不予登记",
    WITHDRAWN: "已撤回",
}
OPEN = frozenset({RECEIVED, ACCEPTED, IN_REVIEW, TO_CORRECT})
PUSHED = frozenset({TO_CORRECT, LICENSED, REFUSED, WITHDRAWN})

Timeline = list[tuple[str, str]]  # (instant, state), in order

_SPANS = {  # median and 95th percentile of each stage
    "intake": (timedelta(minutes=1), timedelta(minutes=3)),
    "review": (timedelta(minutes=60), timedelta(minutes=120)),
    "second review": (timedelta(minutes=20), timedelta(minutes=40)),
    "licence": (timedelta(minutes=3), timedelta(minutes=6)),
}


class Office(Protocol):
    """What a review needs of the stub."""

    hall: Any

    def next_opening(self, now: datetime) -> datetime:
        """Return the first instant from ``now`` on at which it works."""

    def lasting(self, key: str, purpose: str, median: timedelta, p95: timedelta) -> timedelta:
        """Return how long it takes this time."""


def first_review(office: Office, key: str, now: datetime, verdict: str) -> Timeline:
    """Plan an application from its receipt to the verdict (31, 40 or 90)."""
    accepted = now + _span(office, key, "intake")
    begun = office.next_opening(accepted)
    decided = worked(office, begun, _span(office, key, "review"))
    start = [(now, RECEIVED), (accepted, ACCEPTED), (begun, IN_REVIEW)]
    return _stored([*start, *_ending(office, key, decided, verdict)])


def second_review(office: Office, key: str, now: datetime, verdict: str) -> Timeline:
    """Plan what follows a supplement."""
    begun = office.next_opening(now)
    decided = worked(office, begun, _span(office, key, "second review"))
    start = [(now, ACCEPTED), (begun, IN_REVIEW)]
    return _stored([*start, *_ending(office, key, decided, verdict)])


def standing(timeline: Timeline, now: datetime) -> tuple[str, str]:
    """Where it stands now: the instant it got there, and the state."""
    past = [(at, state) for at, state in timeline if datetime.fromisoformat(at) <= now]
    at, state = past[-1] if past else timeline[0]
    return at, state


def worked(office: Office, begun: datetime, span: timedelta) -> datetime:
    """Return when work of that length is done if it rests while the office is closed."""
    while not office.hall.always_open:
        local = begun.astimezone(BEIJING)
        closing = datetime.combine(local.date(), HOURS.closes, BEIJING)
        if begun + span <= closing:
            break
        span -= closing - begun
        begun = office.next_opening(closing)
    return begun + span


def _ending(
    office: Office, key: str, decided: datetime, verdict: str
) -> Iterator[tuple[datetime, str]]:
    yield decided, verdict
    if verdict == GRANTED:
        yield decided + _span(office, key, "licence"), LICENSED


def _span(office: Office, key: str, stage: str) -> timedelta:
    return office.lasting(key, stage, *_SPANS[stage])


def _stored(timeline: list[tuple[datetime, str]]) -> Timeline:
    return [(at.isoformat(), state) for at, state in timeline]
