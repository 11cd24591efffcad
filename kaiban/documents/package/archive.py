"""The archive: one ZIP with the PDF, the summary, the departments' untouched originals, and a hashed manifest.

The same files give the same bytes, and there is exactly one right ZIP for them: names sorted, dates from the instant
of issue, modes fixed, nothing compressed (deflate differs between versions of zlib). That is how verify.py notices
any changed byte: it builds the ZIP again.
"""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from kaiban.documents.masking import masked_text
from kaiban.documents.package.summary import Enclosure, canonical
from kaiban.domain.cases.case import Case

FORMAT: Final = "kaiban-archive/1"
PDF: Final = "certificate.pdf"
SUMMARY: Final = "package.json"
MANIFEST: Final = "manifest.json"
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


def archive(pdf: bytes, summary: bytes, originals: Iterable[Enclosure], at: datetime) -> bytes:
    """The ZIP of one package, issued at that instant."""
    files = {PDF: pdf, SUMMARY: summary, **{each.path: each.content for each in originals}}
    return packed({**files, MANIFEST: canonical(manifest(files, at))}, at)


def manifest(files: Mapping[str, bytes], at: datetime) -> dict[str, Any]:
    """What lies in the archive besides the manifest itself."""
    listed = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    ]
    return {"format": FORMAT, "issued_at": _whole_second(at).isoformat(), "files": listed}


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
