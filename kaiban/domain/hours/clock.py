"""Hall hours: how much working time lies between two instants.

Instants are aware datetimes; results that are instants come back in UTC. Everything is counted in whole minutes:
both ends are floored to their minute before counting, so whoever holds the printed events (hh:mm) gets the same
figure. The functions never ask what time it is.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from operator import attrgetter
from typing import Final, Protocol

from chinese_calendar.constants import holidays, workdays

from kaiban.domain.hours.holidays import is_holiday_by_law

# A fixed offset, not ZoneInfo("Asia/Shanghai"): tzdata puts China on summer time in 1986-1991 (and in the 1940s),
# so the zone would move the opening hours of those days by an hour. Hall clocks show UTC+8.
HALL_TIME: Final = timezone(timedelta(hours=8), "UTC+8")
# `time` cannot say 24:00; a shift that runs to midnight closes at this value and counts its last minute in full.
END_OF_DAY: Final = time.max

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_DECEMBER: Final = 12
# Holidays last days: a hall that stays shut for a year has a wrong calendar, and a search in it must end.
_LONGEST_CLOSURE_DAYS: Final = 366


class WorkingDays(Protocol):
    """Says which days a hall works."""

    def is_working(self, day: date, /) -> bool:
        """Whether the hall works on this day, by rule of thumb when the year is not known."""

    def is_known(self, year: int, /) -> bool:
        """Whether the year's holidays have been announced and loaded."""


class StateCouncilDays:
    """Working days by the yearly State Council notice (国务院办公厅关于节假日安排的通知), make-up days included.

    `overrides` wins over the published table: a local closure, or a new year's days before the library has them.
    A new year counts as known only when `loaded_years` names it, because one local override does not make a calendar.
    In a year without a notice the days the law fixes are holidays (`is_holiday_by_law`), the others follow Monday to Friday:
    what is made up for, and when, is decided by the notice. So such a year stays provisional, and with it the December
    before, of which a notice moves the last days (`HallHours.is_settled`).
    """

    def __init__(
        self, overrides: Mapping[date, bool] | None = None, loaded_years: Collection[int] = ()
    ) -> None:
        # The library's own is_workday raises for unknown years and scans its tables on every call.
        self._announced: dict[date, bool] = {
            **dict.fromkeys(holidays, False),
            **dict.fromkeys(workdays, True),
            **(overrides or {}),
        }
        self._noticed = frozenset(day.year for day in holidays)
        self._known = self._noticed | frozenset(loaded_years)

    def is_working(self, day: date) -> bool:
        if day in self._announced:
            return self._announced[day]
        by_law = day.year not in self._noticed and is_holiday_by_law(day)
        return day.isoweekday() <= 5 and not by_law  # noqa: PLR2004  ISO day 5 is Friday

    def is_known(self, year: int) -> bool:
        return year in self._known


class EveryDay:
    """The calendar of a hall that never rests: every day works, every year is known."""

    def is_working(self, _day: date) -> bool:
        return True

    def is_known(self, _year: int) -> bool:
        return True


@dataclass(frozen=True)
class Span:
    """A stretch of time from `start` up to, not including, `end`; both UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Shift:
    """One opening of the hall within a day, in hall time and whole minutes; `closes=END_OF_DAY` means 24:00."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not all(_is_hall_minute(moment) for moment in (self.opens, self.closes)):
            raise ValueError(f"a shift is given in whole minutes of hall time: {self}")
        if self.opens >= self.closes:
            raise ValueError(f"a shift opens before it closes, on one day: {self}")

    @classmethod
    def read(cls, text: str) -> "Shift":
        """The shift a profile writes as ``09:00-12:00``; ``24:00`` closes at the end of the day."""
        opens, closes = text.split("-")
        end = END_OF_DAY if closes == "24:00" else time.fromisoformat(closes)
        return cls(time.fromisoformat(opens), end)

    def __str__(self) -> str:
        closes = "24:00" if self.closes == END_OF_DAY else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"

    def on(self, day: date) -> Span:
        opens = datetime.combine(day, self.opens, HALL_TIME)
        if self.closes == END_OF_DAY:
            closes = midnight(day) + _DAY
        else:
            closes = datetime.combine(day, self.closes, HALL_TIME)
        return Span(opens.astimezone(UTC), closes.astimezone(UTC))


@dataclass(frozen=True)
class Season:
    """The hours in force from a date until the next season's date.

    `by_weekday` (ISO numbers, Monday 1 to Sunday 7) replaces `shifts` on that weekday; an empty tuple keeps the hall
    shut. It does not open a hall on a day off: working days decide first, so an entry for 6 serves make-up Saturdays.
    """

    since: date
    shifts: tuple[Shift, ...]
    by_weekday: Mapping[int, tuple[Shift, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError(f"the season since {self.since} has no shifts")
        if not set(self.by_weekday) <= set(range(1, 8)):
            raise ValueError(f"weekdays are 1 (Monday) to 7: {sorted(self.by_weekday)}")
        for shifts in (self.shifts, *self.by_weekday.values()):
            _check_order(shifts, f"since {self.since}")


@dataclass(frozen=True)
class HallHours:
    """When a hall is open: its seasons in order of date, and its working days.

    The first season also covers the days before it. Where two instants are asked for, `start` may not lie after `end`
    (ValueError, as for datetimes without a zone); equal ends are an empty stretch. `own` are single days with hours of
    their own, whatever season and working days say: a half day (半天), or () for a day the hall is shut.
    """

    seasons: tuple[Season, ...]
    days: WorkingDays
    own: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day, shifts in self.own.items():
            _check_order(shifts, f"on {day}")
        if not self.seasons:
            raise ValueError("a hall needs at least one season of hours")
        if any(earlier.since >= later.since for earlier, later in pairwise(self.seasons)):
            raise ValueError("seasons must be in order of their dates, one a date")

    def working(self, start: datetime, end: datetime) -> timedelta:
        """Open time between the two, in whole minutes."""
        return sum((span.length for span in self.open_spans(start, end)), timedelta())

    def open_spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield the open stretches between the two, in order, cut at both ends."""
        first, last = whole_minutes(start, end)
        day, last_day = _hall_day(first), _hall_day(last)
        while day <= last_day:
            for span in self._spans_on(day):
                opens, closes = max(span.start, first), min(span.end, last)
                if opens < closes:
                    yield Span(opens, closes)
            day += _DAY

    def is_open(self, at: datetime) -> bool:
        moment = floor_minute(at)
        return any(span.start <= moment < span.end for span in self._spans_on(_hall_day(moment)))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while the hall is open, otherwise when it opens next.

        Raises ValueError if the hall stays shut for a year.
        """
        return max(at.astimezone(UTC), next(self._spans_after(floor_minute(at))).start)

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Find the first instant by which that much working time has passed since `start`.

        `working` is a whole number of minutes, not negative (ValueError). Time that is used up at closing time ends
        at closing time, not at the next opening. Raises ValueError if the hall stays shut for a year.
        """
        if working < timedelta() or working % _MINUTE:
            raise ValueError(f"working time is a whole number of minutes, 0 or more: {working}")
        moment, left = floor_minute(start), working
        spans = self._spans_after(moment)
        while left:
            span = next(spans)
            used = min(left, span.length)
            moment, left = span.start + used, left - used
        return moment

    def working_day_after(self, at: datetime, count: int) -> date:
        """The last of so many working days after an instant: its own day is not counted, days off neither.

        Raises ValueError if the hall stays shut for a year.
        """
        day, closed_days = _hall_day(at), 0
        while count:
            day += _DAY
            works = self.works_on(day)
            closed_days = 0 if works else closed_days + 1
            if closed_days > _LONGEST_CLOSURE_DAYS:
                raise ValueError(f"the hall stays shut for a year before {day}")
            count -= works
        return day

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Whether the stretch touches a day that is not settled yet, so that its figure may still move."""
        first, last = whole_minutes(start, end)
        day, last_day = _hall_day(first), _hall_day(max(first, last - _MINUTE))
        while day <= last_day:
            if not self.is_settled(day):
                return True
            day += _DAY
        return False

    def is_settled(self, day: date) -> bool:
        """Whether no notice can still change that day: the one of its year is known, in December that of the next, too.

        A notice gives the turn of the year its days off and what is worked for them, on both sides of it.
        """
        if day in self.own:
            return True
        nobody_else = day.month < _DECEMBER or self.days.is_known(day.year + 1)
        return nobody_else and self.days.is_known(day.year)

    def hall_day(self, on: date) -> timedelta:
        """Tell what one working day (工作日) is worth in hours in that season, weekday exceptions aside."""
        return sum((shift.on(on).length for shift in self._season(on).shifts), timedelta())

    def _season(self, day: date) -> Season:
        position = bisect_right(self.seasons, day, key=attrgetter("since"))
        return self.seasons[max(position - 1, 0)]

    def works_on(self, day: date) -> bool:
        """Whether that is a working day of the hall; one on which its season keeps it shut counts as well."""
        return bool(self.own[day]) if day in self.own else self.days.is_working(day)

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The openings of that day, in order; none if the hall is shut."""
        if day in self.own:
            return self.own[day]
        if not self.days.is_working(day):
            return ()
        season = self._season(day)
        return season.by_weekday.get(day.isoweekday(), season.shifts)

    def _spans_on(self, day: date) -> Sequence[Span]:
        return [shift.on(day) for shift in self.shifts_on(day)]

    def _spans_after(self, moment: datetime) -> Iterator[Span]:
        day, closed_days = _hall_day(moment), 0
        while closed_days <= _LONGEST_CLOSURE_DAYS:
            spans = self._spans_on(day)
            closed_days = 0 if spans else closed_days + 1
            for span in spans:
                if moment < span.end:
                    yield Span(max(span.start, moment), span.end)
            day += _DAY
        raise ValueError(f"the hall stays shut for a year before {day}")


@dataclass(frozen=True)
class Promise:
    """What the city promises (承诺时限) and where its cards fall due.

    `working` and the limits of links are hall time in whole minutes: 5 hours, or a number of hall days
    (`HallHours.hall_day`). `notice_at` and `yellow_at` are shares of `working`, 0 < notice < yellow < 1, kept to
    a thousandth. `title` is what the applicant reads.
    """

    name: str
    title: str
    working: timedelta
    notice_at: float = 0.7
    yellow_at: float = 0.9
    link_limits: Mapping[str, timedelta] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for limit in (self.working, *self.link_limits.values()):
            if limit <= timedelta() or limit % _MINUTE:
                raise ValueError(f"promise {self.name}: {limit} is not a number of whole minutes")
        if not 0 < self.notice_at < self.yellow_at < 1:
            raise ValueError(f"promise {self.name}: 0 < notice_at < yellow_at < 1 is required")


def floor_minute(at: datetime) -> datetime:
    """Return the beginning of the minute, in UTC; ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def whole_minutes(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Both instants floored to the minute; ValueError when the first then lies after the second."""
    first, last = floor_minute(start), floor_minute(end)
    if first > last:
        raise ValueError(f"the stretch ends before it starts: {first} to {last}")
    return first, last


def midnight(day: date) -> datetime:
    """The instant a day of the hall begins."""
    return datetime.combine(day, time.min, HALL_TIME)


def _check_order(shifts: Sequence[Shift], when: str) -> None:
    if any(earlier.closes > later.opens for earlier, later in pairwise(shifts)):
        raise ValueError(f"shifts overlap or are out of order {when}")


def _hall_day(at: datetime) -> date:
    return at.astimezone(HALL_TIME).date()


def _is_hall_minute(moment: time) -> bool:
    is_unmasked = not (moment.second or moment.microsecond)
    return moment.tzinfo is None and (is_unmasked or moment == END_OF_DAY)
