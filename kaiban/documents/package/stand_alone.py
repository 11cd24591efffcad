"""核验证照包 · Verify a certificate package without whoever made it: this file, cryptography and pikepdf.

    pip install "cryptography>=47" pikepdf
    python verify.py FILE.zip|FILE.pdf [--trust CERTIFICATES.pem]

信任的证书从城市公布的地方取得，不从收到的包里取。Take the trusted certificates from where the city publishes them, never from
whoever sent the package. Exit 0: whole, and signed by a trusted certificate (or a sample that says so); 1: not; 2: usage.
Whether a newer version has replaced it, only the city's verification page can tell.
"""

# One page to be read before it is run.
# fmt: off
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple, cast

import pikepdf
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

SAMPLE = "样例"
CERTIFICATE, SUMMARY, MANIFEST, SIGNATURE, SM2_SIGNATURE = "certificate.pdf", "package.json", "manifest.json", "manifest.p7s", "manifest.sm2.p7s"
DATA, SIGNED_DATA, DIGEST, TIME = (f"1.2.840.113549.1.{each}" for each in ("7.1", "7.2", "9.4", "9.5"))
OWNER, STAMP = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"
SHA_256, WITH_ECDSA = ("300d06096086480165030402010500", "300b0609608648016503040201"), "300a06082a8648ce3d040302"
UNSIGNED = "没有数字签名：原来就没有签，或者签名被去掉了 (unsigned, or stripped of its signature)"
CHANGED = "内容与签名不符：签名以后被改动过，或者签名取自别的文件 (changed after it was signed, or another file's signature)"
ADDED = "签名以后又追加了内容 (something was appended after it was signed)"
STRANGE = "签名不能识别 (the signature is of no kind known here)"
UNTRUSTED = "签名完好，但签名的证书不是信任的证书，可能是他人重新签的 (signed, but not with a trusted certificate: perhaps re-signed)"
UNKNOWN = "签名完好，但没有给出信任的证书，不能确认是谁签的：请用 --trust (signed, but by whom cannot be told without --trust)"
DAMAGED = "文件损坏，或者不是证照包 (damaged, or no package)"
MIXED = "文件与签过名的清单不一致：有增减、改动，或者取自别的包 (files are not those of the signed manifest)"

class Wrong(Exception):  # noqa: N818 - named for what it tells
    """Why it is not verified, in one sentence."""

def sequence(name: str, **fields: Any) -> Any:
    return asn1.sequence(type(name, (), {"__annotations__": fields}))

OID, TLV, Set, Tagged = x509.ObjectIdentifier, asn1.TLV, cast("Any", asn1.SetOf), cast("Any", Annotated)
Attributes, By, Carried = Set[sequence("Attribute", kind=OID, values=Set[TLV])], sequence("By", issuer=TLV, serial=int), sequence("Carried", kind=OID)
Signed, Unsigned, Certificates = Tagged[Attributes, asn1.Implicit(0)], Tagged[Attributes | None, asn1.Implicit(1)], Tagged[Set[TLV], asn1.Implicit(0)]
Signer = sequence("Signer", version=int, by=By, digest=TLV, signed=Signed, algorithm=TLV, signature=bytes, unsigned=Unsigned)
SignedData = sequence("SignedData", version=int, digests=Set[TLV], carried=Carried, certificates=Certificates, signers=Set[Signer])
Cms = sequence("Cms", kind=OID, content=Tagged[SignedData, asn1.Explicit(0)])

class Found(NamedTuple):
    """Who signed, when by their own account, at which PAdES level; the time stamp (unchecked here) and what it stamps; the summary."""

    signer: x509.Certificate
    at: datetime
    level: str
    stamp: tuple[()] | tuple[bytes, bytes] = ()
    summary: Any = {}  # noqa: RUF012 - replaced, never changed

def require(condition: object, problem: str) -> None:
    if not condition:
        raise Wrong(problem)

def check_signature(der: bytes, content: bytes, at: datetime | None = None) -> Found:
    """Who signed this content (detached CMS, RFC 5652, ECDSA with SHA-256); Wrong if nobody did."""
    cms = asn1.decode_der(Cms, der)
    [signer], [digest] = cms.content.signers.as_list(), cms.content.digests.as_list()
    named = {each.kind.dotted_string: asn1.encode_der(each.values.as_list()[0]) for each in signer.signed.as_list()}
    [own, *_] = [x509.load_der_x509_certificate(asn1.encode_der(each)) for each in cms.content.certificates.as_list() if hashlib.sha256(asn1.encode_der(each)).digest() in named[OWNER]]
    require((own.issuer.public_bytes(), own.serial_number) == (asn1.encode_der(signer.by.issuer), signer.by.serial), STRANGE)
    at = at or asn1.decode_der(asn1.UTCTime, named[TIME]).as_datetime().replace(tzinfo=UTC)
    kinds = (cms.content.version, signer.version, cms.kind.dotted_string, cms.content.carried.kind.dotted_string)
    by_what = [asn1.encode_der(each).hex() for each in (digest, signer.digest, signer.algorithm)]
    require(kinds == (1, 1, SIGNED_DATA, DATA) and by_what[0] == by_what[1] in SHA_256 and by_what[2] == WITH_ECDSA, STRANGE)
    require(named[DIGEST] == b"\x04\x20" + hashlib.sha256(content).digest(), CHANGED)
    cast("Any", own.public_key()).verify(signer.signature, asn1.encode_der(signer.signed), ec.ECDSA(SHA256()))
    more = {each.kind.dotted_string: asn1.encode_der(each.values.as_list()[0]) for each in (signer.unsigned.as_list() if signer.unsigned else ())}
    return Found(own, at, "B-T" if STAMP in more else "B-B", (more[STAMP], signer.signature) if STAMP in more else ())

def check_pdf(content: bytes) -> Found:
    """Who certified this very PDF, all of it, and its summary."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        signatures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/ByteRange" in each]
        require(signatures and "/DocMDP" in pdf.Root.get("/Perms", {}), UNSIGNED)
        require(len(signatures) == 1 and int(signatures[0].Reference[0].TransformParams.P) == 1, STRANGE)
        start, begin, end, length = map(int, signatures[0].ByteRange)
        der = bytes(signatures[0].Contents)
        require(start == 0 and content[begin:end] == b"<%s>" % der.hex().upper().encode(), CHANGED)
        require(end + length == len(content), ADDED if end + length < len(content) else CHANGED)
        at = datetime.strptime(str(signatures[0].M), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
        size = 4 + int.from_bytes(der[2:4], "big")  # what is behind is only kept free
        require(der[:2] == b"\x30\x82" and not der[size:].strip(b"\0"), STRANGE)
        found = check_signature(der[:size], content[:begin] + content[end:], at)
        return found._replace(summary=json.loads(pdf.attachments[SUMMARY].get_file().read_bytes()))

def check_zip(content: bytes) -> Found:
    """Who signed the manifest of this ZIP, if the files in it are the listed ones and its PDF is by the same signer."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        entries = bundle.infolist()
        require(all(each.compress_type == zipfile.ZIP_STORED for each in entries) and sum(each.file_size for each in entries) <= len(content), MIXED)
        files = {each.filename: bundle.read(each) for each in entries}
        require(len(files) == len(entries), MIXED)
    require(MANIFEST in files and SIGNATURE in files, UNSIGNED)
    found = check_signature(files.pop(SIGNATURE), manifest := files.pop(MANIFEST))
    present = {path: (len(each), hashlib.sha256(each).hexdigest()) for path, each in files.items() if path != SM2_SIGNATURE}  # SM2: see HOW-TO-VERIFY.txt
    require(present == {each["path"]: (each["size"], each["sha256"]) for each in json.loads(manifest)["files"]}, MIXED)
    inside = check_pdf(files[CERTIFICATE])
    require(inside.signer == found.signer and inside.summary == json.loads(files[SUMMARY]), MIXED)
    return found._replace(level=inside.level, stamp=inside.stamp, summary=inside.summary)

def check(content: bytes, trusted: Sequence[x509.Certificate]) -> Found:
    """What is verified of a package; Wrong if anything is not, by one of the sentences above."""
    try:
        found = check_pdf(content) if content.startswith(b"%PDF-") else check_zip(content)
    except InvalidSignature as error:
        raise Wrong(CHANGED) from error
    except Exception as error:
        raise error if isinstance(error, Wrong) else Wrong(DAMAGED) from error
    own = found.signer
    require(not trusted or (own in trusted and own.not_valid_before_utc <= found.at <= own.not_valid_after_utc), UNTRUSTED)
    # Anybody can make a sample; it is worth nothing whoever made it, and says so on every page.
    require(trusted or (found.summary["sample"] and SAMPLE in own.subject.rfc4514_string()), UNKNOWN)
    return found

def main(arguments: Sequence[str]) -> int:
    """0, 1 or 2, with one sentence."""
    try:
        [file, *more] = arguments
        trusted = x509.load_pem_x509_certificates(Path(more[1]).read_bytes()) if more[:1] == ["--trust"] else []
        content = Path(file).read_bytes()
    except (OSError, ValueError, IndexError) as error:
        print(__doc__, error, sep="\n", file=sys.stderr)
        return 2
    try:
        found = check(content, trusted)
    except Wrong as wrong:
        print("✗", wrong)
        return 1
    case, version, sample = (found.summary[each] for each in ("case_no", "version", "sample"))
    print(f"✓ 未改动 (unchanged): {case} 第 {version} 版; {found.signer.subject.rfc4514_string()}; PAdES {found.level} {found.at:%Y-%m-%d %H:%M} UTC {sample}")
    return 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
