"""Accounts of others: make, disable, reset, remove. Whoever does it signs in as somebody, or is the command line."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import ROLE_TITLES, Act, Position, Role
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.staff.passwords import one_time_password
from kaiban.ports import Account, NameTakenError

#: So long a password somebody else gave can be used. An emergency account's lies in an envelope until it is needed: it
#: does not run out, and is never chosen.
ONE_TIME: Final = timedelta(days=3)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,30}[a-z0-9]")
_LONGEST_NAME: Final = 50

NO_LOGIN = Defect(
    "/login",
    "account.login",
    "账号为 3 到 32 个小写字母、数字、点、横线，建议用工号。",
    example="ck0312",
)
TAKEN = Defect("/login", "account.taken", "这个账号已经有人用过，账号不重复使用，请换一个。")
NO_NAME = Defect("/name", "account.name", "请填写姓名，最多 50 个字。")
NO_ROLE = Defect("/role", "account.role", "您不能开设这种角色的账号。")
NO_ACCOUNT: Final = "“{account}”不是本大厅能办理此事的在用账号；用 kaiban user list 查看账号。"
SAME_PERSON = Defect("", "staff.same_person", "复核人不能是经办人本人。")
NO_HALL = Defect("/hall", "account.hall", "请选择您负责的大厅。")


@dataclass(frozen=True)
class Superior:
    """Who does it: an account, or None for the command line, which may do everything; and from where."""

    position: Position | None
    address: str = ""

    def may_manage(self, other: Position) -> bool:
        """Whether that account is one of theirs."""
        return self.position is None or self.position.may_manage(other)

    @property
    def name(self) -> str:
        """As it is written down."""
        return self.position.login if self.position else "command-line"


def make(staff: StaffOffice, wanted: Account, by: Superior) -> str | list[Defect]:
    """Make the account; its one-time password, which is kept nowhere, or everything that is wrong."""
    if wrong := _wrong(staff, wanted, by):
        return wrong
    password, now = one_time_password(), staff.wall()
    lasting = wanted.role is Role.EMERGENCY
    made = Account(
        wanted.login, wanted.name.strip(), wanted.role, wanted.hall, wanted.window.strip(),
        one_time_until=None if lasting else now + ONE_TIME,
    )  # fmt: skip
    try:
        with _recorded(staff, "make", made.login, by):
            staff.accounts.add(made, password, now)
    except NameTakenError:
        return [TAKEN]
    return password


def managed(staff: StaffOffice, by: Superior, hall: str = "") -> list[Account]:
    """Those accounts, of a hall or all, that are theirs to change."""
    return [each for each in staff.accounts.listed(hall) if by.may_manage(each.position)]


def find(staff: StaffOffice, login: str, by: Superior) -> Account | None:
    """The account, if there is one and it is theirs to change."""
    found = staff.accounts.get(login)
    mine = found is not None and found.removed_at is None and by.may_manage(found.position)
    return found if mine else None


def reset_password(staff: StaffOffice, account: Account, by: Superior) -> str:
    """Give it another one-time password; its sessions end."""
    with _recorded(staff, "reset_password", account.login, by):
        return _new_password(staff, account)


def reset_authenticator(staff: StaffOffice, account: Account, by: Superior) -> str:
    """Let it have no authenticator, and another one-time password; its sessions end."""
    with _recorded(staff, "reset_authenticator", account.login, by):
        staff.accounts.enrol(account.login, "", ())
        return _new_password(staff, account)


def disable(staff: StaffOffice, account: Account, by: Superior) -> str:
    """Let nobody come in with it; its sessions end."""
    with _recorded(staff, "disable", account.login, by):
        staff.accounts.disable(account.login, staff.wall())
        staff.sessions.end(account.login, staff.wall())
    return ""


def enable(staff: StaffOffice, account: Account, by: Superior) -> str:
    """Let its owner come in again."""
    with _recorded(staff, "enable", account.login, by):
        staff.accounts.disable(account.login, None)
    return ""


def remove(staff: StaffOffice, account: Account, by: Superior) -> str:
    """Close it for good; its sessions end, its name is never given again."""
    with _recorded(staff, "remove", account.login, by):
        staff.accounts.remove(account.login, staff.wall())
        staff.sessions.end(account.login, staff.wall())
    return ""


#: What can be done with an account, by name; each returns a password to be shown this once, or "".
CHANGES: Final[Mapping[str, Callable[[StaffOffice, Account, Superior], str]]] = {
    "reset_password": reset_password,
    "reset_authenticator": reset_authenticator,
    "disable": disable,
    "enable": enable,
    "remove": remove,
}


def answers(
    staff: StaffOffice, login: str, act: Act, hall: str, *, beside: str = ""
) -> list[Defect]:
    """Why that account cannot answer for this in that hall; ``beside``: whose act it is to approve.

    Whoever is named as having done something is an account that exists and may do it.
    """
    found = staff.accounts.get(login.strip().lower())
    if found is None or not found.open or not found.position.may(act, hall):
        return [Defect("", "staff.unknown", NO_ACCOUNT.format(account=login))]
    if beside and not found.position.may_approve(beside.strip().lower(), hall):
        return [SAME_PERSON]
    return []


def _wrong(staff: StaffOffice, wanted: Account, by: Superior) -> list[Defect]:
    told = {
        NO_LOGIN: _LOGIN.fullmatch(wanted.login) is not None,
        NO_NAME: 0 < len(wanted.name.strip()) <= _LONGEST_NAME,
        NO_HALL: wanted.hall in staff.halls and _may_in(by, wanted.hall),
        NO_ROLE: wanted.role in ROLE_TITLES and _may_make(by, wanted),
    }
    return [defect for defect, right in told.items() if not right]


def _may_in(by: Superior, hall: str) -> bool:
    return by.position is None or by.position.may(Act.MANAGE_ACCOUNTS, hall)


def _may_make(by: Superior, wanted: Account) -> bool:
    """Whether the role is theirs to give, whatever else is wrong."""
    hall = by.position.hall if by.position else wanted.hall
    return by.may_manage(Position("", wanted.role, hall))


def _new_password(staff: StaffOffice, account: Account) -> str:
    password, now = one_time_password(), staff.wall()
    lasting = account.role is Role.EMERGENCY
    staff.accounts.set_password(account.login, password, None if lasting else now + ONE_TIME)
    if lasting:
        # With the new one in its envelope nobody has come in yet: that it was used is over.
        staff.accounts.signed_in(account.login, None)
    staff.sessions.end(account.login, now)
    return password


@contextmanager
def _recorded(staff: StaffOffice, what: str, login: str, by: Superior) -> Iterator[None]:
    """What is done to the account inside, and its record; then the log is told."""
    with staff.audit.recorded("account_changed", account=login, by=by.name, how=what):
        yield
    report(SecurityEvent.ACCOUNT_CHANGED, by.address, account=login, by=by.name, what=what)
