"""The archive: one ZIP with the PDF, the summary, the departments' untouched originals, and a hashed, signed manifest.

A signed one also brings the program that verifies it (stand_alone.py), and how to run that. The same files give the same bytes, and there is exactly one right ZIP for them: names sorted, dates from the instant
of issue, modes fixed, nothing compressed (deflate differs between versions of zlib). That is how verify.py notices
any changed byte: it builds the ZIP again.
"""

import hashlib
import io
import re
import string
import unicodedata
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kaiban.documents.masking import masked_text
from kaiban.documents.package import stand_alone
from kaiban.documents.package.summary import Enclosure, canonical
from kaiban.domain.cases.case import Case

FORMAT: Final = "kaiban-archive/1"
PDF: Final = stand_alone.CERTIFICATE
SUMMARY: Final = stand_alone.SUMMARY
MANIFEST: Final = stand_alone.MANIFEST
#: The detached signature of the manifest (CMS, DER).
SIGNATURE: Final = stand_alone.SIGNATURE
#: One more, by an SM2 key (GB/T 35275), where the city has one.
SM2_SIGNATURE: Final = stand_alone.SM2_SIGNATURE
PROGRAM: Final = "verify.py"
HOW_TO: Final = "HOW-TO-VERIFY.txt"
ORIGINALS: Final = "originals/"

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\u007f]')
_LONGEST_NAME: Final = 80
#: Names Windows keeps for devices, whatever follows the dot.
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_REGULAR_FILE: Final = 0o100644 << 16
_UNIX: Final = 3
#: The years a ZIP can hold.
_FIRST, _LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)


def enclosures(case: Case, year: int) -> list[Enclosure]:
    """Every original of the case with the path it gets, in the order of the links."""
    found: list[Enclosure] = []
    taken: set[str] = set()
    for link in case.links:
        for document in case.documents.get(link.name, ()):
            name = masked_text(document.name, year)
            path = _free(f"{ORIGINALS}{safe_name(link.name)}/{safe_name(name)}", taken)
            title = masked_text(document.title, year)
            found.append(Enclosure(link.name, title, path, document.media_type, document.content))
    return found


def safe_name(name: str) -> str:
    """A file name every system can hold and no system can be led astray by."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C"
    )
    plain = _FORBIDDEN.sub("_", kept).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME:
        plain = (stem or ending)[:60] + (dot + ending[:10] if stem else "")
    return f"_{plain}" if _DEVICES.fullmatch(plain) else plain or "document"


def archive(
    pdf: bytes,
    summary: bytes,
    originals: Iterable[Enclosure],
    at: datetime,
    more: Mapping[str, bytes] | None = None,
    signatures: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> bytes:
    """The ZIP of one package, issued at that instant; ``more`` lies beside the originals.

    ``signatures`` says what signs its manifest, by the file each signature gets.
    """
    files = {PDF: pdf, SUMMARY: summary, **{each.path: each.content for each in originals}}
    files.update(more or {})
    signs = signatures or {}
    listed = canonical(manifest(files, at, also_signed(signs)))
    signed = {path: sign(listed) for path, sign in signs.items()}
    return packed({**files, MANIFEST: listed, **signed}, at)


def also_signed(paths: Container[str]) -> Sequence[str]:
    """The signatures besides the first, which nobody misses unless the manifest names them."""
    return [each for each in (SM2_SIGNATURE,) if each in paths]


def program(city: str, address: str) -> dict[str, bytes]:
    """What a signed archive brings along: the program that verifies it without us, and how to run that."""
    here = Path(stand_alone.__file__)
    how = string.Template(here.with_name("how_to_verify.txt").read_text(encoding="utf-8"))
    told = how.substitute(city=city, address=f"{address.rstrip('/')}/v")
    return {PROGRAM: here.read_bytes(), HOW_TO: told.encode()}


def manifest(files: Mapping[str, bytes], at: datetime, also: Sequence[str] = ()) -> dict[str, Any]:
    """What lies in the archive besides the manifest itself, and which signatures it has besides the first."""
    listed = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    ]
    told = {"format": FORMAT, "issued_at": _whole_second(at).isoformat(), "files": listed}
    return {**told, "also_signed": list(also)} if also else told


def packed(files: Mapping[str, bytes], at: datetime) -> bytes:
    """The one right ZIP for these files and that instant."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for path, content in sorted(files.items()):
            bundle.writestr(_entry(path, at), content)
    return target.getvalue()


def _entry(path: str, at: datetime) -> zipfile.ZipInfo:
    moment = min(max(_whole_second(at).timetuple()[:6], _FIRST), _LAST)
    entry = zipfile.ZipInfo(path, moment)
    entry.create_system, entry.external_attr = _UNIX, _REGULAR_FILE
    return entry


def _whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _free(path: str, taken: set[str]) -> str:
    """The path, numbered if another file already has it (to systems that ignore case)."""
    choice = next(each for each in _numbered(path) if each.casefold() not in taken)
    taken.add(choice.casefold())
    return choice


def _numbered(path: str) -> Iterator[str]:
    yield path
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    number = 2
    while True:
        yield f"{folder}/{stem}-{number}{dot}{ending}" if stem else f"{folder}/{name}-{number}"
        number += 1
