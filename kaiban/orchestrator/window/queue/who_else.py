"""Two people on one case: whoever opens it is told who else has it open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kaiban.ports import Account, Presence, StaffAccounts, Unavailable, Visit

#: So long somebody counts as being in a case after opening one of its pages.
STAYS: Final = timedelta(minutes=5)


def others_in(
    presence: Presence, staff: StaffAccounts, no: str, login: str, wall: Callable[[], datetime]
) -> list[tuple[Account, Visit]]:
    """Who else opened the case within the last minutes, the latest first; that this one has is written down.

    While nothing can be written nobody is named: the case can be read all the same.
    """
    now = wall()
    try:
        visits = presence.come_in(no, login, now, now - STAYS)
    except Unavailable:
        return []
    found = ((staff.get(each.login), each) for each in visits)
    return [(account, visit) for account, visit in found if account is not None]
