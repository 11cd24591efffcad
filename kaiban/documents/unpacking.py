"""Sums taken before anything is interpreted: a small file must not become a huge one.

Only the sizes are found here; what is unpacked for that is let go piece by piece.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

_MB: Final = 1024 * 1024
#: What one stream may become where a library unpacks it by itself (bytes): in memory at once, unlike here.
MOST_OF_A_STREAM: Final = 256 * _MB
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_OF_A_STREAM,
    run_length_max_memory=MOST_OF_A_STREAM,
    parser_max_container_size=1_000_000,
)
_PIECE: Final = 64 * 1024
#: Coded pictures: nothing in them is instructions, and their pixels are counted by what they say of themselves.
_PICTURES: Final = frozenset({"/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode"})
_SHORT: Final = {"/Fl": "/FlateDecode", "/DCT": "/DCTDecode", "/CCF": "/CCITTFaxDecode"}


class TooMuchError(Exception):
    """It unpacks to more than it may."""


def pdf_sum(pdf: pikepdf.Pdf, most: int) -> int:
    """Bytes that are read to show the pages of a PDF, pictures aside; raises TooMuchError beyond ``most``.

    What stands in many pages counts as often as it is read, so that a page repeated is not for free.
    """
    found, known = 0, {}
    for stream in _contents(pdf):
        if stream.objgen not in known:
            known[stream.objgen] = unpacked_size(stream, most - found)
        found += known[stream.objgen]
        if found > most:
            raise TooMuchError
    for stream in _streams(pdf):
        if stream.objgen not in known and not _is_picture(stream):
            found += unpacked_size(stream, most - found)
    return found


def unpacked_size(stream: Any, most: int) -> int:
    """Bytes of a stream without its filters; raises TooMuchError beyond ``most``."""
    filters = _filters(stream)
    if filters == ["/FlateDecode"]:
        return inflated_size(stream.read_raw_bytes(), most)
    if not filters or _PICTURES.intersection(filters):
        size = len(stream.read_raw_bytes())
    else:
        # Rare filters and chains of them: qpdf's own limit holds, and this process's.
        size = len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    if size > most:
        raise TooMuchError
    return size


def inflated_size(packed: bytes, most: int) -> int:
    """What deflated bytes become, never more than a piece of it in memory; raises TooMuchError beyond ``most``."""
    inflater, size, rest = zlib.decompressobj(), 0, packed
    while rest and not inflater.eof:
        try:
            size += len(inflater.decompress(rest, _PIECE))
        except zlib.error:
            break  # damaged: so far readers get, and some of them forgive a wrong sum at the end
        if size > most:
            raise TooMuchError
        rest = inflater.unconsumed_tail
    return size


def pictures(pdf: pikepdf.Pdf) -> Iterator[int]:
    """The pixels of each picture of a PDF."""
    for stream in _streams(pdf):
        if _is_picture(stream):
            yield int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))


def zip_sum(parts: zipfile.ZipFile, most: int) -> int:
    """Bytes of all parts of a ZIP; raises TooMuchError beyond ``most``.

    By what the ZIP says first, then by what comes: it may say what it likes.
    """
    listed = parts.infolist()
    if sum(part.file_size for part in listed) > most:
        raise TooMuchError
    found = 0
    for part in listed:
        with parts.open(part) as stream:
            while piece := stream.read(_PIECE):
                found += len(piece)
                if found > most:
                    raise TooMuchError
    return found


def _contents(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """What the pages say, page by page."""
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        listed = contents if isinstance(contents, pikepdf.Array) else [contents]
        yield from (one for one in listed if isinstance(one, pikepdf.Stream))


def _streams(pdf: pikepdf.Pdf) -> Iterator[Any]:
    return (found for found in pdf.objects if isinstance(found, pikepdf.Stream))


def _is_picture(stream: Any) -> bool:
    return str(stream.get("/Subtype", "")) == "/Image"


def _filters(stream: Any) -> list[str]:
    found = stream.get("/Filter")
    listed = found if isinstance(found, pikepdf.Array) else [] if found is None else [found]
    return [_SHORT.get(str(one), str(one)) for one in listed]
