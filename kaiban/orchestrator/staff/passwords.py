"""Passwords people choose, and one-time ones somebody else gives them (NIST SP 800-63B: length, and nothing well known)."""

import re
import secrets
from typing import Final

from zxcvbn import zxcvbn

from kaiban.domain.notices.notice import Defect

SHORTEST: Final = 10
LONGEST: Final = 128
#: Of 0 to 4: what withstands a hundred million guesses. The lists of well known passwords, words and names come with the library.
STRONG_ENOUGH: Final = 3
#: The library looks at no more.
_LOOKED_AT: Final = 72
#: Nothing that looks like something else.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4

TOO_SHORT = Defect("/new", "password.short", "口令至少 10 个字符，可以用几个不相关的词连成一句。")
TOO_LONG = Defect("/new", "password.long", "口令最多 128 个字符。")
TOO_COMMON = Defect(
    "/new",
    "password.common",
    "这个口令很常用或者容易猜到，请换一个；几个不相关的词连成一句最好记。",
)
SAME = Defect("/new", "password.same", "新口令不能和原来的一样。")
DIFFERENT = Defect("/again", "password.different", "两次输入的口令不一样，请重新输入。")


def weakness(password: str, *known: str) -> list[Defect]:
    """What is wrong with it for somebody of whom that is known (login, name, hall)."""
    if len(password) < SHORTEST:
        return [TOO_SHORT]
    if len(password) > LONGEST:
        return [TOO_LONG]
    told = zxcvbn(password[:_LOOKED_AT], user_inputs=[*_parts(known), "kaiban"])
    return [TOO_COMMON] if told["score"] < STRONG_ENOUGH else []


def one_time_password() -> str:
    """Four groups of four characters to read out or print: 79 random bits."""
    return "-".join(random_text(4) for _ in range(_GROUPS))


def random_text(length: int) -> str:
    """So many random characters nobody mixes up."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _parts(known: tuple[str, ...]) -> list[str]:
    return [
        part for text in known for part in (text, *re.split(r"[^a-z0-9]+", text.lower())) if part
    ]
