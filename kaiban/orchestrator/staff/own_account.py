"""What somebody does with their own account: choose a password, enrol an authenticator."""

import re
from dataclasses import dataclass
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.staff.passwords import DIFFERENT, SAME, weakness
from kaiban.orchestrator.staff.second_factor import (
    new_recovery_codes,
    recovery_code,
    step_at,
    step_of,
)
from kaiban.orchestrator.staff.signing_in import WRONG_PASSWORD
from kaiban.ports import Account, Place

#: Longer than any address may be (RFC 5321).
_LONGEST_MAIL: Final = 254
_MAIL: Final = re.compile(r"[!-?A-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
NO_MAIL = Defect("/mail", "account.mail", "请填写完整的邮箱地址，例如 name@example.com；不想收可以空着。")  # fmt: skip
WRONG_CODE = Defect(
    "/code", "enrol.code", "动态口令不正确，请输入验证器上现在显示的 6 位数字，并核对手机的时间。"
)


@dataclass(frozen=True)
class NewPassword:
    """A password as it is chosen: the one before, and the new one twice."""

    before: str
    new: str
    again: str


def choose_password(
    staff: StaffOffice, account: Account, chosen: NewPassword, here: Place, session: str
) -> list[Defect]:
    """Let it be the password, or say what is wrong; every other session of the account ends."""
    if not staff.accounts.fits(account.login, chosen.before):
        return [Defect("/before", WRONG_PASSWORD.code, WRONG_PASSWORD.message)]
    hall = staff.halls.get(account.hall)
    wrong = weakness(chosen.new, account.login, account.name, hall.title if hall else "")
    if chosen.new == chosen.before:
        wrong = [SAME]
    if chosen.new != chosen.again:
        wrong = [*wrong, DIFFERENT]
    if wrong:
        return wrong
    with staff.audit.recorded("password_changed", account=account.login):
        staff.accounts.set_password(account.login, chosen.new, None)
        staff.sessions.end(account.login, staff.wall(), but=session)
    report(SecurityEvent.PASSWORD_CHANGED, here.address, account=account.login)
    return []


def set_mail(staff: StaffOffice, account: Account, mail: str, by: str = "") -> list[Defect]:
    """Let its owner be told of cards and tasks there, "" nowhere; or say that this is no address. ``by`` is whoever else did it."""
    mail = mail.strip()
    if wrong := wrong_mail(mail):
        return wrong
    # Where somebody's mail goes is as good as reading it.
    with staff.audit.recorded("mail_changed", account=account.login, by=by or account.login):
        staff.accounts.set_mail(account.login, mail)
    return []


def wrong_mail(mail: str) -> list[Defect]:
    """What is wrong with an address that is to be an account's; "" is none, and right."""
    right = len(mail) <= _LONGEST_MAIL and _MAIL.fullmatch(mail)
    return [] if right or not mail else [NO_MAIL]


def enrol(
    staff: StaffOffice, account: Account, secret: str, code: str, here: Place
) -> list[str] | list[Defect]:
    """Let the authenticator with that secret, which shows that code, be the account's.

    Returns its recovery codes, to be shown this once.
    """
    now = staff.wall()
    step = step_of(secret, code, now)
    if step is None:
        return [WRONG_CODE]
    codes = new_recovery_codes()
    with staff.audit.recorded("authenticator_changed", account=account.login):
        staff.accounts.enrol(account.login, secret, map(recovery_code, codes))
        staff.accounts.use_step(account.login, step, step_at(now))
        staff.accounts.trust(account.login, here, now)
    report(SecurityEvent.AUTHENTICATOR_CHANGED, here.address, account=account.login)
    return codes
