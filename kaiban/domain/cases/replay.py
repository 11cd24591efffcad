"""A past case beside the same case played again: where what was said to departments differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import ERRANDS, Exchange


class Turn(NamedTuple):
    """What one errand came to."""

    errand: str
    outcome: str
    code: str

    def __str__(self) -> str:
        return " ".join(filter(None, (ERRANDS[self.errand], self.outcome, self.code)))


@dataclass(frozen=True)
class Course:
    """How one step went: its turns in order, where it stands, the fields of the application.

    ``turns`` and ``fields`` are empty where nothing of it was kept.
    """

    turns: tuple[Turn, ...]
    state: str
    code: str
    fields: frozenset[str]


@dataclass(frozen=True)
class Comparison:
    """One step of one link, then and now."""

    link: str
    step: str
    then: Course
    now: Course

    @property
    def differences(self) -> tuple[str, ...]:
        """What differs, in words; nothing that was not kept then is held against now."""
        return tuple(self._differences())

    def _differences(self) -> Iterator[str]:
        if (self.then.state, self.then.code) != (self.now.state, self.now.code):
            yield f"结果：{_end(self.then)} → {_end(self.now)}"
        if not self.then.turns:
            return
        if self.then.turns != self.now.turns:
            yield f"往来：{_told(self.then.turns)} → {_told(self.now.turns)}"
        for word, names in (
            ("少了字段", self.then.fields - self.now.fields),
            ("多了字段", self.now.fields - self.then.fields),
        ):
            if names:
                yield f"{word}：{'、'.join(sorted(names))}"


def compare(
    then: Case, said_then: Iterable[Exchange], now: Case, said_now: Iterable[Exchange]
) -> list[Comparison]:
    """Every step of the case that is played again beside the step of the past case."""
    old, new = list(said_then), list(said_now)
    return [
        Comparison(
            link.name,
            step.name,
            _course(then, old, link.name, step.name),
            _course(now, new, link.name, step.name),
        )
        for link, step in now.steps()
    ]


def _course(case: Case, said: Sequence[Exchange], link: str, step: str) -> Course:
    mine = [each for each in said if (each.link, each.step) == (link, step)]
    stands = case.link(link).step(step)
    return Course(_turns(mine), stands.state.value, stands.reason_code, _fields(mine))


def _turns(said: Iterable[Exchange]) -> tuple[Turn, ...]:
    turns = (Turn(each.errand, each.outcome, each.code) for each in said if not _is_chance(each))
    return tuple(turn for turn, _ in groupby(turns))


def _is_chance(said: Exchange) -> bool:
    """When a department calls is its own affair, and how often it was asked before it had decided."""
    return said.errand == "callback" or (said.errand, said.outcome) == ("look", "Pending")


def _fields(said: Iterable[Exchange]) -> frozenset[str]:
    first = next((each for each in said if each.errand == "send"), None)
    # Before the application somebody may have signed in, or not: the one that says most is it.
    longest = max(first.messages if first else (), key=lambda one: len(one.asked), default=None)
    return frozenset(longest.asked if longest else ())


def _end(course: Course) -> str:
    return f"{course.state} {course.code}".strip()


def _told(turns: Iterable[Turn]) -> str:
    return "，".join(map(str, turns)) or "无"
