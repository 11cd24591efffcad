"""The cards of one's hall: those that wait for a decision, one's own, all."""

from functools import partial
from typing import Final

from flask import render_template

from kaiban.domain.hours.cards import Level
from kaiban.domain.roles import Act
from kaiban.domain.supervision.given import CardState
from kaiban.ports.supervision import CardsWanted
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.cards.words import told
from kaiban.web.desk.halls import scope_title
from kaiban.web.desk.views import asked_view, view_chips
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import say
from kaiban.web.routes import Routes
from kaiban.web.service import service

routes = Routes("cards")

SEE = Staff(Act.SEE_CASES)
#: Which of them, as the address says it; the first is the usual one.
SHOWN: Final = {
    "hall": "全部",
    "mine": "我的",
    "red": "红牌",
    "yellow": "黄牌",
    "appealed": "待复核",
}


@routes.page("/desk/cards", SEE)
def show() -> str:
    """Those asked for, the latest first."""
    shown = asked_view(SHOWN)
    hall = the_staff().position.within(Act.SEE_CASES)
    wanted = {
        "hall": CardsWanted(hall),
        "mine": CardsWanted(hall, the_staff().login),
        "red": CardsWanted(hall, level=Level.RED),
        "yellow": CardsWanted(hall, level=Level.YELLOW),
        "appealed": CardsWanted(hall, state=CardState.APPEALED),
    }[shown]
    found = paged(partial(service().card_desk.cards.listed, wanted))
    return render_template(
        "desk/cards/list.html",
        rows=[told(each) for each in found.rows], hall=scope_title(hall),
        chips=view_chips({name: say(title) for name, title in SHOWN.items()}, shown),
        more=found.more, before=found.before,
    )  # fmt: skip
