"""Clean text as people type it: trimmed, NFC, free of characters no department can store.

Decisions, the same in every field:
- NFC, never NFKC, for prose and names: NFKC would change what is printed on a licence.
- Numbers and codes are never repaired from full width: the user is told to type half width.
- The look-alikes of the name dot become U+00B7; spaces around it and between hanzi go away.
- Rare hanzi are welcome: planes 2 and 3 are accepted whole, since the Unicode table of the running
  Python may be older than the newest extension (GB 18030-2022, level 3).
"""

import re
import unicodedata
from functools import lru_cache

import hanzidentifier

from forms.values.signs import PLANES_OF_HANZI, flaw_of, within

HARD_LIMIT = 5000
"""Longer text is refused before anything is done with it, in characters."""

_DOTS = str.maketrans(dict.fromkeys("•‧・･⋅∙．", "·"))
#: A full stop between hanzi is a name dot that was hard to type; between letters it stays one (J. R.).
_STOP = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003fffd]) ?\. ?(?=[\u3400-\u9fff\U00020000-\U0003fffd])"
)
_BRACKETS = str.maketrans("()", "（）")
_HANZI_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), PLANES_OF_HANZI)
_NAME_SIGNS = frozenset("· .,'’-（）()&/")


def is_hanzi(char: str) -> bool:
    """Say whether `char` is a Chinese character, rare ones and 〇 included."""
    return char == "〇" or within(char, *_HANZI_RANGES)


def flaw_of_name(text: str) -> str:
    """Like `flaw_of`, for names: letters, digits, hanzi and the few signs names have."""
    flaw = flaw_of(text)
    if flaw:
        return flaw
    plain = (
        c in _NAME_SIGNS or is_hanzi(c) or unicodedata.category(c)[0] in "LM" or c.isdecimal()
        for c in text
    )
    return "" if all(plain) else "text.symbol"


def prose(text: str) -> str:
    """Trim and compose (NFC); runs of spaces, the ideographic one included, become one."""
    return re.sub(r"[ \u00a0\u3000]+", " ", unicodedata.normalize("NFC", text)).strip()


def name(text: str) -> str:
    """Return a person's or an organisation's name in its one spelling."""
    spelt = re.sub(r" ?· ?", "·", _STOP.sub("·", prose(text).translate(_DOTS)))
    return "".join(c for i, c in enumerate(spelt) if c != " " or not _between_hanzi(spelt, i))


def _between_hanzi(text: str, index: int) -> bool:
    return is_hanzi(text[index - 1]) and is_hanzi(text[index + 1])


def organisation_name(text: str) -> str:
    """Return an organisation's name with full-width brackets, the one form on seal and licence."""
    return name(text).translate(_BRACKETS)


def traditional(text: str) -> str:
    """Return the first character of `text` that only traditional spelling has, or ""."""
    return next((c for c in text if _is_traditional(c)), "")


#: Traditional elsewhere, but standard in names (通用规范汉字表: the variants it takes back).
_STANDARD_ALL_THE_SAME = frozenset("甦甯陞谿")


@lru_cache(maxsize=8192)  # the characters a city writes
def _is_traditional(char: str) -> bool:
    known = hanzidentifier.identify(char) == hanzidentifier.TRADITIONAL
    return bool(known) and char not in _STANDARD_ALL_THE_SAME


def has_full_width(text: str) -> bool:
    """Say whether `text` has full-width letters, digits or signs."""
    return any(within(c, (0xFF01, 0xFF5E)) for c in text)
