"""Give cards (红黄牌) at their minute, to who answers for the case, and have them told at once.

The next instant of each case is a row, so nothing is asked of cases that are in time. A card is written in the transaction in
which the case is locked: two workers give none twice, and one that is killed leaves none half given.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.hours.cards import CASE, DueCard
from kaiban.domain.supervision.due import due_of, given_from, not_given
from kaiban.domain.supervision.given import GivenCard
from kaiban.orchestrator.alerting import Alerting
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction
from kaiban.ports.supervision import Cards

log = structlog.get_logger()

#: So many cases are looked up at a time.
MOST: Final = 100
#: A card that is written down later than that is none to hurry for: cases from before there were cards.
FRESH: Final = timedelta(days=1)


@dataclass
class CardGiving:
    """Gives what is due, a case a turn; ``shuffle`` keeps two workers from one another's cases."""

    office: Office
    cards: Cards
    alerting: Alerting
    shuffle: Callable[[list[str]], None] = random.shuffle
    _due: list[str] = field(default_factory=list)

    def turn(self) -> bool:
        """Give one case what it is due; whether there was one."""
        if not self._due:
            self._due = self.cards.due(self.office.clock.now(), MOST)
            self.shuffle(self._due)
        if not self._due:
            return False
        # Taken off first: one that cannot be given keeps no other waiting.
        self.give(self._due.pop())
        return True

    def give(self, no: str) -> int:
        """Give the case every card that is due by now, each once; how many there were."""
        now = self.office.clock.now()
        with self.office.cases.transaction() as tx:
            case = tx.get(no)
            open_cards = not_given(case, due_of(case, self.office.city))
            due = [each for each in open_cards if given_from(case, each) <= now]
            for each in due:
                self._give(tx, case, each, now)
            tx.save(case)
            if not due:
                # Somebody was quicker, or the release before this one has written the line.
                coming = (given_from(case, each) for each in open_cards)
                self.cards.schedule(tx.connection, no, min(coming, default=None))
        return len(due)

    def _give(self, tx: Transaction, case: Case, due: DueCard, now: datetime) -> None:
        card, at = due.card, case.instant(now)
        number = 1 + sum(event.kind == "card" for event in case.events)
        given = GivenCard(case.no, number, case.hall, card, due.at, at, holder_of(case))
        self.cards.add(tx.connection, given)
        facts = {
            "number": str(number), "cause": card.cause.value, "occasion": card.occasion,
            "due": due.at.isoformat(), "after_minutes": str(card.after_minutes), "owner": given.owner,
        }  # fmt: skip
        link = "" if card.subject == CASE else card.subject
        case.note("card", at, "system", link=link, code=card.level.value, facts=facts)
        if now - due.at < FRESH:
            self.alerting.card_given(tx, case, given)
        log.info("card_given", case=case.no, level=card.level.value, cause=card.cause.value)
