"""How cards are spoken of on the pages of staff."""

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from kaiban.domain.hours.cards import LEVEL_TITLES, Level
from kaiban.domain.supervision.given import CARD_STATES, CARD_STEPS, CardState, GivenCard
from kaiban.web.desk.halls import hall_title
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.service import office

#: How a state is tagged.
TAGS: Final[Mapping[CardState, str]] = {
    CardState.GIVEN: "work", CardState.APPEALED: "todo", CardState.UPHELD: "hold", CardState.CLEARED: "done",
}  # fmt: skip
#: At which edge of a table a card is seen first.
EDGES: Final[Mapping[Level, str]] = {Level.RED: "red", Level.YELLOW: "yellow", Level.NOTICE: ""}


def told(card: GivenCard) -> dict[str, Any]:
    """What is told of a card on every page of staff."""
    return {
        "no": card.case_no, "number": card.number, "to": url_for("case_cards.show", no=card.case_no),
        "level": say(LEVEL_TITLES[card.card.level]), "plate": card.card.level.value, "edge": EDGES[card.card.level],
        "subject": _subject(card), "cause": say(card.card.reason), "hall": hall_title(card.hall),
        "due": clock(card.due_at), "owner": name_of(card.owner) or say("还没有经办人"),
        "state": say(CARD_STATES[card.state]), "kind": TAGS[card.state],
        "steps": [(clock(each.at), f"{say(CARD_STEPS[each.kind])} ・ {name_of(each.by)}：{each.text}") for each in card.steps],
    }  # fmt: skip


def _subject(card: GivenCard) -> str:
    adapters = office().departments.adapters
    if not card.link:
        return say("整件")
    return say(adapters[card.link].manifest.title) if card.link in adapters else card.link
