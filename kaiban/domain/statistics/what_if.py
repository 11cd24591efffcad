"""What if: an ended case played again with another pace, from its record.

Everything that is not changed takes as many of the hall's working minutes as it really took: each leg begins when the last of
what had ended before it has ended, after the same delay, and lasts as long. So without a change every case takes what it took.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kaiban.domain.hours.timetable import Timetable
from kaiban.domain.statistics.critical_path import ended_before
from kaiban.domain.statistics.timeline import Leg, Timeline


@dataclass(frozen=True)
class Pace:
    """What is different, by holder: ``takes`` which share of its minutes it takes, ``hours`` when it works in place of the hall's."""

    takes: Mapping[str, Fraction] = field(default_factory=dict)
    hours: Mapping[str, Timetable] = field(default_factory=dict)


def replayed(timeline: Timeline, hours: Timetable, pace: Pace) -> Timeline:
    """The case at that pace; ValueError where it would end after what is laid out of the hours."""
    legs: list[Leg] = []
    for position, leg in enumerate(timeline.legs):
        start = _begins(timeline, legs, timeline.legs[:position], leg.start, hours)
        took = hours.working(leg.start, leg.end) * pace.takes.get(leg.holder, Fraction(1))
        end = pace.hours.get(leg.holder, hours).add(start, -(-took.numerator // took.denominator))
        legs.append(Leg(leg.holder, start, end))
    finished = _begins(timeline, legs, timeline.legs, timeline.finished, hours)
    return replace(timeline, legs=tuple(legs), finished=finished)


def _begins(
    timeline: Timeline, played: list[Leg], recorded: tuple[Leg, ...], moment: int, hours: Timetable
) -> int:
    """When what began at that minute begins now."""
    waited_for = ended_before(recorded, moment)
    was = max((recorded[number].end for number in waited_for), default=timeline.accepted)
    now = max((played[number].end for number in waited_for), default=timeline.accepted)
    return hours.add(now, hours.working(was, moment))
