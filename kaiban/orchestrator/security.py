"""Security events: constant names in the log, each with the network address it came from.

Nothing personal stands beside it: no number, no code, no name but a token's or an account's.
"""

from enum import StrEnum

import structlog

log = structlog.get_logger()


class SecurityEvent(StrEnum):
    """What somebody tried who may not, or did who may; docs/operating.md has a table of them."""

    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the name of an event
    SCOPE_REFUSED = "scope_refused"
    CALLBACK_FORGED = "callback_forged"
    CSRF_REFUSED = "csrf_refused"
    FILING_REFUSED = "filing_refused"
    RETURN_PAIR_UNKNOWN = "return_pair_unknown"
    RETURN_CODE_WRONG = "return_code_wrong"
    RETURN_LIMIT_REACHED = "return_limit_reached"
    RETURNED = "returned"
    NAME_LIMIT_REACHED = "name_limit_reached"
    PHONE_CODE_WRONG = "phone_code_wrong"
    PHONE_LIMIT_REACHED = "phone_limit_reached"
    KIOSK_KEY_WRONG = "kiosk_key_wrong"
    KIOSK_KEY_RIGHT = "kiosk_key_right"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_IN = "signed_in"
    CONFIRMATION_REFUSED = "confirmation_refused"
    STAFF_PAGE_REFUSED = "staff_page_refused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    AUTHENTICATOR_CHANGED = "authenticator_changed"
    ACCOUNT_CHANGED = "account_changed"
    EMERGENCY_USED = "emergency_used"
    VALUES_SHOWN = "values_shown"


#: What is no trouble, only worth knowing afterwards.
_EXPECTED = {
    SecurityEvent.RETURNED,
    SecurityEvent.KIOSK_KEY_RIGHT,
    SecurityEvent.SIGNED_IN,
    SecurityEvent.PASSWORD_CHANGED,
    SecurityEvent.AUTHENTICATOR_CHANGED,
    SecurityEvent.ACCOUNT_CHANGED,
    SecurityEvent.VALUES_SHOWN,
}


def report(event: SecurityEvent, address: str, **keys: str) -> None:
    """Write it down; ``address`` is where the request came from, ``keys`` are nothing personal."""
    write = log.info if event in _EXPECTED else log.warning
    write(event.value, security=True, address=address, **keys)
