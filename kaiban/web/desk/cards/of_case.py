"""The cards of one case: what each is for, an appeal by who answers for it, a decision by somebody else."""

from typing import Any, Final

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.roles import Act
from kaiban.domain.supervision.given import CARD_STATES, CARD_STEPS, CardStepKind, GivenCard
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.supervisor.cards import CHANGED, CardDeed, take_step
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.cards.listing import SEE
from kaiban.web.desk.cards.words import told
from kaiban.web.presentation.texts import say
from kaiban.web.responses import kept
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, Routes
from kaiban.web.service import service

routes = Routes("case_cards")

#: What a decision may be.
DECISIONS: Final = (CardStepKind.UPHELD, CardStepKind.CLEARED)


@routes.page("/desk/cases/<no>/cards", SEE)
def show() -> str:
    """Every card of the case, the latest first, with what may be done about it."""
    case, typed = the_case(), kept.typed()
    wrong = [(pointer, say(text)) for pointer, text in kept.told("wrong", [])]
    number, do = typed.get("number", ""), typed.get("do", "")
    return render_template(
        "desk/cards/of_case.html",
        case=case, company=company(case), typed=typed, at=number, do=do,
        rows=[_row(each) for each in reversed(service().card_desk.cards.of_case(case.no))],
        errors=[(f"#text-{number}" if pointer else "", text) for pointer, text in wrong],
        wrong=next((text for pointer, text in wrong if pointer), ""),
    )  # fmt: skip


@routes.page(
    "/desk/cases/<no>/cards/<number>/appeal", Staff(Act.APPEAL_CARDS), "POST", writes=CHANGES
)
def appeal(number: str) -> Any:
    """Say why it should not stand."""
    return _done(number, CardStepKind.APPEALED)


@routes.page(
    "/desk/cases/<no>/cards/<number>/decision", Staff(Act.DECIDE_CARDS), "POST", writes=CHANGES
)
def decide(number: str) -> Any:
    """Uphold or clear it."""
    do = request.form.get("do", "")
    if do not in DECISIONS:
        abort(400)
    return _done(number, CardStepKind(do))


def _done(number: str, kind: CardStepKind) -> Any:
    case, who = the_case(), the_staff().position
    card = _found(number)
    deed = CardDeed(kind, who, seen(), request.form.get("text", ""))
    outcome = take_step(service().card_desk, case.no, card.number, deed)
    to = url_for(".show", no=case.no)
    if isinstance(outcome, GivenCard):
        return redirect(to, 303)
    if CHANGED in outcome:
        raise _stale(_found(number), deed)
    return kept.again(show, to=to, wrong=to_keep(outcome))


def _found(number: str) -> GivenCard:
    known = service().card_desk.cards.of_case(the_case().no)
    return next((each for each in known if str(each.number) == number), None) or abort(404)


def _row(card: GivenCard) -> dict[str, Any]:
    who = the_staff().position
    decides = card.may_decide(who)
    return {
        **told(card), "version": card.version,
        "appeals": card.may(CardStepKind.APPEALED) and card.is_for(who),
        "decisions": [kind.value for kind in DECISIONS if decides and card.may(kind)],
    }  # fmt: skip


def _stale(now: GivenCard, deed: CardDeed) -> Stale:
    last = now.steps[-1].text if now.steps else ""
    rows = [
        (say("红黄牌"), say(CARD_STEPS[deed.kind]), say(CARD_STATES[now.state])),
        (say("理由"), deed.text, last),
    ]
    return Stale(rows, url_for(".show", no=now.case_no))
