"""Logins of the demo city: made anew at every start, for this machine only; production refuses them."""

from collections.abc import Iterator

from kaiban.domain.roles import ROLE_TITLES, Role
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.staff.passwords import one_time_password
from kaiban.orchestrator.staff.second_factor import new_recovery_codes, new_secret, recovery_code
from kaiban.ports import Account

#: What such an account's name begins with.
PREFIX = "demo."
_ROLES = (Role.WINDOW, Role.HALL_MANAGER, Role.SUPERVISOR, Role.OPERATOR)
#: Enough recovery codes for a day of trying out, without an authenticator.
_SHOWN = 3


def demo_staff(staff: StaffOffice, hall: str) -> Iterator[str]:
    """Make them usable, and tell each with its password and what to type as one-time codes.

    In every other hall somebody sits at a window, too, so that what goes between halls (跨域通办) can be tried out.
    """
    usual = [(f"{PREFIX}{role.value.replace('_', '-')}", role, hall) for role in _ROLES]
    others = [
        (f"{PREFIX}window-{each}", Role.WINDOW, each) for each in staff.halls if each != hall
    ]
    for login, role, where in (*usual, *others):
        password, codes = one_time_password(), new_recovery_codes()
        if staff.accounts.get(login) is None:
            account = Account(login, f"演示{ROLE_TITLES[role]}", role, where, "01")
            staff.accounts.add(account, password, staff.wall())
        staff.accounts.set_password(login, password, None)
        staff.accounts.enrol(login, new_secret(), map(recovery_code, codes))
        title = (
            ROLE_TITLES[role]
            if where == hall
            else f"{staff.halls[where].title}的{ROLE_TITLES[role]}"
        )
        yield f"{title}  {login}  口令 {password}  动态口令 {'、'.join(codes[:_SHOWN])}"
