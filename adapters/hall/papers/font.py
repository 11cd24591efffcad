"""The font of sample originals: of the installed Noto Sans CJK what one paper uses, embedded, so that every viewer shows it."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

FAMILY: Final = "Noto Sans CJK SC"
#: Units a font program of CIDs counts widths in (ISO 32000-2, 9.7.4.3).
EM: Final = 1000
#: The table of a font file that holds its outlines, and where the list of tables begins and how long a line of it is
#: (OpenType, table directory).
_OUTLINES, _TABLES, _LINE = b"CFF ", 12, 16


@dataclass(frozen=True)
class PaperFont:
    """What a text is drawn with: the glyph of each character, each glyph's width, and a font program of nothing else."""

    glyphs: Mapping[str, int]
    widths: Mapping[int, int]
    program: bytes

    def drawn(self, text: str) -> str:
        """The text as a string of its glyphs, in hexadecimal."""
        return "".join(f"{self.glyphs[letter]:04x}" for letter in text)


def font_of(text: str) -> PaperFont | None:
    """What the text is drawn with; None where the font is not installed. The same text gives the same."""
    face = installed_face()
    return None if face is None else _cut(face, text)


def _cut(face: Any, text: str) -> PaperFont:
    from uharfbuzz import Font, SubsetFlags, SubsetInput, subset

    font, letters = Font(face), sorted(set(text))
    glyphs = {letter: font.get_nominal_glyph(ord(letter)) or 0 for letter in letters}
    widths = {
        glyph: font.get_glyph_h_advance(glyph) * EM // face.upem for glyph in glyphs.values()
    }
    wanted = SubsetInput()
    wanted.glyph_set.update(glyphs.values())
    wanted.flags = SubsetFlags.DESUBROUTINIZE | SubsetFlags.NO_HINTING
    return PaperFont(glyphs, widths, _outlines(bytes(subset(face, wanted).blob.data)))


def _outlines(font: bytes) -> bytes:
    """The outlines out of a font file; glyphs keep their numbers in them as CIDs, however few are left."""
    count = int.from_bytes(font[4:6])
    for start in range(_TABLES, _TABLES + _LINE * count, _LINE):
        name, place, length = font[start : start + 4], font[start + 8 : start + 12], font[start + 12 : start + 16]  # fmt: skip
        if name == _OUTLINES:
            return font[int.from_bytes(place) :][: int.from_bytes(length)]
    raise ValueError("the installed font has no outlines of the kind a PDF of CIDs takes")


@cache
def installed_face() -> Any:
    """The face, read where fontconfig says it lies; None if it is not there, or nothing that could read it is."""
    try:
        from uharfbuzz import Blob, Face

        command = [
            "fc-match",
            "--format",
            "%{family}\n%{index}\n%{file}",
            f"{FAMILY}:style=Regular",
        ]
        answer = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)  # noqa: S603  fixed words only
    except (ImportError, OSError, subprocess.SubprocessError):
        return None
    families, index, file = answer.stdout.split("\n", 2)
    return Face(Blob.from_file_path(file), int(index)) if FAMILY in families.split(",") else None
