"""An audit bundle: days of the audit with the anchors that vouch for them, in one ZIP; made, and checked offline.

``records.jsonl`` has the chain, a record a line; ``anchors/`` the time stamps as they are kept beside the database;
``audit-bundle.json`` the city, the days, and the hash the first record follows. It is not signed: what vouches for it is the
authority of time, not whoever made it.
"""

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from kaiban.documents.package.stand_alone import Wrong
from kaiban.documents.signing.time_stamps import BadStampError
from kaiban.documents.signing.time_stamps import check as check_stamp
from kaiban.domain.audit.chain import Found, Head, Record, examine, statement

FORMAT: Final = "kaiban-audit/1"
ANCHOR_FORMAT: Final = "kaiban-audit-anchor/1"
ANCHOR_END: Final = ".anchor.json"
#: A case file has an `audit.json` of its own.
INDEX: Final = "audit-bundle.json"
RECORDS: Final = "records.jsonl"
#: Whoever makes a bundle can make a chain; only anchors are somebody else's.
NOBODY: Final = "no anchor: nobody outside vouches for any of it"
_ANCHORS: Final = "anchors/"
#: No record is longer, in bytes; nor an anchor or the index.
_LONGEST: Final = 256 * 1024
_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Vouched:
    """What a look at a bundle found; ``newest`` is the last anchor that holds, and ``stamped_at`` when it was stamped."""

    index: Mapping[str, Any]
    found: Found
    has_anchors: bool
    newest: Head | None
    stamped_at: datetime | None


def anchor_name(head: Head) -> str:
    """The file of an anchor."""
    return f"{head.day}-{head.seq:09}{ANCHOR_END}"


def anchor_text(city: str, head: Head, token: bytes) -> str:
    """An anchor as it is kept in a file."""
    told = {
        "format": ANCHOR_FORMAT, "city": city, "day": head.day, "seq": head.seq,
        "hash": head.hash, "token": base64.b64encode(token).decode("ascii"),
    }  # fmt: skip
    return json.dumps(told, indent=1) + "\n"


def read_anchor(content: bytes) -> tuple[Head, bytes]:
    """The anchor in a file; ValueError for what is none."""
    try:
        told = json.loads(content)
        return Head(told["day"], told["seq"], told["hash"]), base64.b64decode(told["token"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("no anchor") from error


def write(
    path: Path, index: Mapping[str, Any], records: Iterable[Record], anchors: Iterable[tuple[Head, bytes]]
) -> int:  # fmt: skip
    """Write the bundle of these records and the anchors of their days; how many records that were.

    ``index`` says the ``city``, the ``first`` and ``last`` day, and ``before``: the hash the first record follows.
    """
    count, days = 0, set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        with bundle.open(_entry(RECORDS), "w", force_zip64=True) as out:
            for each in records:
                count += 1
                days.add(each.day)
                out.write(_line(each))
        for head, token in anchors:
            if head.day in days:
                bundle.writestr(
                    _entry(_ANCHORS + anchor_name(head)), anchor_text(index["city"], head, token)
                )
        told = {"format": FORMAT, **index, "records": count}
        bundle.writestr(_entry(INDEX), json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return count


def is_audit_bundle(path: Path) -> bool:
    """Whether that file wants to be one."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return INDEX in bundle.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def check(path: Path, trusted: Sequence[x509.Certificate]) -> Vouched:
    """Look at every record and every anchor, without the database; Wrong, in one sentence, for what is no bundle.

    What is wrong with records and anchors stands in ``found.problems``: an anchor holds if one of the trusted
    authorities stamped it.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            return _checked(bundle, trusted)
    except Wrong:
        raise
    except Exception as error:
        raise Wrong("文件损坏，或者不是审计记录包 (damaged, or no audit bundle)") from error


def _checked(bundle: zipfile.ZipFile, trusted: Sequence[x509.Certificate]) -> Vouched:
    index = json.loads(_content(bundle, INDEX))
    if index["format"] != FORMAT:
        raise Wrong("不是审计记录包 (no audit bundle)")
    stamps: dict[Head, datetime] = {}
    wrong: list[str] = []
    anchors = [name for name in sorted(bundle.namelist()) if name.startswith(_ANCHORS)]
    for name in anchors:
        head, token = read_anchor(_content(bundle, name))
        try:
            stamps[head] = check_stamp(token, statement(index["city"], head), trusted)
        except BadStampError as error:
            wrong.append(f"{head.day} {head.seq}: {error}")
    found = examine(_records(bundle), sorted(stamps), index["before"])
    if found.records != index["records"]:
        wrong.append(f"{found.records} records, where the index says {index['records']}")
    if not anchors:
        wrong.append(NOBODY)
    whole = Found(found.records, found.uncovered, (*found.problems, *wrong))
    newest = max(stamps, default=None)
    return Vouched(index, whole, bool(anchors), newest, stamps[newest] if newest else None)


def _records(bundle: zipfile.ZipFile) -> Iterator[Record]:
    with bundle.open(RECORDS) as lines:
        while line := lines.readline(_LONGEST + 1):
            if len(line) > _LONGEST:
                raise Wrong("一条记录过长 (a record is too long)")
            told = json.loads(line)
            yield Record(told["day"], told["seq"], told["line"], told["hash"])


def _content(bundle: zipfile.ZipFile, name: str) -> bytes:
    with bundle.open(name) as file:
        content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise Wrong(f"{name}: 过大 (too large)")
    return content


def _line(record: Record) -> bytes:
    return (json.dumps(vars(record), ensure_ascii=False, sort_keys=True) + "\n").encode()


def _entry(name: str) -> zipfile.ZipInfo:
    """The same bytes for the same records, whenever it is made."""
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
