"""Whom of the staff a page lets in: signed in, not locked, allowed to, and only to what is of their halls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import g, request, session

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.waiting import is_running
from kaiban.domain.roles import Act, Role
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.staff.looking import look_at
from kaiban.orchestrator.staff.managing import Superior, find
from kaiban.orchestrator.staff.signing_in import stage_of
from kaiban.orchestrator.window.assisted.desk import open_up
from kaiban.ports import Account, CaseNotFound, FilingNotFound
from kaiban.web.access import sessions
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.service import assisted_desk, office, service

#: So long a password counts for acts that ask for it anew.
FRESH: Final = timedelta(minutes=5)

#: What may still be lacking where a page is opened all the same.
PASSWORD, ENROL, LOCKED = "password", "enrol", sessions.LOCKED
#: In a session that another system has proved: it has no password of ours, and its second factor is that system's.
ELSEWHERE = "elsewhere"
#: Where a page is refused for what is lacking, or for good.
SIGN_IN, CONFIRM, KIOSK, ACT = "sign_in", "confirm", "kiosk", "act"


@dataclass(frozen=True)
class Staff:
    """The policy of a page of staff: who may do ``act`` (None: whoever has signed in).

    ``fresh``: the password must have been given just now. ``despite`` is what may still be lacking. A page about a
    case (``<no>`` in its address), a form filled in for somebody (``<desk_no>``) or an account (``<login>``) opens only to what is of the reader's halls;
    ``intake``: a case also to the hall that took it in for the one that decides it (跨域通办).
    """

    act: Act | None = None
    fresh: bool = False
    intake: bool = False
    despite: frozenset[str] = frozenset()


class TurnedAway(Exception):  # noqa: N818 - named for what it tells
    """The page is not opened; ``why`` is what is lacking."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class AccountNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No such account, or none of theirs."""


def admit(policy: Staff, values: dict[str, Any]) -> None:
    """Let somebody in, or raise; what the address names is taken out of ``values`` and looked up."""
    account = _somebody()
    if lacking := _lacking(policy, account):
        raise TurnedAway(lacking)
    if policy.act and not account.position.may(policy.act):
        _refused(account)
        raise TurnedAway(ACT)
    if policy.fresh and not is_fresh():
        raise TurnedAway(CONFIRM)
    g.staff = account
    if account.role is Role.EMERGENCY:
        _report(SecurityEvent.EMERGENCY_USED, account)
    _find(policy, account, values)


def the_staff() -> Account:
    """Whose page it is."""
    found: Account = g.staff
    return found


def the_case() -> Case:
    """The case the page is about."""
    found: Case = g.case
    return found


def the_other() -> Account:
    """The account the page is about."""
    found: Account = g.other
    return found


def the_superior() -> Superior:
    """Whoever changes accounts on this page."""
    return Superior(the_staff().position, request.remote_addr or "")


def signed_in() -> Account | None:
    """Whose session this is, locked or not; None if nobody's, or the account is closed."""
    login = sessions.this().account
    found = service().staff.accounts.get(login) if login else None
    return found if found is not None and found.open else None


def is_fresh() -> bool:
    """Whether the password was given just now."""
    proved = session.get("proved_at", "")
    return bool(proved) and is_running(datetime.fromisoformat(proved), service().wall(), FRESH)


def prove() -> None:
    """Write down that the password was given just now."""
    session.pop(LOCKED, None)
    session["proved_at"] = service().wall().isoformat()


def _somebody() -> Account:
    if is_kiosk():
        raise TurnedAway(KIOSK)
    account = signed_in()
    if account is None:
        raise TurnedAway(SIGN_IN)
    return account


def _lacking(policy: Staff, account: Account) -> str:
    lacking = [LOCKED] if LOCKED in session else []
    lacking += [] if ELSEWHERE in session else [stage_of(account)]
    return next((each for each in lacking if each and each not in policy.despite), "")


def _find(policy: Staff, account: Account, values: dict[str, Any]) -> None:
    if "no" in values:
        try:
            g.case = look_at(
                office(), account.position, values.pop("no"), policy.act or Act.SEE_CASES,
                intake=policy.intake,
            )  # fmt: skip
        except CaseNotFound:
            _refused(account)
            raise
    if "desk_no" in values:
        try:
            g.assisted, g.filing = open_up(
                assisted_desk(), account.position, values.pop("desk_no")
            )
        except FilingNotFound:
            _refused(account)
            raise
    if "login" in values:
        other = find(service().staff, values.pop("login"), the_superior())
        if other is None:
            _refused(account)
            raise AccountNotFound
        g.other = other


def _refused(account: Account) -> None:
    _report(SecurityEvent.STAFF_PAGE_REFUSED, account)


def _report(event: SecurityEvent, account: Account) -> None:
    keys: Mapping[str, str] = {"id": g.request_id, "route": str(request.url_rule or "")}
    report(event, request.remote_addr or "", account=account.login, **keys)
