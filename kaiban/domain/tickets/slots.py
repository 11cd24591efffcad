"""Slots: which stretches of a hall's day can be booked, at which windows; a place is (window, seat number)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kaiban.domain.hours.clock import HALL_TIME, HallHours, Shift, Span, midnight
from kaiban.domain.tickets.rules import QueueRules, Window

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """One appointment a window can take in a slot; ``seat`` counts from 1."""

    window: str
    seat: int


@dataclass(frozen=True)
class Slot:
    """A stretch of time that can be booked, with every place in it; both ends UTC."""

    start: datetime
    end: datetime
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Offer:
    """What a hall with these hours and rules offers."""

    hours: HallHours
    rules: QueueRules

    def days(self, now: datetime) -> list[date]:
        """The days that can be booked and on which the hall works, today among them."""
        first = now.astimezone(HALL_TIME).date()
        found = (first + _DAY * n for n in range(self.rules.days_ahead + 1))
        return [day for day in found if next(self._open(day), None) is not None]

    def slots(self, business: str, day: date) -> list[Slot]:
        """Every slot of a day, past ones too, in order; those without a place are left out."""
        spans: dict[Span, list[Place]] = {}
        for window in self.rules.serving(business):
            places = [Place(window.name, seat) for seat in range(1, window.seats + 1)]
            for span in self._cut(window, day):
                spans.setdefault(span, []).extend(places)
        # One seat of each window before a second one of any.
        return [
            Slot(span.start, span.end, tuple(sorted(places, key=lambda place: place.seat)))
            for span, places in sorted(spans.items(), key=lambda each: each[0].start)
            if places
        ]

    def bookable(self, business: str, day: date, now: datetime) -> list[Slot]:
        """Those of the slots that begin late enough."""
        return [slot for slot in self.slots(business, day) if slot.start >= now + self.rules.lead]

    def find(self, business: str, start: datetime) -> Slot | None:
        """The slot that begins then."""
        slots = self.slots(business, start.astimezone(HALL_TIME).date())
        return next((slot for slot in slots if slot.start == start), None)

    def is_provisional(self, day: date) -> bool:
        """Whether a notice of holidays may still change the day."""
        return not self.hours.is_settled(day)

    def _open(self, day: date) -> Iterator[Span]:
        return self.hours.open_spans(midnight(day), midnight(day) + _DAY)

    def _cut(self, window: Window, day: date) -> Iterator[Span]:
        own = [shift.on(day) for shift in window.shifts or (_WHOLE_DAY,)]
        for hall in self._open(day):
            for span in own:
                yield from _pieces(
                    max(hall.start, span.start), min(hall.end, span.end), self.rules.slot
                )


_WHOLE_DAY = Shift(time.min, time.max)


def _pieces(start: datetime, end: datetime, length: timedelta) -> Iterator[Span]:
    """Whole pieces one after the other; what is left at the end is no slot."""
    while start + length <= end:
        yield Span(start.astimezone(UTC), (start + length).astimezone(UTC))
        start += length
