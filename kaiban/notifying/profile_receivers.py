"""Receivers of webhooks that the city's profile names, in place of those that subscribed."""

from collections.abc import Iterable
from datetime import UTC, datetime

from kaiban.domain.messages.notification import Answer
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.domain.supervision.handover import SupervisingDepartment

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class ProfileReceivers:
    """Supervising departments as whoever carries webhooks asks for them (kaiban.ports.Receivers); nobody of them is ever given up."""

    def __init__(self, departments: Iterable[SupervisingDepartment]) -> None:
        self._hooks = {
            each.name: Webhook(each.name, "", each.url, (), (Secret(each.secret),), _EVER)
            for each in departments
        }

    def get(self, webhook_id: str) -> Webhook | None:
        """The one of that name."""
        return self._hooks.get(webhook_id)

    def answered(self, webhook_id: str, answer: Answer, at: datetime) -> None:
        """Each message waits for itself: there is nothing to remember of a receiver."""
