"""The chain of holders that made a case as long as it was: each took it up when the one before had done with it.

What had to wait for what is read from the record alone: a leg waited for everything that had ended before it began, and
was set going by the last of these. Legs that ended while another was still running made nothing longer, and stand on no path.
"""

from collections.abc import Sequence

from kaiban.domain.statistics.timeline import Leg, Timeline


def critical_path(timeline: Timeline) -> list[Leg]:
    """The legs that made it as long as it was, in order; what lies between them was the platform's."""
    path: list[Leg] = []
    position, moment = len(timeline.legs), timeline.finished
    while before := ended_before(timeline.legs[:position], moment):
        last = max(before, key=lambda number: (timeline.legs[number].end, number))
        path.insert(0, timeline.legs[last])
        position, moment = last, timeline.legs[last].start
    return path


def ended_before(legs: Sequence[Leg], moment: int) -> list[int]:
    """Which of the legs had ended by that minute, by their places."""
    return [number for number, leg in enumerate(legs) if leg.end <= moment]
