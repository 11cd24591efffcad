"""Pack a case file into the one right ZIP for its files, its manifest signed like a package's; and check one offline."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from kaiban.documents.case_file import hours
from kaiban.documents.masking import well_formed
from kaiban.documents.package import stand_alone
from kaiban.documents.package.archive import MANIFEST, SIGNATURE, manifest, packed
from kaiban.documents.package.stand_alone import Wrong, require
from kaiban.documents.package.summary import canonical
from kaiban.domain.audit.lines import event_line
from kaiban.domain.cases.event import Event

INDEX: Final = "index.json"
FORMAT: Final = "kaiban-case-file/1"
PROGRAM: Final = "hours.py"
HOW_TO: Final = "HOW-TO-VERIFY.txt"
_LARGEST: Final = 2 * 1024 * 1024 * 1024
_EVENT: Final = ("kind", "actor", "link", "step", "before", "after", "code", "text", "facts")
_HOW: Final = """电子案卷 · Case file

核验 (needs Kaiban, no database and no network):  kaiban verify FILE.zip --trust CERTIFICATES.pem
重算用时 (needs Python alone):                    python hours.py FILE.zip
index.json 说明每个文件是什么；manifest.json 列出每个文件的哈希值，manifest.p7s 是它的签名。
index.json says what each file is; manifest.json has the hash of each, manifest.p7s is its signature.
"""

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Vouched:
    """What a look at a case file found: whose signature it has and when it was made, by its index."""

    index: Mapping[str, Any]
    hours: Mapping[str, Any]
    signer: x509.Certificate
    at: datetime


def text_of(value: Any) -> bytes:
    """Anything of a case as JSON for people and programs: sorted, bytes in base64, numbers with a point as text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=_other)
    return well_formed(text).encode()


def case_file(
    contents: Mapping[str, Any], index: Callable[[list[str]], Mapping[str, Any]], at: datetime, sign: Sign
) -> bytes:  # fmt: skip
    """The signed ZIP of these files, made at that instant; ``index`` tells what each of the paths is."""
    files = {
        path: content if isinstance(content, bytes) else text_of(content)
        for path, content in contents.items()
    }
    files[PROGRAM] = Path(hours.__file__).read_bytes()
    told = index(sorted(files))
    files |= {INDEX: text_of(told), HOW_TO: _HOW.encode()}
    listed = canonical({**manifest(files, at), "format": FORMAT})
    return packed({**files, MANIFEST: listed, SIGNATURE: sign(listed)}, at)


def is_case_file(content: bytes) -> bool:
    """Whether these bytes want to be a case file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return INDEX in bundle.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def check(content: bytes, trusted: Sequence[x509.Certificate]) -> Vouched:
    """What is vouched for; Wrong, by one sentence, unless every byte is as a trusted certificate signed it.

    Beyond the signature: the minutes follow from the events and the calendar in it, and the events are those the audit
    recorded, as far as it did.
    """
    try:
        return _checked(content, trusted)
    except Wrong:
        raise
    except InvalidSignature as error:
        raise Wrong(stand_alone.CHANGED) from error
    except Exception as error:
        raise Wrong("文件损坏，或者不是电子案卷 (damaged, or no case file)") from error


def _checked(content: bytes, trusted: Sequence[x509.Certificate]) -> Vouched:
    files = _unpacked(content)
    require(SIGNATURE in files and MANIFEST in files, stand_alone.UNSIGNED)
    listed = files[MANIFEST]
    found = stand_alone.check_signature(files[SIGNATURE], listed)
    own = found.signer
    inside = {path: each for path, each in files.items() if path not in (MANIFEST, SIGNATURE)}
    told = json.loads(listed)
    require(told["format"] == FORMAT, "不是电子案卷 (no case file)")
    present = {
        path: (len(each), hashlib.sha256(each).hexdigest()) for path, each in inside.items()
    }
    named = {each["path"]: (each["size"], each["sha256"]) for each in told["files"]}
    require(present == named, stand_alone.MIXED)
    at = datetime.fromisoformat(told["issued_at"])
    require(packed(files, at) == content, stand_alone.CHANGED)
    valid = own.not_valid_before_utc <= found.at <= own.not_valid_after_utc
    require(own in trusted and valid, stand_alone.UNTRUSTED if trusted else stand_alone.UNKNOWN)
    events, counted = json.loads(files["events.json"]), json.loads(files["hours.json"])
    require(
        hours.hours(events, counted) == counted["said"],
        "用时与经过不符 (the hours do not follow from the events)",
    )
    index = json.loads(files[INDEX])
    _check_audit(index["case_no"], events, json.loads(files["audit.json"])["records"])
    return Vouched(index, counted["said"], own, found.at)  # fmt: skip


def _check_audit(no: str, events: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    for each in records:
        told = json.loads(each["line"])
        if told["kind"] != "event":
            continue
        number = told["number"]
        require(
            number <= len(events),
            "审计记录里的经过在案卷中缺失 (an event the audit has is missing)",
        )
        line = event_line(no, number, _event(events[number - 1]), each["salt"])
        require(line == each["line"], "经过与审计记录不符 (an event is not as the audit has it)")


def _event(told: Mapping[str, Any]) -> Event:
    kept = {name: told[name] for name in _EVENT}
    clock_at = told["clock_at"] and datetime.fromisoformat(told["clock_at"])
    return Event(**kept, at=datetime.fromisoformat(told["at"]), clock_at=clock_at)


def _unpacked(content: bytes) -> dict[str, bytes]:
    require(len(content) <= _LARGEST, "文件过大 (too large)")
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        entries = bundle.infolist()
        stored = all(each.compress_type == zipfile.ZIP_STORED for each in entries)
        size = sum(each.file_size for each in entries)
        require(stored and size <= len(content), stand_alone.MIXED)
        files = {each.filename: bundle.read(each) for each in entries}
    require(len(files) == len(entries), stand_alone.MIXED)
    return files


def _other(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
