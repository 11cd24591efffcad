"""Detached signatures of SM2 in the message syntax of GB/T 35275-2017 (8.1, ``signedData``): write one, read one.

The syntax is that of PKCS #7 version 1.5 with object identifiers of its own (GB/T 33560). Without attributes the
signature is over the content itself. OpenSSL reads the ASN.1, but knows these identifiers as no CMS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from asn1crypto import core, x509

DATA: Final = "1.2.156.10197.6.1.4.2.1"
SIGNED_DATA: Final = "1.2.156.10197.6.1.4.2.2"
SM2_SIGNATURE: Final = "1.2.156.10197.1.301.1"
SM3: Final = "1.2.156.10197.1.401"
VERSION: Final = 1


class BadMessageError(Exception):
    """The bytes are no such message; the message says why, in a sentence."""


class _Algorithm(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar = [
        ("algorithm", core.ObjectIdentifier),
        ("parameters", core.Any, {"optional": True}),
    ]


class _Algorithms(core.SetOf):  # type: ignore[misc]  # likewise
    _child_spec = _Algorithm


class _Certificates(core.SetOf):  # type: ignore[misc]  # likewise
    _child_spec = core.Any


class _Content(core.Sequence):  # type: ignore[misc]  # likewise
    """What was signed lies elsewhere: only its type is told."""

    _fields: ClassVar = [("content_type", core.ObjectIdentifier)]


class _By(core.Sequence):  # type: ignore[misc]  # likewise
    _fields: ClassVar = [("issuer", x509.Name), ("serial_number", core.Integer)]


class _Signer(core.Sequence):  # type: ignore[misc]  # likewise
    _fields: ClassVar = [
        ("version", core.Integer),
        ("by", _By),
        ("digest_algorithm", _Algorithm),
        ("signature_algorithm", _Algorithm),
        ("signature", core.OctetString),
    ]


class _Signers(core.SetOf):  # type: ignore[misc]  # likewise
    _child_spec = _Signer


class _SignedData(core.Sequence):  # type: ignore[misc]  # likewise
    _fields: ClassVar = [
        ("version", core.Integer),
        ("digest_algorithms", _Algorithms),
        ("content", _Content),
        ("certificates", _Certificates, {"implicit": 0}),
        ("signers", _Signers),
    ]


class _Message(core.Sequence):  # type: ignore[misc]  # likewise
    _fields: ClassVar = [
        ("content_type", core.ObjectIdentifier),
        ("content", _SignedData, {"explicit": 0}),
    ]


@dataclass(frozen=True)
class Message:
    """One signature (DER, ``SEQUENCE {r, s}``) and the certificate it names (DER)."""

    certificate: bytes
    signature: bytes


def write(certificates: Sequence[bytes], signature: bytes) -> bytes:
    """The message in DER; the first certificate is the signer's, those it was issued by follow."""
    signer = {
        "version": VERSION,
        "by": _named(certificates[0]),
        "digest_algorithm": {"algorithm": SM3},
        "signature_algorithm": {"algorithm": SM2_SIGNATURE},
        "signature": signature,
    }
    content = {
        "version": VERSION,
        "digest_algorithms": [{"algorithm": SM3}],
        "content": {"content_type": DATA},
        "certificates": [core.Any.load(each) for each in certificates],
        "signers": [signer],
    }
    der: bytes = _Message({"content_type": SIGNED_DATA, "content": content}).dump()
    return der


def read(der: bytes) -> Message:
    """The one signature in it; BadMessageError for any other kind, number or form of signature."""
    try:
        return _read(_Message.load(der, strict=True))
    except BadMessageError:
        raise
    except Exception as error:
        raise BadMessageError("no message of GB/T 35275 that can be read") from error


def _read(message: Any) -> Message:
    told = message["content"]
    [signer], [digest] = told["signers"], told["digest_algorithms"]
    kinds = (message["content_type"].native, told["content"]["content_type"].native)
    algorithms = (
        digest["algorithm"].native,
        signer["digest_algorithm"]["algorithm"].native,
        signer["signature_algorithm"]["algorithm"].native,
    )
    versions = (told["version"].native, signer["version"].native)
    _require(kinds == (SIGNED_DATA, DATA), "another kind of message")
    _require(algorithms == (SM3, SM3, SM2_SIGNATURE), "signed by another algorithm")
    _require(versions == (VERSION, VERSION), "another version of the syntax")
    by = signer["by"].dump()
    own = [each.dump() for each in told["certificates"] if _named(each.dump()).dump() == by]
    _require(len(own) == 1, "the signer's certificate is not with it")
    return Message(own[0], signer["signature"].native)


def _named(certificate: bytes) -> _By:
    """How a signature names the certificate: by its issuer and its number."""
    told = x509.Certificate.load(certificate)
    return _By({"issuer": told.issuer, "serial_number": told.serial_number})


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise BadMessageError(problem)
