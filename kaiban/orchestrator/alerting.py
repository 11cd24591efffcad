"""Tell staff by mail, and programs by webhook, of a card and what came of it: in the transaction in which it happened."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.cards import Level
from kaiban.domain.messages.alert import Alert
from kaiban.domain.messages.notification import Channel, Kind, Message
from kaiban.domain.roles import Act
from kaiban.domain.supervision.given import CardStepKind, GivenCard
from kaiban.orchestrator.announcing import payload
from kaiban.ports import Account, StaffAccounts, Transaction, Webhooks
from kaiban.ports.supervision import StaffOutbox

log = structlog.get_logger()

#: Writes a mail, its first line is the subject: of what, about which card and case, to whom, and who answers for it, both by name.
WriteAlert = Callable[[Alert, GivenCard, Case, str, str], str]
_OF_STEP: Final = {
    CardStepKind.APPEALED: Alert.CARD_APPEALED,
    CardStepKind.UPHELD: Alert.CARD_UPHELD,
    CardStepKind.CLEARED: Alert.CARD_CLEARED,
}


@dataclass(frozen=True)
class Alerting:
    """Writes down who is told; ``mails`` is whether the city has a mail server, ``wall`` real time."""

    outbox: StaffOutbox
    accounts: StaffAccounts
    webhooks: Webhooks
    write: WriteAlert
    wall: Callable[[], datetime]
    mails: bool

    def card_given(self, tx: Transaction, case: Case, card: GivenCard) -> None:
        """The responsible person hears of it by name, and every program that asked for cards."""
        self._mail(tx, case, card, Alert.CARD, self.responsible(card))
        seq, event = len(case.events), case.events[-1]
        for hook in self.webhooks.hearing(tx.connection, case.owner, Kind.CARD, self.wall()):
            text = payload(case, seq, event, Kind.CARD)
            message = Message(
                secrets.token_hex(16), case.no, card.number, Alert.CARD, Channel.WEBHOOK, event.at, text,
                webhook=hook.id,
            )  # fmt: skip
            self.outbox.add(tx.connection, message, "", self.wall())

    def card_step(self, tx: Transaction, case: Case, card: GivenCard) -> None:
        """An appeal is told to who may decide it, a decision to who answers for the case."""
        kind = card.steps[-1].kind
        deciding = kind is CardStepKind.APPEALED
        to = self.deciding(card) if deciding else self.responsible(card)
        self._mail(tx, case, card, _OF_STEP[kind], to)

    def responsible(self, card: GivenCard) -> list[Account]:
        """Who is told of a card: who answers for the case; of a red one, or where that is nobody any more, who manages the hall, too."""
        owner = self.accounts.get(card.owner) if card.owner else None
        named = [owner] if owner is not None and owner.open else []
        if named and card.card.level is not Level.RED:
            return named
        managers = (
            each
            for each in self.accounts.listed(card.hall)
            if each.open and each.position.may(Act.ASSIGN, card.hall)
        )
        return named + [each for each in managers if each.login != card.owner]

    def deciding(self, card: GivenCard) -> list[Account]:
        """Who may decide an appeal."""
        everybody = self.accounts.listed()
        return [each for each in everybody if each.open and card.may_decide(each.position)]

    def _mail(
        self, tx: Transaction, case: Case, card: GivenCard, alert: Alert, to: Iterable[Account]
    ) -> None:
        if not self.mails:
            return
        for message, login in self._written(case, card, alert, to):
            self.outbox.add(tx.connection, message, login, self.wall())

    def _written(
        self, case: Case, card: GivenCard, alert: Alert, to: Iterable[Account]
    ) -> Iterator[tuple[Message, str]]:
        owner = self.accounts.get(card.owner) if card.owner else None
        answers = owner.name if owner else ""
        for account in to:
            if account.mail:
                text = self.write(alert, card, case, account.name, answers)
                message = Message(
                    secrets.token_hex(16), case.no, card.number, alert, Channel.MAIL, case.events[-1].at,
                    text, account.mail,
                )  # fmt: skip
                yield message, account.login
            else:
                log.info("no_mail_address", account=account.login, case=case.no)
