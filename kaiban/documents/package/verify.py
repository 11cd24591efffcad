"""Check a package offline: nothing but the file, and the certificates that are trusted, is needed.

What the program in each archive checks (stand_alone.py): one certifying signature over the whole PDF, one over the
archive's manifest, every file as listed, all by a trusted certificate. On top of that, here: the manifest's SM2
signature, where there is one (GB/T 35275; trusted like the others, by certificate); there is only one right ZIP
for its files (archive.py), so that any changed, added, missing or moved byte is found in the frame as well; and the
summary agrees with itself. Whether a newer version exists only the verification page tells.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from kaiban.documents.package import archive, stand_alone, summary
from kaiban.documents.package.stand_alone import Found, Wrong, require
from kaiban.documents.signing import sm2_messages
from kaiban.documents.signing.certificates import BadSigningKeyError
from kaiban.documents.signing.sm2_signer import is_sm2, verifier
from kaiban.documents.signing.time_stamps import BadStampError
from kaiban.documents.signing.time_stamps import check as check_stamp
from kaiban.documents.unpacking import TooMuchError, unpacked_size

#: What the check cannot tell, whoever signed.
NOT_TOLD: Final = "是否已被新的一版替代或撤回，以核验页显示的为准。"
SAMPLE: Final = "样例：谁都可以制作，不证明任何事。"
#: Of a time stamp: that nobody said whom to believe, or what was found.
NOT_COMPARED: Final = "带有时间戳，没有给出信任的时间戳机构证书，这里没有核对。"
COMPARED: Final = "时间戳核对无误：{at:%Y-%m-%d %H:%M:%S} UTC 以前已经签好。"
SM2_COMPARED: Final = "清单另有 SM2 签名（GB/T 35275），核对无误：{signer}。"
SM2_NOT_COMPARED: Final = (
    "清单另有 SM2 签名，与清单相符；没有给出信任的 SM2 证书，不能确认是谁签的。"
)
SM2_WRONG: Final = "清单的 SM2 签名与清单不符，或者不能识别"
SM2_UNTRUSTED: Final = "清单的 SM2 签名完好，但签名的证书不是信任的证书，或者签名时不在有效期内"
SM2_STRIPPED: Final = "SM2 签名被去掉了，或者是后来加上的：与签过名的清单所列不一致"
NO_STAMP: Final = "时间戳核对不通过：{why}"

#: Said of what is neither PDF nor ZIP: above all of package.json, which is written beside them and is not signed by itself.
NEITHER: Final = "这不是 PDF，也不是 ZIP，没有签名可以核对；单独的 package.json 请用同一版的 PDF 或者 ZIP 核验。"

_FIXED: Final = frozenset({archive.PDF, archive.SUMMARY, archive.MANIFEST})
_BESIDE: Final = frozenset(
    {archive.SIGNATURE, archive.SM2_SIGNATURE, archive.PROGRAM, archive.HOW_TO}
)
_LARGEST: Final = 512 * 1024 * 1024
#: A summary has some ten kilobytes; a small file must not become a huge one.
LARGEST_SUMMARY: Final = 16 * 1024 * 1024


#: What else is to be said of a package that is right, each in a sentence.
Remarks = tuple[str, ...]
Checked = tuple[Found, Remarks]


@dataclass(frozen=True)
class Verdict:
    """What was found.

    ``ok`` only if every byte is as it was signed by a trusted certificate. ``findings`` says what is wrong, or else what
    the check cannot tell. ``summary`` is package.json, ``signer`` the certificate's name and ``fingerprint`` its SHA-256.
    ``at`` is when by the signer's own account, ``stamped_at`` by a trusted authority of time, if one was compared.
    """

    kind: str
    ok: bool
    findings: tuple[str, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    signer: str = ""
    fingerprint: str = ""
    level: str = ""
    at: datetime | None = None
    stamped_at: datetime | None = None


def verify_file(
    content: bytes,
    trusted: Sequence[x509.Certificate] = (),
    authorities: Sequence[x509.Certificate] = (),
) -> Verdict:
    """Check a PDF or an archive, whichever it is; never raises, whatever the bytes are.

    Without ``trusted`` certificates only a sample that says so is ``ok``. A time stamp must be by one of the ``authorities``
    if any are given, at an instant at which the signer's certificate held.
    """
    kind = "pdf" if content.startswith(b"%PDF-") else "archive"
    try:
        require(kind == "pdf" or _begins_or_ends_as_zip(content), NEITHER)
        found, remarks = _CHECKS[kind](content, trusted)
        return _found(kind, found, remarks, _stamped_at(found, authorities))
    except Wrong as error:
        return Verdict(kind, ok=False, findings=(str(error),))
    except Exception as error:  # noqa: BLE001  a file that breaks its reader is not ours: that is the answer
        return Verdict(kind, ok=False, findings=(f"文件损坏或格式不对（{type(error).__name__}）",))


def _begins_or_ends_as_zip(content: bytes) -> bool:
    """Whether it is a ZIP, be it cut short or with something before it: such a one was changed, and is no other kind of file."""
    return content.startswith(b"PK") or zipfile.is_zipfile(io.BytesIO(content))


def _stamped_at(found: Found, authorities: Sequence[x509.Certificate]) -> datetime | None:
    if not (found.stamp and authorities):
        return None
    token, signature = found.stamp
    try:
        at = check_stamp(token, signature, authorities)
    except BadStampError as error:
        raise Wrong(NO_STAMP.format(why=error)) from error
    own = found.signer
    held = own.not_valid_before_utc <= at <= own.not_valid_after_utc
    require(held, NO_STAMP.format(why="the signer's certificate did not hold at that time"))
    return at


def _found(kind: str, found: Found, told: Remarks, stamped_at: datetime | None) -> Verdict:
    remarks: Remarks = (SAMPLE, *told) if found.summary["sample"] else told
    if found.stamp:
        remarks += (COMPARED.format(at=stamped_at) if stamped_at else NOT_COMPARED,)
    return Verdict(
        kind,
        ok=True,
        findings=(*remarks, NOT_TOLD),
        summary=found.summary,
        signer=found.signer.subject.rfc4514_string(),
        fingerprint=fingerprint(found.signer),
        level=found.level,
        at=found.at,
        stamped_at=stamped_at,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """What two people compare over the telephone: SHA-256 of the certificate, in groups."""
    plain = certificate.fingerprint(SHA256()).hex().upper()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _check_archive(content: bytes, trusted: Sequence[x509.Certificate]) -> Checked:
    files = _unpacked(content)
    _limit_summary(files[archive.PDF])
    found = stand_alone.check(content, trusted)
    listed, told = _json(files, archive.MANIFEST), _json(files, archive.SUMMARY)
    at = datetime.fromisoformat(listed["issued_at"])
    hashed = {path: inside for path, inside in files.items() if path not in _NOT_LISTED}
    also = archive.also_signed(files)
    require(listed.get("also_signed", []) == also, SM2_STRIPPED)
    require(listed == archive.manifest(hashed, at, also), "文件与清单 manifest.json 不一致")
    require(archive.packed(files, at) == content, "ZIP 的结构被改动过（文件内容之外的字节不对）")
    _check_summary(told)
    _check_extent(files)
    require(datetime.fromisoformat(told["issued_at"]) == at, "签发时间与清单不一致")
    _check_originals(told, files)
    return found, _check_sm2(files, trusted, found.at) if also else ()


def _check_sm2(
    files: Mapping[str, bytes], trusted: Sequence[x509.Certificate], at: datetime
) -> Remarks:
    """What is to be said of the SM2 signature; Wrong if it is not of this manifest, or not by a trusted SM2 certificate."""
    try:
        message = sm2_messages.read(files[archive.SM2_SIGNATURE])
        own = x509.load_der_x509_certificate(message.certificate)
        right = verifier(own).verify(files[archive.MANIFEST], message.signature)
    except (sm2_messages.BadMessageError, BadSigningKeyError, ValueError) as error:
        raise Wrong(SM2_WRONG) from error
    require(right, SM2_WRONG)
    if not any(map(is_sm2, trusted)):
        return (SM2_NOT_COMPARED,)
    held = own.not_valid_before_utc <= at <= own.not_valid_after_utc
    require(own in trusted and held, SM2_UNTRUSTED)
    return (SM2_COMPARED.format(signer=own.subject.rfc4514_string()),)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files; nothing compressed and nothing twice, so that a small file cannot become a huge one."""
    require(len(content) <= _LARGEST, "文件过大")
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        entries = bundle.infolist()
        names = {entry.filename for entry in entries}
        require(len(names) == len(entries), "ZIP 内有重名文件")
        require(
            all(each.compress_type == zipfile.ZIP_STORED for each in entries), "ZIP 内有压缩文件"
        )
        require(sum(each.file_size for each in entries) <= len(content), "ZIP 内的文件长度不对")
        require(names >= _FIXED, "ZIP 内缺少必备文件")
        return {entry.filename: bundle.read(entry) for entry in entries}


def _check_summary(told: Mapping[str, Any]) -> None:
    require(told["format"] == summary.FORMAT, "摘要格式不认识")
    hours = told["hours"]
    parts = hours["parts"]
    require(sum(parts.values()) == hours["wall_minutes"], "办理时长各部分之和不等于自然用时")
    left = hours["wall_minutes"] - hours["closed_minutes"] - hours["paused_minutes"]
    require(left == hours["working_minutes"], "办理用时不等于自然用时减去停表和未开放时间")
    lacking = [link["name"] for link in told["links"] if link["state"] != "done"]
    require([gap["link"] for gap in told["gaps"]] == lacking, "缺项与环节状态不一致")


def _check_extent(files: Mapping[str, bytes]) -> None:
    others = files.keys() - _FIXED - _BESIDE
    require(all(path.startswith(archive.ORIGINALS) for path in others), "ZIP 内有多余的文件")


def _check_originals(told: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    listed = {each["path"]: (each["size"], each["sha256"]) for each in told["documents"]}
    present = {
        path: (len(inside), hashlib.sha256(inside).hexdigest())
        for path, inside in files.items()
        if path.startswith(archive.ORIGINALS)
    }
    require(listed == present, "部门原件与摘要所列不一致")


def _check_pdf(content: bytes, trusted: Sequence[x509.Certificate]) -> Checked:
    _limit_summary(content)
    found = stand_alone.check(content, trusted)
    _check_summary(found.summary)
    return found, ()


def _limit_summary(pdf: bytes) -> None:
    """Wrong if the PDF has no summary, or one that unpacks to more than any has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        require(archive.SUMMARY in opened.attachments, "PDF 没有附带 package.json")
        stream = opened.attachments[archive.SUMMARY].get_file().obj
        try:
            unpacked_size(stream, LARGEST_SUMMARY)
        except TooMuchError as error:
            raise Wrong("PDF 所附摘要过大") from error


def _json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    found = json.loads(files[name])
    require(isinstance(found, dict), f"{name} 不是摘要")
    require(summary.canonical(found) == files[name], f"{name} 不是规范写法")
    read: dict[str, Any] = found
    return read


_NOT_LISTED: Final = frozenset({archive.MANIFEST, archive.SIGNATURE, archive.SM2_SIGNATURE})
_CHECKS: Final[Mapping[str, Callable[[bytes, Sequence[x509.Certificate]], Checked]]] = {
    "pdf": _check_pdf,
    "archive": _check_archive,
}
