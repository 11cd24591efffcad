"""Accounts of staff and what proves who somebody is. Instants are of real time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kaiban.domain.roles import Position, Role
from kaiban.ports.callers.access import Session


class NameTakenError(Exception):
    """There is an account of that name already, or there was one: names are never given twice."""


@dataclass(frozen=True)
class Account:
    """An account of somebody who works here.

    ``window`` is the window they sit at, "" for none. ``one_time_until``: the password was given by somebody else,
    must be changed, and is of no use from then on; None for a password of their own. ``enrolled``: whether an
    authenticator belongs to it. ``mail`` is where its owner is told of cards and tasks, "" for nowhere.
    """

    login: str
    name: str
    role: Role
    hall: str
    window: str = ""
    enrolled: bool = False
    one_time_until: datetime | None = None
    disabled_at: datetime | None = None
    removed_at: datetime | None = None
    signed_in_at: datetime | None = None
    mail: str = ""

    @property
    def position(self) -> Position:
        """What decides what it may do."""
        return Position(self.login, self.role, self.hall)

    @property
    def open(self) -> bool:
        """Whether somebody may sign in with it."""
        return self.disabled_at is None and self.removed_at is None


@dataclass(frozen=True)
class Place:
    """From where somebody signs in: the browser, by a random id it keeps, and the network address."""

    device: str
    address: str


class StaffAccounts(Protocol):
    """Where accounts of staff are kept."""

    def add(self, account: Account, password: str, at: datetime) -> None:
        """Write a new one with that password; raises NameTakenError."""

    def get(self, login: str) -> Account | None:
        """The account of that name, removed ones too."""

    def listed(self, hall: str = "") -> list[Account]:
        """Those that were not removed, of a hall or all, by name."""

    def fits(self, login: str, password: str) -> bool:
        """Whether that is the account's password; takes as long where there is no account."""

    def set_password(self, login: str, password: str, one_time_until: datetime | None) -> None:
        """Let it be the password; with an instant, one that must be changed and ends then."""

    def set_mail(self, login: str, mail: str) -> None:
        """Let its owner be told there; "" nowhere."""

    def disable(self, login: str, at: datetime | None) -> None:
        """Let nobody sign in from then on; None opens it again."""

    def remove(self, login: str, at: datetime) -> None:
        """Close it for good: who it was and what proved it is dropped, the name stays taken."""

    def signed_in(self, login: str, at: datetime | None) -> None:
        """Write down that its owner has come in; None: nobody has, with the password it has."""

    def authenticator(self, login: str) -> str:
        """The secret its authenticator shares with us; "" without one."""

    def enrol(self, login: str, secret: str, codes: Iterable[str]) -> None:
        """Let this be its authenticator, and these its recovery codes, in place of all before; "" is none."""

    def use_step(self, login: str, step: int, now: int) -> bool:
        """Use up the authenticator's code of that time step; False if it, or a later one, was used before.

        ``now`` is the step it is: one used while a clock was ahead refuses nothing.
        """

    def use_recovery_code(self, login: str, code: str) -> bool:
        """Use it up; whether there was such a code."""

    def recovery_codes_left(self, login: str) -> int:
        """How many there are still."""

    def trust(self, login: str, place: Place, at: datetime) -> None:
        """Remember that its owner signs in from there."""

    def knows(self, login: str, place: Place, since: datetime) -> str:
        """As what it knows the place since then: "device", "address" or ""."""

    def prune(self, before: datetime) -> int:
        """Forget places nobody came from since then; how many there were."""


class StaffSessions(Protocol):
    """The sessions of an account, beside what ``Sessions`` does with one."""

    def of_account(self, account: str, at: datetime) -> list[tuple[str, Session]]:
        """Those that have not ended: a name each can be ended by, and the session; the latest used first."""

    def end(self, account: str, at: datetime, *, name: str = "", but: str = "") -> int:
        """End the one of that name, or all but the one with that id; how many ended."""

    def name_of(self, sid: str) -> str:
        """The name one with that id can be ended by."""

    def account_of(self, sid: str) -> str:
        """Whose it is or, within a day of its end, was; "" if nobody's."""
