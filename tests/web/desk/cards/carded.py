"""A case that was given a card, as the worker gives it."""

from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.hours.cards import CASE, Card, Cause, Level
from kaiban.domain.supervision.given import GivenCard


def give(kaiban, no, level=Level.RED, subject=CASE, cause=Cause.PROMISE):
    """Give the case that card now; what it is."""
    with kaiban.cases.transaction() as tx:
        case = tx.get(no)
        at = case.instant(kaiban.clock.now())
        number = 1 + sum(event.kind == "card" for event in case.events)
        card = Card(level, subject, cause, 300, f"test-{number}")
        given = GivenCard(no, number, case.hall, card, at, at, holder_of(case))
        kaiban.cards.add(tx.connection, given)
        facts = {"number": str(number), "cause": cause.value, "occasion": card.occasion}
        link = "" if subject == CASE else subject
        case.note("card", at, "system", link=link, code=level.value, facts=facts)
        kaiban.alerting.card_given(tx, case, given)
        tx.save(case)
    return given


def take(kaiban, no, person):
    """Let the case be that person's."""
    with kaiban.cases.transaction() as tx:
        case = tx.get(no)
        case.note(
            "taken", kaiban.clock.now(), f"window:{person.login}", facts={"to": person.login}
        )
        tx.save(case)
