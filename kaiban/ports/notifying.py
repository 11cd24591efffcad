"""Telling people and programs: one outbox, and who carries a message on."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.messages.notification import Answer, Channel, Delivery, Kind, Message
from kaiban.domain.messages.webhook import Webhook

#: Writes down whom to tell, in the transaction (its connection) in which those events, from that place on, happened.
Announce = Callable[[Any, Case, int, Sequence[Event]], None]


class Carrier(Protocol):
    """Carries messages of one channel on."""

    def deliver(self, message: Message) -> Answer:
        """Try once; whatever goes wrong is an answer."""


class MessageQueue(Protocol):
    """Messages to be sent, one after the other."""

    def take(self, channel: Channel, at: datetime, lease: timedelta) -> Message | None:
        """The oldest that is due, ours for that long; whoever does not come back loses it to the next."""

    def settle(self, message: Message, answer: Answer, due: datetime | None, spent: int) -> None:
        """Write down what came of a try, and when the next is due (None: it is over).

        That it was accepted holds, whoever has it in hand by now.
        """


class Outbox(MessageQueue, Protocol):
    """Messages to be sent; a message exists exactly when the transaction that caused it committed."""

    def add(self, connection: Any, message: Message, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""

    def of_webhook(self, webhook: str, limit: int) -> list[Message]:
        """What a program was told, the latest first."""

    def deliveries(self, message_id: str) -> list[Delivery]:
        """Every try of a message, in order."""

    def replay(self, webhook: str, ids: Sequence[str], at: datetime) -> int:
        """Send these again (none named: all that failed) under their ids; how many."""

    def forget(self, before: datetime) -> int:
        """Drop what programs were told before then and is over; how many there were."""


class Receivers(Protocol):
    """Who is told by webhook."""

    def get(self, webhook_id: str) -> Webhook | None:
        """The one of that id."""

    def answered(self, webhook_id: str, answer: Answer, at: datetime) -> None:
        """Remember how it does: a receiver that fails rests for a while, one that is gone for good is disabled."""


class Webhooks(Receivers, Protocol):
    """Where subscriptions are kept."""

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""

    def save(self, webhook: Webhook) -> None:
        """Write what changed of it."""

    def listed(self, owner: str | None = None) -> list[Webhook]:
        """Those of an owner, or all, the oldest first."""

    def remove(self, webhook_id: str) -> None:
        """Drop it, and everything that was or would be sent to it."""

    def hearing(self, connection: Any, owner: str, kind: Kind, at: datetime) -> list[Webhook]:
        """Those who hear of that about the owner's cases; their token must be valid at that instant."""
