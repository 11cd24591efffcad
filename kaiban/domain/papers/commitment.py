"""Commitments (告知承诺): an applicant declares that a condition is met; nobody waits for a paper, the window checks afterwards.

The authority says in writing what is required and what follows; whoever does not commit goes the ordinary way, so none is
ever demanded. What is false is put right by order, then revoked (北京市优化营商环境条例 (2024) art. 33, 上海市优化营商环境条例 art. 27).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from kaiban.domain.cases.event import Event
from kaiban.domain.papers.obligation import Lapse
from kaiban.domain.pointer import value_at

#: What a commitment's name stands behind where materials are kept: no material is called so.
PREFIX: Final = "commitment-"

FALSE_FOLLOWS: Final[Mapping[Lapse, str]] = {
    Lapse.NOTICE: "核查不实的，发一次性告知书责令改正",
    Lapse.WITHDRAW: "核查不实的，相关环节视为撤回",
    Lapse.WINDOW: "核查不实的，由窗口联系您处理",
}


@dataclass(frozen=True)
class Commitment:
    """What a city lets applicants declare instead of proving it.

    It is offered where one of ``departments`` (link names) is chosen and the form says all of ``when`` (dotted path: value).
    ``version`` names the words in ``text``; those before are in ``earlier``. It is checked within ``working_days`` of the hall;
    ``follows`` is what a false one has as its consequence.
    """

    name: str
    title: str
    version: str
    text: str
    departments: tuple[str, ...]
    working_days: int
    follows: Lapse = Lapse.WINDOW
    when: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is kept under, beside materials."""
        return PREFIX + self.name

    def applies(self, form: Mapping[str, Any], links: Collection[str]) -> bool:
        """Whether it is offered for that form, as far as it is filled in, and those links."""
        concerned = not set(links).isdisjoint(self.departments)
        return concerned and all(
            value_at(form, path) == value for path, value in self.when.items()
        )

    def words(self, version: str) -> str:
        """What was declared under that version; "" if the profile has lost it."""
        return {**self.earlier, self.version: self.text}.get(version, "")


class Check(StrEnum):
    """What the window found; the event of that kind says it."""

    TRUE = "commitment_true"
    FALSE = "commitment_false"


CHECKS: Final[Mapping[Check, str]] = {Check.TRUE: "核查属实", Check.FALSE: "核查不实"}
#: The event with which a commitment becomes the case's.
GIVEN: Final = "committed"


@dataclass(frozen=True)
class Given:
    """A commitment of a case as its events tell it: the words as they were read, checked by ``due``; ``check`` None: not yet.

    ``reason`` is what the window wrote, ``follows`` what a false one has as its consequence.
    """

    key: str
    title: str
    version: str
    words: str
    at: datetime
    due: date
    follows: Lapse
    check: Check | None = None
    checked_at: datetime | None = None
    reason: str = ""

    @property
    def state(self) -> str:
        """Its title for people."""
        return CHECKS[self.check] if self.check else "待核查"

    def told(self, instant: Callable[[datetime | None], str | None]) -> dict[str, Any]:
        """What was declared, word for word, and whether it was found true, for JSON; ``check`` None: not checked yet.

        ``instant`` writes an instant. ``reason`` and ``follows`` are left out: they are between the window and the applicant.
        """
        return {
            "key": self.key,
            "title": self.title,
            "version": self.version,
            "words": self.words,
            "given_at": instant(self.at),
            "due": self.due.isoformat(),
            "check": self.check and self.check.value.removeprefix("commitment_"),
            "checked_at": instant(self.checked_at),
        }


def given(events: Sequence[Event]) -> list[Given]:
    """Every commitment of a case, in the order they were given."""
    found: dict[str, Given] = {}
    for event in events:
        if event.kind == GIVEN:
            found[event.code] = _given(event)
        elif event.kind in list(Check) and event.code in found:
            found[event.code] = replace(
                found[event.code], check=Check(event.kind), checked_at=event.at, reason=event.text
            )
    return list(found.values())


def _given(event: Event) -> Given:
    told = event.facts
    return Given(
        event.code, event.text, told["commitment"], told["words"], event.at,
        date.fromisoformat(told["due"]), Lapse(told["follows"]),
    )  # fmt: skip
