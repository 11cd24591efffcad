"""Unified social credit codes as registrars give them out, with both of their check characters."""

from random import Random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))  # GB 32100-2015


def credit_code(region: str, subject: str, category: str = "1") -> str:
    """Complete a code: 9 and the category (1 企业), the registrar's region (6), the subject (8), two check characters."""
    body = subject + _body_check(subject)
    front = "9" + category + region + body
    total = sum(_ALPHABET.index(c) * w for c, w in zip(front, _WEIGHTS, strict=True))
    return front + _ALPHABET[-total % 31]


def subject_number(draw: Random) -> str:
    """Draw a subject number as registrars give them: MA and six characters."""
    return "MA" + "".join(draw.choice(_ALPHABET) for _ in range(6))


def _body_check(subject: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(subject, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
