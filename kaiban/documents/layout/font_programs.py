"""A printed font holds the glyphs that were used, and nothing in place of the others.

WeasyPrint keeps the numbers that glyphs have in the installed font, and so an empty slot for each of the tens of
thousands before the last one used: 66 KB for ten characters. A CID-keyed font needs none of them: its own table says
which CID each glyph answers to (ISO 32000-2, 9.7.4.2; Adobe Technical Note 5176, 13), so the slots go and the pages
stay as they are.
"""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pydyf


def drop_unused_slots(pdf: "pydyf.PDF") -> None:
    """Put in place of each font file of the document one without empty slots; fonts of other kinds stay as they are."""
    widths = _widths_by_file(pdf)
    for number, glyphs in widths.items():
        stream = pdf.objects[number]
        program = cid_keyed_program(b"".join(stream.stream), glyphs)
        if program:
            stream.stream = [program]
            stream.extra["Subtype"] = "/CIDFontType0C"


def cid_keyed_program(font: bytes, glyphs: Iterable[int]) -> bytes | None:
    """The bare CFF program of these glyphs, which keep their CIDs; None if the font is not a CID-keyed OpenType CFF."""
    from fontTools.ttLib import TTFont
    from uharfbuzz import Face, SubsetFlags, SubsetInput, subset

    wanted = SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = SubsetFlags.DESUBROUTINIZE | SubsetFlags.NO_HINTING
    found = TTFont(io.BytesIO(subset(Face(font), wanted).blob.data))
    if "CFF " not in found or not hasattr(found["CFF "].cff.topDictIndex[0], "ROS"):
        return None
    program: bytes = found.reader["CFF "]
    return program


def _widths_by_file(pdf: "pydyf.PDF") -> dict[int, set[int]]:
    """The glyphs whose widths are told, which are those used, by the number of the object that holds the font file."""
    found: dict[int, set[int]] = {}
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("Subtype") == "/CIDFontType0":
            descriptor = pdf.objects[_number(each["FontDescriptor"])]
            found.setdefault(_number(descriptor["FontFile3"]), set()).update(_glyphs(each["W"]))
    return found


def _glyphs(widths: list[Any]) -> Iterable[int]:
    """``[7 [500 600] 20 [1000]]`` are the widths of 7, 8 and 20."""
    for first, told in zip(widths[::2], widths[1::2], strict=True):
        yield from range(first, first + len(told))


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
