"""Check a package offline: nothing but the file is needed.

What is promised for the archive: any changed, added, missing or moved byte is found, in the files as well as in the
ZIP around them, because there is only one right ZIP for its files (archive.py) and every file is hashed twice over.
What is **not** promised without a signature: whoever builds a whole new archive from scratch builds a sound one. Only
the verification page, or a signature, tells who made it. A PDF on its own carries nothing that its pages could be
compared with, so it is never more than "looks like one".
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pikepdf

from kaiban.documents.package import archive, summary
from kaiban.documents.unpacking import TooMuchError, unpacked_size

UNSIGNED: Final = "没有数字签名：内容完整一致，但不能证明由谁制作（整包重新制作不会被发现），请到核验页核对核验码。"
UNSIGNED_PDF: Final = "没有数字签名：只核对了 PDF 结构和所附摘要，不能证明页面未被改动；请核验同名 ZIP，或到核验页核对核验码。"

_FIXED: Final = frozenset({archive.PDF, archive.SUMMARY, archive.MANIFEST})
_LARGEST: Final = 512 * 1024 * 1024
#: A summary has some ten kilobytes; a small file must not become a huge one.
LARGEST_SUMMARY: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Verdict:
    """What was found.

    ``ok`` only if every byte of an archive is as it was made. ``findings`` says what is wrong, or else what the check
    cannot tell. ``summary`` is package.json as found, for showing; trust it only as far as ``ok`` and ``signed``.
    """

    kind: str
    ok: bool
    signed: bool = False
    findings: tuple[str, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


class _WrongError(Exception):
    """The file is not what it says it is; the message tells the reader why."""


def verify_file(content: bytes) -> Verdict:
    """Check a PDF or an archive, whichever it is; never raises, whatever the bytes are."""
    return verify_pdf(content) if content.startswith(b"%PDF-") else verify_archive(content)


def verify_archive(content: bytes) -> Verdict:
    """Check an archive: every byte of it must be the one kaiban would write."""
    return _judged("archive", content, _check_archive)


def verify_pdf(content: bytes) -> Verdict:
    """Look into a PDF on its own: its summary may be sound, but it is not ``ok`` without a signature."""
    return _judged("pdf", content, _check_pdf)


def _judged(kind: str, content: bytes, check: Callable[[bytes], Mapping[str, Any]]) -> Verdict:
    try:
        found = check(content)
    except _WrongError as error:
        return Verdict(kind, ok=False, findings=(str(error),))
    except Exception as error:  # noqa: BLE001  a file that breaks its reader is not ours: that is the answer
        return Verdict(kind, ok=False, findings=(f"文件损坏或格式不对（{type(error).__name__}）",))
    if kind == "archive":
        return Verdict(kind, ok=True, findings=(UNSIGNED,), summary=found)
    return Verdict(kind, ok=False, findings=(UNSIGNED_PDF,), summary=found)


def _check_archive(content: bytes) -> Mapping[str, Any]:
    files = _unpacked(content)
    listed = _json(files, archive.MANIFEST)
    at = datetime.fromisoformat(listed["issued_at"])
    hashed = {path: inside for path, inside in files.items() if path != archive.MANIFEST}
    _require(listed == archive.manifest(hashed, at), "文件与清单 manifest.json 不一致")
    _require(archive.packed(files, at) == content, "ZIP 的结构被改动过（文件内容之外的字节不对）")
    told = _json(files, archive.SUMMARY)
    _check_summary(told)
    _check_extent(files)
    _require(datetime.fromisoformat(told["issued_at"]) == at, "签发时间与清单不一致")
    _check_originals(told, files)
    _require(
        _attached(files[archive.PDF]) == files[archive.SUMMARY],
        "PDF 所附摘要与 package.json 不一致",
    )
    return told


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files; nothing compressed and nothing twice, so that a small file cannot become a huge one."""
    _require(len(content) <= _LARGEST, "文件过大")
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        entries = bundle.infolist()
        names = {entry.filename for entry in entries}
        _require(len(names) == len(entries), "ZIP 内有重名文件")
        _require(
            all(each.compress_type == zipfile.ZIP_STORED for each in entries), "ZIP 内有压缩文件"
        )
        _require(sum(each.file_size for each in entries) <= len(content), "ZIP 内的文件长度不对")
        _require(names >= _FIXED, "ZIP 内缺少必备文件")
        return {entry.filename: bundle.read(entry) for entry in entries}


def _check_summary(told: Mapping[str, Any]) -> None:
    _require(told["format"] == summary.FORMAT, "摘要格式不认识")
    hours = told["hours"]
    parts = hours["parts"]
    _require(sum(parts.values()) == hours["wall_minutes"], "办理时长各部分之和不等于自然用时")
    left = hours["wall_minutes"] - hours["closed_minutes"] - hours["paused_minutes"]
    _require(left == hours["working_minutes"], "办理用时不等于自然用时减去停表和未开放时间")
    lacking = [link["name"] for link in told["links"] if link["state"] != "done"]
    _require([gap["link"] for gap in told["gaps"]] == lacking, "缺项与环节状态不一致")


def _check_extent(files: Mapping[str, bytes]) -> None:
    others = files.keys() - _FIXED
    _require(all(path.startswith(archive.ORIGINALS) for path in others), "ZIP 内有多余的文件")


def _check_originals(told: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    listed = {each["path"]: (each["size"], each["sha256"]) for each in told["documents"]}
    present = {
        path: (len(inside), hashlib.sha256(inside).hexdigest())
        for path, inside in files.items()
        if path.startswith(archive.ORIGINALS)
    }
    _require(listed == present, "部门原件与摘要所列不一致")


def _check_pdf(content: bytes) -> Mapping[str, Any]:
    text = _attached(content)
    told = _json({archive.SUMMARY: text}, archive.SUMMARY)
    _check_summary(told)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        subject = str(pdf.docinfo.get("/Subject", ""))
    expected = f"办件编号 {told['case_no']}，第 {told['version']} 版"
    _require(subject == expected, "PDF 的办件编号与摘要不一致")
    return told


def _attached(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _require(archive.SUMMARY in opened.attachments, "PDF 没有附带 package.json")
        stream = opened.attachments[archive.SUMMARY].get_file().obj
        try:
            unpacked_size(stream, LARGEST_SUMMARY)
        except TooMuchError as error:
            raise _WrongError("PDF 所附摘要过大") from error
        content: bytes = stream.read_bytes()
        return content


def _json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    found = json.loads(files[name])
    _require(isinstance(found, dict), f"{name} 不是摘要")
    _require(summary.canonical(found) == files[name], f"{name} 不是规范写法")
    read: dict[str, Any] = found
    return read


def _require(condition: bool, problem: str) -> None:  # noqa: FBT001  a condition is what it is about
    if not condition:
        raise _WrongError(problem)
