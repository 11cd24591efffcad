"""When a case will probably be finished: the plan's longest way, walked many times with past durations.

Working time only: what falls into closed hours ends after the hall opens again. What nobody can
know, how long an applicant will take to correct something, is not in it.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.hours.clock import HallHours

#: Fewer past cases than this say less than the department's promise.
ENOUGH: Final = 10
#: On what a forecast stands where enough is known.
BY_CASES: Final = "按近 {cases} 件同类办件"
_WALKS: Final = 400
_LIKELY, _LATE = 0.5, 0.9


@dataclass(frozen=True)
class Leg:
    """One step still to be done: what it waits for, what it makes known, how long it may take.

    ``past`` are working minutes of the same step in past cases, ``promise`` what the department
    promises for it, ``spent`` what it has already taken.
    """

    link: str
    step: str
    requires: tuple[str, ...]
    provides: tuple[str, ...]
    past: tuple[int, ...]
    promise: int
    spent: int = 0

    @property
    def is_measured(self) -> bool:
        """Whether enough is known of past cases."""
        return len(self.past) >= ENOUGH

    def rest(self) -> Sequence[int]:
        """Every number of minutes it may still take, each as likely as the others.

        One that has taken longer than any before it may take as long again.
        """
        if not self.is_measured:
            return (max(self.promise - self.spent, 1),)
        return [minutes - self.spent for minutes in self.past if minutes > self.spent] or self.past


@dataclass(frozen=True)
class Basis:
    """On what the forecast of a link stands: so many past cases, or (0) the department's promise."""

    link: str
    cases: int

    @property
    def words(self) -> str:
        """The same for people."""
        return BY_CASES.format(cases=self.cases) if self.cases else "按部门承诺"


@dataclass(frozen=True)
class Forecast:
    """Half of such cases end before ``likely``, nine in ten before ``late`` (UTC, whole minutes).

    ``opens_at`` is when the hall opens if it is closed at ``at``. ``provisional``: a year's
    holidays are not known yet.
    """

    at: datetime
    likely: datetime
    late: datetime
    opens_at: datetime | None
    provisional: bool
    basis: tuple[Basis, ...]


def forecast(legs: Sequence[Leg], hall: HallHours, at: datetime) -> Forecast | None:
    """When the legs, in the plan's order, will be walked; None if there are none.

    The same question always gets the same answer.
    """
    if not legs:
        return None
    walk = _walk(legs)
    ends = sorted(walk() for _ in range(_WALKS))
    likely, late = (
        hall.add(at, timedelta(minutes=ends[int(share * _WALKS) - 1]))
        for share in (_LIKELY, _LATE)
    )
    opens_at = None if hall.is_open(at) else hall.next_open(at)
    return Forecast(at, likely, late, opens_at, hall.is_provisional(at, late), _basis(legs))


def _walk(legs: Sequence[Leg]) -> Callable[[], int]:
    """One way to walk all legs, another each time: working minutes until the last has ended."""
    dice = random.Random(0)  # noqa: S311 - guards no secret; the same dice for everybody
    rests = [(leg, leg.rest()) for leg in legs]

    def walk() -> int:
        known: dict[str, int] = {}
        ended: dict[str, int] = defaultdict(int)
        for leg, rest in rests:
            begins = max(ended[leg.link], *(known.get(fact, 0) for fact in leg.requires), 0)
            ended[leg.link] = begins + dice.choice(rest)
            known.update(dict.fromkeys(leg.provides, ended[leg.link]))
        return max(ended.values())

    return walk


def _basis(legs: Iterable[Leg]) -> tuple[Basis, ...]:
    """A link stands on the least that one of its steps stands on."""
    counts: Mapping[str, list[int]] = defaultdict(list)
    for leg in legs:
        counts[leg.link].append(len(leg.past) if leg.is_measured else 0)
    return tuple(Basis(link, min(each)) for link, each in counts.items())
