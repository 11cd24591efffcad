"""Subscriptions as rows; addresses and secrets are sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, or_, select, update

from kaiban.domain.messages.notification import Answer, Kind, Verdict
from kaiban.domain.messages.webhook import PATIENCE, REST, Secret, Webhook
from kaiban.storage import codec
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import tokens
from kaiban.storage.schema import webhooks as table

#: Why nothing is sent to it any more.
GONE, FAILING = "gone", "failing"


class SqlWebhooks:
    """Where subscriptions are kept (kaiban.ports.Webhooks)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        with self._database.transaction() as connection:
            row = {"id": webhook.id, "created_at": webhook.created_at, "owner": webhook.owner}
            self._cells.insert(connection, table, {**row, **_changing(webhook)})

    def save(self, webhook: Webhook) -> None:
        """Write what changed of it."""
        with self._database.transaction() as connection:
            self._cells.update(connection, table, (webhook.id,), _changing(webhook))

    def get(self, webhook_id: str) -> Webhook | None:
        """The one of that id."""
        found = self._found(select(table).where(table.c.id == webhook_id))
        return found[0] if found else None

    def listed(self, owner: str | None = None) -> list[Webhook]:
        """Those of an owner, or all, the oldest first."""
        wanted = select(table).order_by(table.c.created_at, table.c.id)
        return self._found(wanted if owner is None else wanted.where(table.c.owner == owner))

    def remove(self, webhook_id: str) -> None:
        """Drop it, and everything that was or would be sent to it."""
        with self._database.transaction() as connection:
            connection.execute(delete(table).where(table.c.id == webhook_id))

    def hearing(
        self, connection: Connection, owner: str, kind: Kind, at: datetime
    ) -> list[Webhook]:
        """Those who hear of that about the owner's cases; their token must be valid at that instant."""
        joined = table.outerjoin(tokens, tokens.c.name == table.c.owner)
        valid = or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > at)
        wanted = select(table, tokens.c.scopes).select_from(joined).where(table.c.disabled == "")
        rows = connection.execute(wanted.where(valid).order_by(table.c.id)).mappings().all()
        found = [self._webhook(row) for row in rows if _may_hear(row, owner)]
        return [each for each in found if each.hears(kind)]

    def answered(self, webhook_id: str, answer: Answer, at: datetime) -> None:
        """Remember how it does: a receiver that fails rests for a while, one that is gone for good is disabled."""
        mine = update(table).where(table.c.id == webhook_id)
        with self._database.transaction() as connection:
            if answer.verdict is Verdict.ACCEPTED:
                well = mine.where(table.c.failing_since.is_not(None))
                connection.execute(well.values(failing_since=None, rest_until=None))
                return
            if answer.verdict is Verdict.GONE:
                connection.execute(mine.values(disabled=GONE))
            since = select(table.c.failing_since).where(table.c.id == webhook_id)
            began = connection.execute(since).scalar() or at
            pause = answer.after or REST
            connection.execute(mine.values(failing_since=began, rest_until=at + max(pause, REST)))
            if at - began > PATIENCE:
                connection.execute(mine.values(disabled=FAILING))

    def _found(self, wanted: Select[Any]) -> list[Webhook]:
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [self._webhook(row) for row in rows]

    def _webhook(self, row: Mapping[str, Any] | RowMapping) -> Webhook:
        known = self._cells.opened(table, row)
        secrets = codec.loads(known["secrets"].decode())
        return Webhook(
            known["id"], known["owner"], known["url"].decode(),
            tuple(known["kinds"]),
            tuple(Secret(value, _instant(until)) for value, until in secrets),
            known["created_at"], known["failing_since"], known["disabled"],
        )  # fmt: skip


def _may_hear(row: Mapping[str, Any] | RowMapping, owner: str) -> bool:
    if not row["owner"]:
        return True
    scopes = row["scopes"] or ()  # none: the token is gone
    return "cases:all" in scopes or ("webhooks" in scopes and row["owner"] == owner)


def _changing(webhook: Webhook) -> dict[str, Any]:
    secrets = [[each.value, each.until and each.until.isoformat()] for each in webhook.secrets]
    return {
        "url": webhook.url.encode(),
        "secrets": codec.dumps(secrets).encode(),
        "kinds": list(map(str, webhook.kinds)),
        "failing_since": webhook.failing_since,
        "rest_until": None,  # whoever sees to it means it to be tried
        "disabled": webhook.disabled,
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
