"""Cards (红黄牌) given in a period: how many of each level stand, were upheld or cleared, and each of them."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import request, url_for

from kaiban.domain.hours.cards import LEVEL_TITLES, Level
from kaiban.domain.roles import Act
from kaiban.domain.supervision.given import CARD_STATES, CardState
from kaiban.ports.supervision import CardsWanted
from kaiban.web.access.admission import the_staff
from kaiban.web.desk.cards.words import told
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import say
from kaiban.web.routes import Routes
from kaiban.web.service import service
from kaiban.web.watch.scopes import SEE, address, asked, shown

routes = Routes("watch_cards")


@routes.page("/watch/cards", SEE)
def show() -> str:
    """The cards of the days and the hall in the address; of one level in one state where it says so."""
    wrong, scope = asked()
    level, state = _one_of(Level, "level"), _one_of(CardState, "state")
    period = CardsWanted(scope.hall, first=scope.first, last=scope.last)
    cards = service().card_desk.cards
    wanted = replace(period, level=level, state=state)
    found = paged(partial(cards.listed, wanted))
    lines = service().worklist.of_cases({each.case_no for each in found.rows})
    may_open = the_staff().position.may(Act.SEE_CASES)
    return shown(
        "watch/cards.html", scope, wrong,
        chosen=bool(level or state),
        counts=_counts(cards.counts(period), address(scope)),
        rows=[
            {**told(each), **({} if may_open and each.case_no in lines else {"to": ""})}
            for each in found.rows
        ],
        everything=url_for(".show", **address(scope)),
        more=found.more, before=found.before,
    )  # fmt: skip


def _counts(counts: Any, days: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each level: all, and how they stand."""
    return [
        {
            "level": say(LEVEL_TITLES[level]),
            "all": sum(counts.get((level, state), 0) for state in CardState),
            "to": url_for(".show", level=level.value, **days),
            "states": [
                (counts.get((level, state), 0), url_for(".show", level=level.value, state=state.value, **days))
                for state in CARD_STATES
            ],
        }
        for level in reversed(Level)
    ]  # fmt: skip


def _one_of(kind: Any, name: str) -> Any:
    value = request.args.get(name, "")
    return kind(value) if value in list(kind) else None
