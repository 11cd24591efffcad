"""Figures: each with numerator, denominator and rule."""

from marshmallow import fields

from kaiban.api.schemas.base import (
    Answer,
    a_day,
    a_number,
    a_text,
    list_of,
    one_of,
)
from kaiban.domain.cases.states import CaseState
from kaiban.domain.statistics.marks import MarkKind


def _percent(description: str = "") -> fields.Float:
    return fields.Float(
        allow_none=True,
        metadata={"description": description or "to two decimals; null of nothing"},
    )


class CountedPeriod(Answer):
    """Which days, which hall, by which clock."""

    first = a_day("the first day counted; of more than a year the last year is")
    last = a_day()
    hall = a_text("empty: every hall")
    clock = a_text("the rule of the clock, in words")


class Interval(Answer):
    """Between which two per cent chance may have put a share (Wilson, 95 %)."""

    low = fields.Float()
    high = fields.Float()


class Figure(Answer):
    """One figure."""

    name = a_text(example="within_promise")
    title = a_text()
    value = fields.Float(allow_none=True, metadata={"description": "null of nothing"})
    unit = one_of(["percent", "minutes", "cases"])
    numerator = a_number("null where it is no count", none=True)
    denominator = a_number()
    interval = fields.Nested(Interval, allow_none=True)
    of = a_text("what the denominator is, in words")
    rule = a_text("what the numerator counts, in words")


class LinkTimes(Answer):
    """How long a link's department had granted cases in hand, working minutes."""

    name = a_text(example="registration")
    title = a_text()
    cases = a_number()
    median = fields.Float(allow_none=True)
    p90 = a_number(none=True)


class HolderMinutes(Answer):
    """Working minutes of granted cases by whose they were; pauses and closed hours stand beside, without a share."""

    name = a_text(example="department:tax")
    minutes = a_number()
    percent = _percent("of the minutes that count; null of a pause and of closed hours")


class Intake(Answer):
    """What came in on these days, by what has become of it by now."""

    status = one_of(CaseState)
    cases = a_number()
    came_in = a_number("the denominator")


class StretchOfTrend(Answer):
    """A week (from Monday) or a month, as far as it lies in the period; of fewer than five cases only how many."""

    first = a_day()
    last = a_day()
    granted = a_number()
    within_promise = a_number(none=True)
    percent = _percent()
    median = fields.Float(allow_none=True)
    p90 = a_number(none=True)


class Statistics(CountedPeriod):
    """The figures of a period."""

    figures = list_of(Figure)
    trend = list_of(StretchOfTrend)
    links = list_of(LinkTimes)
    holders = list_of(HolderMinutes)
    intake = list_of(Intake)


class MarkedCases(Answer):
    """Of how many cases something is said, and how often."""

    by = a_text("the link, `window` or `form`; null: whoever", none=True)
    place = a_text(
        "a place of the form, rows as `*`; null: wherever", example="/premises/detail", none=True
    )
    code = a_text("null: whatever", none=True)
    count = a_number()
    cases = a_number("the numerator")
    ended = a_number("the denominator: ended cases that were looked at")
    percent = _percent()


class KindOfMark(MarkedCases):
    """One of the ways in which a case did not go through at once."""

    kind = one_of(MarkKind)
    title = a_text()
    rule = a_text()


class SendBacks(CountedPeriod):
    """What cases were sent back for, told late, asked beyond the list, and what was typed twice."""

    ended = a_number()
    sent_back = a_number("ended cases of which a department sent a link back")
    unmarked = a_number("ended cases that were not looked at yet")
    kinds = list_of(KindOfMark)
    places = list_of(MarkedCases)
    reasons = list_of(MarkedCases)
    retyped = list_of(MarkedCases)
    re_entered = list_of(MarkedCases)


class HallOfCity(Answer):
    """A hall beside the others, measured against the whole city's mix of cases; of fewer than five cases only how many."""

    name = a_text()
    title = a_text()
    granted = a_number()
    within_promise = a_number()
    percent = _percent()
    standardised = _percent("what it would be with the city's mix of cases; null: cannot be said")
    differs = fields.Boolean(
        metadata={"description": "from all other halls by more than chance explains"}
    )
    typical = a_number("working minutes half of the cases that came in need", none=True)
    typical_is_at_least = fields.Boolean()


class HallComparison(CountedPeriod):
    """Halls beside one another."""

    halls = list_of(HallOfCity)
