"""Appeal against a card; uphold or clear it as somebody else, with a reason. The card itself stays what it was."""

from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Position
from kaiban.domain.supervision.given import CardStep, CardStepKind, GivenCard
from kaiban.orchestrator.alerting import Alerting
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import unprintable
from kaiban.ports.supervision import Cards

#: Characters of a reason.
LONGEST: Final = 1000
_REASON: Final = "请写明理由，不超过 {most} 字。"

NO_CARD = Defect("", "card.none", "没有这张牌。")
CHANGED = Defect("", "card.changed", "刚在别处处理过，请看看现在的情况，再决定怎么做。")
NOT_NOW = Defect("", "card.not_now", "这张牌现在不能这样处理，请看看它的办理记录。")
NO_REASON = Defect("/text", "card.reason", _REASON.format(most=LONGEST))
NOT_YOURS = Defect("", "card.not_yours", "只有责任人和大厅负责人可以申诉。")
A_PARTY = Defect("", "card.party", "责任人和申诉人不能自己复核，请由另一位监督人员维持或者撤牌。")


@dataclass(frozen=True)
class CardDesk:
    """What deciding about cards works with."""

    office: Office
    cards: Cards
    alerting: Alerting


@dataclass(frozen=True)
class CardDeed:
    """What somebody does about a card: which step, why, and which state of it they saw."""

    kind: CardStepKind
    who: Position
    version: str
    text: str


def take_step(desk: CardDesk, no: str, number: int, deed: CardDeed) -> GivenCard | list[Defect]:
    """Take the step, or say what keeps them from it; raises CaseNotFound."""
    with desk.office.cases.transaction() as tx:
        case = tx.get(no)
        card = next((each for each in desk.cards.of_case(no) if each.number == number), None)
        if card is None:
            return [NO_CARD]
        if wrong := _wrong(card, deed):
            return [wrong]
        if unseen := unprintable(desk.office, "/text", deed.text):
            return unseen
        at = case.instant(desk.office.clock.now())
        found = card.after(CardStep(deed.kind, at, deed.who.login, deed.text.strip()))
        desk.cards.save(tx.connection, found)
        _note(case, found, deed)
        desk.alerting.card_step(tx, case, found)
        tx.save(case)
    return found


def _note(case: Case, card: GivenCard, deed: CardDeed) -> None:
    """Without the reason, which may name somebody."""
    facts = {"number": str(card.number), "by": deed.who.login}
    level, at = card.card.level.value, card.steps[-1].at
    case.note(f"card_{deed.kind.value}", at, deed.who.login, link=card.link, code=level, facts=facts)  # fmt: skip


def _wrong(card: GivenCard, deed: CardDeed) -> Defect | None:
    appeals = deed.kind is CardStepKind.APPEALED
    checks = (
        (CHANGED, card.version == deed.version),
        (NOT_NOW, card.may(deed.kind)),
        (NOT_YOURS, not appeals or card.is_for(deed.who)),
        (A_PARTY, appeals or card.may_decide(deed.who)),
        (NO_REASON, 0 < len(deed.text.strip()) <= LONGEST),
    )
    return next((defect for defect, fits in checks if not fits), None)
