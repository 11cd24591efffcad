"""The second factor: one-time codes of an authenticator (动态口令, RFC 6238) and recovery codes (恢复码)."""

import hmac
from datetime import datetime
from typing import Final

import pyotp

from kaiban.domain.typed import compact
from kaiban.orchestrator.staff.passwords import ALPHABET, random_text

#: Seconds a code is for; those before and after are taken, too, because nobody types at once and clocks differ.
PERIOD: Final = 30
BESIDE: Final = (0, -1, 1)
RECOVERY_CODES: Final = 10
_LENGTH: Final = 16
_GROUP: Final = 4


def new_secret() -> str:
    """A secret to be shared with an authenticator: 160 random bits, as RFC 4226 wants."""
    return pyotp.random_base32()


def address(secret: str, login: str, issuer: str) -> str:
    """What an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_at(at: datetime) -> int:
    """The time step an instant lies in."""
    return int(at.timestamp()) // PERIOD


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step the code belongs to, if it is one of those that count at that instant."""
    typed = compact(code)
    made = pyotp.TOTP(secret or "A" * 32)  # as much work without one
    steps = (step_at(at) + beside for beside in BESIDE)
    found = [
        step for step in steps if hmac.compare_digest(made.at(step * PERIOD), ascii_of(typed))
    ]
    return found[0] if found and secret else None


def new_recovery_codes() -> list[str]:
    """Ten of them, 79 random bits each, as they are printed."""
    return [printed(random_text(_LENGTH)) for _ in range(RECOVERY_CODES)]


def printed(code: str) -> str:
    """Groups of four characters."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def recovery_code(typed: str) -> str:
    """The code as it is kept; "" for what cannot be one."""
    code = "".join(each for each in typed.lower() if each not in "- ")
    return code if len(code) == _LENGTH and set(code) <= set(ALPHABET) else ""


def ascii_of(text: str) -> str:
    """The text if a comparison can take it, else nothing that is like a code."""
    return text if text.isascii() else ""
