"""Which characters the printing fonts can draw.

A character no font has would be printed as an empty box, and text extraction would not notice. Letting the layout
look for it among all installed fonts is no way out either: it can take a minute (WeasyPrint issue 2811). So what the
four faces of the package lack is found out beforehand, printed as 〓 (the printer's mark for a missing sort) and
told in the follow-up sheet and in package.json, which keeps the true character.
"""

import subprocess
import unicodedata
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

FAMILIES: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC")
STYLES: Final = ("Regular", "Bold")
INSTEAD: Final = "〓"

#: What asks for no glyph at all: spaces between words and lines.
_BLANK: Final = frozenset(" \n\t")


class FontsMissingError(Exception):
    """The fonts the package is printed with are not installed."""


@dataclass(frozen=True)
class Fonts:
    """The characters every face of the package has."""

    covered: frozenset[int]

    @classmethod
    def installed(cls) -> "Fonts":
        """Ask fontconfig; raises FontsMissingError, which names the family and the Debian package."""
        faces = [_charset(family, style) for family in FAMILIES for style in STYLES]
        return cls(frozenset.intersection(*faces))

    def missing_glyphs(self, text: str) -> str:
        """Each character of the text that cannot be printed, once, in the order of code points."""
        wanted = {letter for letter in set(text) if not _unseen(letter)}
        return "".join(sorted(letter for letter in wanted if ord(letter) not in self.covered))

    def not_shown(self, text: str) -> str:
        """The same, with what has no picture of its own and asks for no room: on paper it is gone without a trace."""
        gone = {letter for letter in set(text) if _unseen(letter)} - _BLANK - {"\r"}
        return "".join(sorted(gone.union(self.missing_glyphs(text))))

    def printable(self, value: object) -> object:
        """A text as it can be printed: 〓 for what is missing, nothing for controls and selectors; markup stays markup."""
        if not isinstance(value, str):
            return value
        text = "".join(self._drawn(letter) for letter in value)
        return Markup(text) if isinstance(value, Markup) else text  # noqa: S704  it was markup before: only letters went

    def _drawn(self, letter: str) -> str:
        if _unseen(letter):
            return letter if letter in _BLANK else ""
        return letter if ord(letter) in self.covered else INSTEAD


def _unseen(letter: str) -> bool:
    """Controls, format characters and variation selectors have no picture of their own."""
    code = ord(letter)
    is_selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF  # noqa: PLR2004  Unicode's two blocks
    return is_selector or unicodedata.category(letter) in {"Cc", "Cf"}


def _charset(family: str, style: str) -> frozenset[int]:
    command = ["fc-list", "--format", "%{charset}\n", f"{family}:style={style}"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)  # noqa: S603  fixed words only
    except FileNotFoundError as error:
        raise FontsMissingError("fc-list is not installed (Debian: fontconfig)") from error
    found = frozenset(code for line in answer.stdout.splitlines() for code in _codes(line))
    if not found:
        raise FontsMissingError(f"{family} {style} is not installed (Debian: fonts-noto-cjk)")
    return found


def _codes(charset: str) -> list[int]:
    """Fontconfig's notation: hexadecimal code points and ranges, ``20-7e a0``."""
    spans = (part.partition("-") for part in charset.split())
    return [
        code
        for first, _, last in spans
        for code in range(int(first, 16), int(last or first, 16) + 1)
    ]
