"""Which programs may call: their tokens, of which only hashes are stored."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kaiban.ports import NameTakenError, Token
from kaiban.storage.database import Database
from kaiban.storage.schema import tokens

#: When a token was used last is written down so often at most.
USED_AGAIN: Final = timedelta(hours=1)


class Accounts:
    """Tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_token(
        self, name: str, scopes: Iterable[str], at: datetime, expires_at: datetime | None = None
    ) -> str:
        """Make a token and return its secret, this once; raises NameTakenError."""
        secret = _new_secret()
        row = {
            "hash": _hash(secret), "name": name, "scopes": sorted(scopes),
            "created_at": at, "expires_at": expires_at,
        }  # fmt: skip
        with self._unique(name) as connection:
            connection.execute(insert(tokens).values(row))
        return secret

    def find_token(self, secret: str, at: datetime) -> Token | None:
        """What the secret allows at that instant; None if nothing."""
        known, c = _hash(secret), tokens.c
        before = (c.before_hash == known) & (c.before_until > at)
        wanted = select(tokens).where((c.hash == known) | before)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None or (row.expires_at is not None and row.expires_at <= at):
            return None
        return _token(row)

    def used(self, token: Token, at: datetime) -> None:
        """Write down that it is used, unless that was written within the hour."""
        # One that was used later than now was used by a clock that was ahead.
        if token.used_at is not None and at - USED_AGAIN < token.used_at <= at:
            return
        used = update(tokens).where(tokens.c.name == token.name).values(used_at=at)
        with self._database.transaction() as connection:
            connection.execute(used)

    def rotate_token(self, name: str, until: datetime) -> str | None:
        """Give it another secret and return that, this once; the one before opens until then. None if there is no such token.

        Whatever came before that one opens nothing any more.
        """
        secret = _new_secret()
        row = {"before_hash": tokens.c.hash, "before_until": until, "hash": _hash(secret)}
        rotated = update(tokens).where(tokens.c.name == name).values(row)
        with self._database.transaction() as connection:
            found = connection.execute(rotated.returning(tokens.c.name)).first()
        return secret if found else None

    def tokens(self) -> list[Token]:
        """Every token by name."""
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(select(tokens).order_by("name"))]

    def remove_token(self, name: str) -> bool:
        """Let a token be no longer valid; whether there was one."""
        with self._database.transaction() as connection:
            return connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount == 1

    @contextmanager
    def _unique(self, name: str) -> Iterator[Connection]:
        try:
            with self._database.transaction() as connection:
                yield connection
        except IntegrityError as error:
            raise NameTakenError(name) from error


def _new_secret() -> str:
    return "kb_" + secrets.token_urlsafe(32)


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(row.name, frozenset(row.scopes), row.expires_at, row.used_at, row.before_until)
