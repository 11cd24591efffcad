"""Sign in: account, password, and the code of an authenticator or a recovery code, all at once.

Nothing here tells whether an account exists, is closed, or which of the three was wrong: one answer, and the same
work. Tries are counted so that nobody can lock somebody else out. An account knows the browsers and the network
addresses its owner came in from; each of these has a share of its own, and everybody else has one together. Whoever
tries out passwords elsewhere uses up the strangers' share; in the same hall, that of the hall's address; never that
of the owner's own browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Role
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.staff.second_factor import recovery_code, step_at, step_of
from kaiban.ports import Account, Place, RateLimit

#: So long a place is known after somebody came in from it.
PLACE_KNOWN: Final = timedelta(days=90)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

#: How often a password may be tried, by what is known of where: per hour, per day.
TRIES: Final[Mapping[str, tuple[RateLimit, RateLimit]]] = {
    "device": (RateLimit("staff:device", 20, _HOUR), RateLimit("staff:device:day", 60, _DAY)),
    "address": (RateLimit("staff:address", 20, _HOUR), RateLimit("staff:address:day", 60, _DAY)),
    "": (RateLimit("staff:stranger", 10, _HOUR), RateLimit("staff:stranger:day", 30, _DAY)),
}
#: How often in a session; then it ends.
CONFIRMING: Final = RateLimit("staff:confirm", 5, _HOUR)

WRONG = Defect(
    "", "sign_in.wrong",
    "账号、口令或动态口令不正确，或者试得太多了，请核对后再试；动态口令每个只能用一次，请等下一个。"
    "仍然不行的，请大厅负责人重置，或者过一小时再试。",
)  # fmt: skip
WRONG_PASSWORD = Defect("/password", "sign_in.password", "口令不正确，请重新输入。")


@dataclass(frozen=True)
class Attempt:
    """What somebody typed, and from where; ``code`` is of the authenticator, or a recovery code."""

    login: str
    password: str
    code: str
    place: Place

    @classmethod
    def read(cls, login: str, password: str, code: str, place: Place) -> "Attempt":
        """As it was typed: logins are small letters."""
        return cls(login.strip().lower(), password, code.strip(), place)


def sign_in(staff: StaffOffice, attempt: Attempt) -> Account | list[Defect]:
    """The account, if everything is right; what it must do first (``stage_of``) is for whoever asks."""
    now = staff.wall()
    account = staff.accounts.get(attempt.login)
    within = _counted(staff, attempt, account, now)
    fits = staff.accounts.fits(attempt.login, attempt.password)
    right = account is not None and account.open and within and fits and _is_valid(account, now)
    if not _proved(staff, account, attempt, now, right=right) or account is None:
        # The same work for an account that does not exist.
        staff.audit.note("sign_in_refused", account=account.login if account else "")
        _report(SecurityEvent.SIGN_IN_REFUSED, attempt, account)
        return [WRONG]
    with staff.audit.recorded("signed_in", account=account.login):
        staff.accounts.signed_in(account.login, now)
        if account.enrolled:
            staff.accounts.trust(account.login, attempt.place, now)
    _report(SecurityEvent.SIGNED_IN, attempt, account)
    return account


def confirm(staff: StaffOffice, account: Account, password: str, session: str) -> bool | None:
    """Whether it is still its owner at this session; None: asked too often, and the session is to end."""
    within = staff.limits.take(CONFIRMING, f"{account.login} {session}", staff.wall())
    fits = staff.accounts.fits(account.login, password)
    if not within:
        return None
    return fits


def stage_of(account: Account) -> str:
    """What must be done before anything else: "password" (choose one), "enrol" (an authenticator), "" (nothing)."""
    if account.role is Role.EMERGENCY:
        return ""
    if account.one_time_until is not None:
        return "password"
    return "" if account.enrolled else "enrol"


def _counted(staff: StaffOffice, attempt: Attempt, account: Account | None, now: datetime) -> bool:
    """Count the try where it belongs; whether it is within every limit. Without an account it is the address's."""
    known = staff.accounts.knows(attempt.login, attempt.place, now - PLACE_KNOWN)
    place = {"device": attempt.place.device, "address": attempt.place.address}.get(known, "")
    subject = f"{attempt.login} {place}" if account else f"nobody {attempt.place.address}"
    taken = [staff.limits.take(limit, subject, now) for limit in TRIES[known]]
    return all(taken)


def _is_valid(account: Account, now: datetime) -> bool:
    """Whether a one-time password can still be used."""
    return account.one_time_until is None or now < account.one_time_until


def _proved(
    staff: StaffOffice, account: Account | None, attempt: Attempt, now: datetime, *, right: bool
) -> bool:
    """Whether the second factor is right, too; it is used up only if everything else is."""
    login = attempt.login if right else ""
    step = step_of(staff.accounts.authenticator(attempt.login), attempt.code, now)
    code = recovery_code(attempt.code)
    if code:
        used = staff.accounts.use_recovery_code(login, code)
    else:
        used = staff.accounts.use_step(login, -1 if step is None else step, step_at(now))
        used = used and step is not None
    needed = account is not None and account.enrolled
    return right and (used or not needed)


def _report(event: SecurityEvent, attempt: Attempt, account: Account | None) -> None:
    """What was typed for an account that does not exist may be a password: it is not written down."""
    keys = {"account": account.login} if account else {}
    report(event, attempt.place.address, **keys)
    if account and account.role is Role.EMERGENCY:
        report(SecurityEvent.EMERGENCY_USED, attempt.place.address, **keys)
