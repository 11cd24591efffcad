"""Accounts of staff as rows: passwords and recovery codes as hashes, names and authenticators sealed."""

import hashlib
import secrets
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from kaiban.domain.roles import Role
from kaiban.ports import Account, NameTakenError, Place, Unavailable
from kaiban.storage.database import Database, inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import recovery_codes, staff_places, users

#: A hash takes 64 MiB and a tenth of a second of a processor: so many at a time, so many wait for their turn, and who
#: comes then is told to come again. A flood of sign-ins must not keep the threads from pages.
HASHES_AT_ONCE, WAITING = 2, 4
#: So many time steps apart two machines' clocks may be; a code used later than that was used by a wrong clock.
SKEW_STEPS = 10
_PLAIN = ("login", "role", "hall", "one_time_until", "disabled_at", "removed_at", "signed_in_at")


class SqlStaff:
    """Where accounts of staff are kept (kaiban.ports.StaffAccounts).

    ``hasher`` says what a hash costs; one that was made at another price goes on to be right.
    """

    def __init__(self, database: Database, keyring: Keyring, hasher: PasswordHasher) -> None:
        self._database = database
        self._cells = Cells(keyring)
        self._hasher = hasher
        self._line = threading.BoundedSemaphore(HASHES_AT_ONCE + WAITING)
        self._turns = threading.BoundedSemaphore(HASHES_AT_ONCE)
        # Checked when the account is unknown, so that the answer takes as long.
        self._nobody = _fits_nothing(hasher)

    def add(self, account: Account, password: str, at: datetime) -> None:
        """Write a new one with that password; raises NameTakenError."""
        row = {
            **{name: getattr(account, name) for name in _PLAIN},
            "role": account.role.value, "name": account.name.encode(), "window": account.window,
            "password_hash": self._hash(password), "created_at": at, "mail": account.mail.encode() or None,
        }  # fmt: skip
        try:
            with self._database.transaction() as connection:
                self._cells.insert(connection, users, row)
        except IntegrityError as error:
            raise NameTakenError(account.login) from error

    def get(self, login: str) -> Account | None:
        """The account of that name, removed ones too."""
        with self._database.reading() as connection:
            row = (
                connection.execute(select(users).where(users.c.login == login)).mappings().first()
            )
        return None if row is None else self._account(row)

    def listed(self, hall: str = "") -> list[Account]:
        """Those that were not removed, of a hall or all, by name."""
        wanted = select(users).where(users.c.removed_at.is_(None)).order_by(users.c.login)
        if hall:
            wanted = wanted.where(users.c.hall == hall)
        with self._database.reading() as connection:
            return [self._account(row) for row in connection.execute(wanted).mappings()]

    def fits(self, login: str, password: str) -> bool:
        """Whether that is the account's password; takes as long where there is no account."""
        wanted = select(users.c.password_hash).where(users.c.login == login)
        with self._database.reading() as connection:
            found = connection.execute(wanted).scalar()
        return self._verified(found or self._nobody, password) and bool(found)

    def set_password(self, login: str, password: str, one_time_until: datetime | None) -> None:
        """Let it be the password; with an instant, one that must be changed and ends then."""
        self._set(login, password_hash=self._hash(password), one_time_until=one_time_until)

    def set_mail(self, login: str, mail: str) -> None:
        """Let its owner be told there; "" nowhere."""
        self._set(login, mail=mail.encode() or None)

    def disable(self, login: str, at: datetime | None) -> None:
        """Let nobody sign in from then on; None opens it again."""
        self._set(login, disabled_at=at)

    def remove(self, login: str, at: datetime) -> None:
        """Close it for good; the name stays taken."""
        gone = {
            "password_hash": "",
            "name": None,
            "authenticator": None,
            "window": None,
            "mail": None,
        }
        with self._database.transaction() as connection:
            self._update(connection, login, {**gone, "removed_at": at})
            for table in (recovery_codes, staff_places):
                connection.execute(delete(table).where(table.c.login == login))

    def signed_in(self, login: str, at: datetime | None) -> None:
        """Write down that its owner has come in; None: nobody has, with the password it has."""
        self._set(login, signed_in_at=at)

    def authenticator(self, login: str) -> str:
        """The secret its authenticator shares with us; "" without one."""
        with self._database.reading() as connection:
            row = (
                connection.execute(select(users).where(users.c.login == login)).mappings().first()
            )
        found = None if row is None else self._cells.opened(users, row)["authenticator"]
        return "" if found is None else found.decode()

    def enrol(self, login: str, secret: str, codes: Iterable[str]) -> None:
        """Let this be its authenticator, and these its recovery codes, in place of all before; "" is none."""
        with self._database.transaction() as connection:
            sealed = secret.encode() if secret else None
            self._update(connection, login, {"authenticator": sealed, "step": None})
            connection.execute(delete(recovery_codes).where(recovery_codes.c.login == login))
            for code in codes:
                row = {"login": login, "hash": _code_hash(login, code)}
                connection.execute(insert(recovery_codes).values(row))

    def use_step(self, login: str, step: int, now: int) -> bool:
        """Use up the code of that time step; False if it, or a later one, was used before."""
        used = users.c.step
        fresh = or_(used.is_(None), used < step, used > now + SKEW_STEPS)
        taken = update(users).where((users.c.login == login) & fresh).values(step=step)
        with self._database.transaction() as connection:
            return connection.execute(taken).rowcount == 1

    def use_recovery_code(self, login: str, code: str) -> bool:
        """Use it up; whether there was such a code."""
        table = recovery_codes.c
        its = (table.login == login) & (table.hash == _code_hash(login, code))
        with self._database.transaction() as connection:
            return connection.execute(delete(recovery_codes).where(its)).rowcount == 1

    def recovery_codes_left(self, login: str) -> int:
        """How many there are still."""
        counted = select(func.count()).where(recovery_codes.c.login == login)
        with self._database.reading() as connection:
            return int(connection.execute(counted).scalar_one())

    def trust(self, login: str, place: Place, at: datetime) -> None:
        """Remember that its owner signs in from there."""
        with self._database.transaction() as connection:
            for kind, named in self._places(place).items():
                row = {"login": login, "kind": kind, "place": named, "used_at": at}
                new = inserting(connection, staff_places).values(row)
                keys = ["login", "kind", "place"]
                connection.execute(
                    new.on_conflict_do_update(index_elements=keys, set_={"used_at": at})
                )

    def knows(self, login: str, place: Place, since: datetime) -> str:
        """As what it knows the place since then: "device", "address" or ""."""
        table = staff_places.c
        wanted = select(table.kind, table.place).where(
            table.login == login, table.used_at >= since
        )
        with self._database.reading() as connection:
            found = {tuple(row) for row in connection.execute(wanted)}
        there = (kind for kind, named in self._places(place).items() if (kind, named) in found)
        return next(there, "")

    def prune(self, before: datetime) -> int:
        """Forget places nobody came from since then; how many there were."""
        old = delete(staff_places).where(staff_places.c.used_at < before)
        with self._database.transaction() as connection:
            return connection.execute(old).rowcount

    def _places(self, place: Place) -> dict[str, str]:
        """Its names in the table, the surer one first."""
        told = {"device": place.device, "address": place.address}
        blind = self._cells.keyring.blind
        return {
            kind: blind(f"{kind} {text}", "staff_places", "place")
            for kind, text in told.items() if text
        }  # fmt: skip

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise Unavailable("busy")
        try:
            with self._turns:
                yield
        finally:
            self._line.release()

    def _hash(self, password: str) -> str:
        with self._turn():
            return self._hasher.hash(password)

    def _verified(self, hashed: str, password: str) -> bool:
        with self._turn():
            try:
                return self._hasher.verify(hashed, password)
            except (VerifyMismatchError, InvalidHashError):
                return False

    def _set(self, login: str, **changed: Any) -> None:
        with self._database.transaction() as connection:
            self._update(connection, login, changed)

    def _update(self, connection: Connection, login: str, changed: Mapping[str, Any]) -> None:
        self._cells.update(connection, users, (login,), changed)

    def _account(self, row: Mapping[Any, Any]) -> Account:
        opened = self._cells.opened(users, row)
        plain = {name: opened[name] for name in _PLAIN}
        return Account(
            **{**plain, "role": Role(opened["role"])},
            name=(opened["name"] or b"").decode() or opened["login"],
            window=opened["window"] or "",
            enrolled=opened["authenticator"] is not None,
            mail=(opened["mail"] or b"").decode(),
        )


def _fits_nothing(hasher: PasswordHasher) -> str:
    """A hash at the hasher's price that was made from no password: checking one against it takes as long as any."""
    price = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, hashed = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${price}${salt}${hashed}"


def _code_hash(login: str, code: str) -> str:
    # Eighty random bits need no slow hash.
    return hashlib.sha256(f"{login} {code}".encode()).hexdigest()
