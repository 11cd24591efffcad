"""Check digits and number patterns of Chinese identifiers, as pure functions over half-width text.

Sources: GB 32100-2015 (统一社会信用代码), GB 11714-1997 (组织机构代码), GB 11643-1999 (公民身份号码),
ISO/IEC 7064 MOD 11,10 (银行行号: established on published branch codes, no standard quoted), ISO/IEC 7812 (Luhn).
"""

import re
from datetime import date

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_CREDIT_SHAPE = re.compile(r"[1-9ANY][1-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_ID_TABLE = "10X98765432"
_ID_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")

PATTERNS: dict[str, re.Pattern[str]] = {
    # HA, MA and seven digits: given out since 2024-07-10.
    "hk_macao_pass": re.compile(r"[HM][0-9]{8}([0-9]{2})?|[HM]A[0-9]{7}"),
    "taiwan_pass": re.compile(r"[0-9]{8}([0-9]{2})?"),
    "foreign_permanent": re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}"),
    # HA, MA and seven digits: passports of Hong Kong and Macao since 2024-07-10.
    "cn_passport": re.compile(r"[EGDSPK][A-Z]?[0-9]{7,8}|[HM]A[0-9]{7}"),
    "passport": re.compile(r"[A-Z0-9]{5,17}"),
    "military": re.compile(r"[^\s].{0,19}"),
    "foreign_registration": re.compile(r"[A-Z0-9./-]{3,32}"),
}
"""Documents that have a pattern only; whether they are real is for the real-name check to say."""

PERMIT_REGIONS = ("810000", "820000", "830000")
"""Regions of 港澳台居民居住证, which otherwise follows GB 11643."""

MOBILE = re.compile(r"1[3-9][0-9]{9}")
PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4}")
POSTAL_CODE = re.compile(r"[0-9]{6}")
EMAIL = re.compile(
    r"[A-Za-z0-9_+'-]+(\.[A-Za-z0-9_+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
ACCOUNT = re.compile(r"[0-9A-Z-]{9,32}")


def organisation_check(body: str) -> str:
    """Return the GB 11714 check character for the 8 characters of `body`."""
    total = sum(w * int(c, 36) for w, c in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code_check(body: str) -> str:
    """Return the GB 32100 check character for the 17 characters of `body`."""
    total = sum(w * CREDIT_ALPHABET.index(c) for w, c in zip(_CREDIT_WEIGHTS, body, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Say whether `text` is a 统一社会信用代码: shape, inner GB 11714 check and GB 32100 check.

    Every authority of the standard is accepted, also A (军委), N (农业: 集体经济组织) and Y (其他).
    """
    return (
        _CREDIT_SHAPE.fullmatch(text) is not None
        and organisation_check(text[8:16]) == text[16]
        and credit_code_check(text[:17]) == text[17]
    )


def is_early_credit_code(text: str) -> bool:
    """Say whether `text` has the shape of a code that carried an older organisation number over.

    Until 2016 such numbers were taken over as they were, and some were published with a wrong check digit; what was
    numbered since has MA in that place.
    """
    return _CREDIT_SHAPE.fullmatch(text) is not None and text[8:10] != "MA"


def id_card_check(body: str) -> str:
    """Return the GB 11643 check character for the 17 digits of `body` (ISO 7064 MOD 11-2)."""
    return _ID_TABLE[sum(w * int(c) for w, c in zip(_ID_WEIGHTS, body, strict=True)) % 11]


def id_card_birth(text: str) -> date | None:
    """Return the birth date inside an 18-character ID number, None where there is no such day."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def id_card_sex(text: str) -> str:
    """Return "male" or "female": the 17th digit is odd for men."""
    return "male" if int(text[16]) % 2 else "female"


def is_id_card(text: str) -> bool:
    """Say whether `text` is a GB 11643 number with an upper-case X.

    The region is where the number was first given: abolished and later created regions are both
    right for any birth year, so region and year are never judged together.
    """
    return (
        _ID_SHAPE.fullmatch(text) is not None
        and id_card_birth(text) is not None
        and id_card_check(text[:17]) == text[17]
    )


def mod_11_10_check(body: str) -> str:
    """Return the ISO 7064 MOD 11,10 check digit for the digits of `body`."""
    product = 10
    for digit in body:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_bank_code(text: str) -> bool:
    """Say whether `text` is a 12-digit 行号 (CNAPS): bank 3, city 4, branch 4, check 1."""
    return re.fullmatch(r"[0-9]{12}", text) is not None and mod_11_10_check(text[:-1]) == text[-1]


def is_card_number(text: str) -> bool:
    """Say whether `text` is a bank card number: 16 to 19 digits with the Luhn check."""
    if re.fullmatch(r"[0-9]{16,19}", text) is None:
        return False
    doubled = (sum(divmod(2 * int(c), 10)) for c in text[-2::-2])
    return (sum(map(int, text[-1::-2])) + sum(doubled)) % 10 == 0
