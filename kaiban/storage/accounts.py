"""Who may call: tokens of programs, passwords of staff. Neither is stored, only its hash."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kaiban.ports import Token
from kaiban.storage.database import Database
from kaiban.storage.schema import tokens, users


class NameTakenError(Exception):
    """There is an account of that name already."""


@dataclass(frozen=True)
class User:
    """A member of staff and where they work."""

    login: str
    role: str
    hall: str


class Accounts:
    """Tokens and users."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hasher = PasswordHasher()
        # Checked when the login is unknown, so that the answer takes as long.
        self._nobody = self._hasher.hash(secrets.token_hex())

    def add_token(
        self, name: str, scopes: Iterable[str], at: datetime, expires_at: datetime | None = None
    ) -> str:
        """Make a token and return its secret, this once; raises NameTakenError."""
        secret = "kb_" + secrets.token_urlsafe(32)
        row = {
            "hash": _hash(secret), "name": name, "scopes": sorted(scopes),
            "created_at": at, "expires_at": expires_at,
        }  # fmt: skip
        with self._unique(name) as connection:
            connection.execute(insert(tokens).values(row))
        return secret

    def find_token(self, secret: str, at: datetime) -> Token | None:
        """What the secret allows at that instant; None if nothing."""
        wanted = select(tokens).where(tokens.c.hash == _hash(secret))
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None or (row.expires_at is not None and row.expires_at <= at):
            return None
        return _token(row)

    def tokens(self) -> list[Token]:
        """Every token by name."""
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(select(tokens).order_by("name"))]

    def remove_token(self, name: str) -> bool:
        """Let a token be no longer valid; whether there was one."""
        with self._database.transaction() as connection:
            return connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount == 1

    def add_user(self, login: str, password: str, role: str, hall: str, at: datetime) -> User:
        """Make an account; raises NameTakenError."""
        hashed = self._hasher.hash(password)
        row = {
            "login": login, "password_hash": hashed, "role": role, "hall": hall, "created_at": at,
        }  # fmt: skip
        with self._unique(login) as connection:
            connection.execute(insert(users).values(row))
        return User(login, role, hall)

    def find_user(self, login: str) -> User | None:
        """The account of that login."""
        row = self._row(login)
        return None if row is None else User(row.login, row.role, row.hall)

    def check_user(self, login: str, password: str) -> User | None:
        """The account, if login and password belong together."""
        row = self._row(login)
        if not self._fits(self._nobody if row is None else row.password_hash, password):
            return None
        return None if row is None else User(row.login, row.role, row.hall)

    def set_password(self, login: str, password: str) -> bool:
        """Change a password; whether there is such an account."""
        hashed = self._hasher.hash(password)
        changed = update(users).where(users.c.login == login).values(password_hash=hashed)
        with self._database.transaction() as connection:
            return connection.execute(changed).rowcount == 1

    def remove_user(self, login: str) -> bool:
        """Close an account; whether there was one."""
        with self._database.transaction() as connection:
            return connection.execute(delete(users).where(users.c.login == login)).rowcount == 1

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False

    def _row(self, login: str) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(select(users).where(users.c.login == login)).first()

    @contextmanager
    def _unique(self, name: str) -> Iterator[Connection]:
        try:
            with self._database.transaction() as connection:
                yield connection
        except IntegrityError as error:
            raise NameTakenError(name) from error


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(row.name, frozenset(row.scopes), row.expires_at)
