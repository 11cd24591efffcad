"""A card as it was given: to whom, and what was said of it since. It only grows: nothing of it is changed or dropped.

Whoever answers for the case may appeal, once; somebody else, who supervises, upholds it or clears it, with a reason. A card
that was cleared stays what it was, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from kaiban.domain.hours.cards import CASE, Card
from kaiban.domain.roles import Act, Position


class CardState(StrEnum):
    """How a card stands; the values are stored."""

    GIVEN = "given"
    APPEALED = "appealed"
    UPHELD = "upheld"
    CLEARED = "cleared"


class CardStepKind(StrEnum):
    """What is done about a card."""

    APPEALED = "appealed"
    UPHELD = "upheld"
    CLEARED = "cleared"


CARD_STATES: Final[Mapping[CardState, str]] = {
    CardState.GIVEN: "有效",
    CardState.APPEALED: "已申诉，待复核",
    CardState.UPHELD: "复核后维持",
    CardState.CLEARED: "已撤牌",
}
CARD_STEPS: Final[Mapping[CardStepKind, str]] = {
    CardStepKind.APPEALED: "申诉",
    CardStepKind.UPHELD: "维持",
    CardStepKind.CLEARED: "撤牌",
}

_S, _K = CardState, CardStepKind
#: From which states each step may be taken. A mistake is cleared whether or not somebody appealed.
FROM: Final[Mapping[CardStepKind, frozenset[CardState]]] = {
    _K.APPEALED: frozenset({_S.GIVEN}),
    _K.UPHELD: frozenset({_S.APPEALED}),
    _K.CLEARED: frozenset({_S.GIVEN, _S.APPEALED, _S.UPHELD}),
}


class WrongCardStepError(Exception):
    """That cannot be done about a card that stands so."""


@dataclass(frozen=True)
class CardStep:
    """What was done about it, by which account, and the reason they gave."""

    kind: CardStepKind
    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class GivenCard:
    """A card of a case; ``number`` counts those of the case from 1.

    ``due_at`` is the instant it fell due, ``given_at`` when it was written down. ``owner`` is the account that answers for
    the case (首问负责); "" as long as nobody of the staff had it in hand: the managers of the hall answer then.
    """

    case_no: str
    number: int
    hall: str
    card: Card
    due_at: datetime
    given_at: datetime
    owner: str
    state: CardState = CardState.GIVEN
    steps: tuple[CardStep, ...] = ()

    @property
    def link(self) -> str:
        """The link it is about; "" for the case as a whole."""
        return "" if self.card.subject == CASE else self.card.subject

    @property
    def version(self) -> str:
        """What tells one state of it from the next."""
        return str(len(self.steps))

    def may(self, kind: CardStepKind) -> bool:
        """Whether that step can be taken now."""
        return self.state in FROM[kind]

    def after(self, step: CardStep) -> "GivenCard":
        """The card with that step taken; raises WrongCardStepError."""
        if not self.may(step.kind):
            raise WrongCardStepError(f"{step.kind} of one that is {self.state}")
        return replace(self, state=CardState(step.kind.value), steps=(*self.steps, step))

    def is_for(self, who: Position) -> bool:
        """Whether it is theirs to appeal against: who answers for it, or whoever answers for the hall."""
        if not who.may(Act.APPEAL_CARDS, self.hall):
            return False
        return self.owner in ("", who.login) or who.may(Act.ASSIGN, self.hall)

    def may_decide(self, who: Position) -> bool:
        """Whether they may uphold or clear it: nobody it was given to, and nobody who appealed."""
        theirs = {self.owner, *(step.by for step in self.steps if step.kind is _K.APPEALED)}
        return who.login not in theirs and who.may(Act.DECIDE_CARDS, self.hall)
