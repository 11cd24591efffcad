"""Time stamps (RFC 3161): check one offline against the certificates that are trusted."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_DIGESTS: Final[Mapping[str, hashes.HashAlgorithm]] = {
    each.name: each for each in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())
}


class BadStampError(Exception):
    """Why a time stamp does not hold, in a sentence."""


def check(token: bytes, content: bytes, trusted: Sequence[x509.Certificate]) -> datetime:
    """When one of the trusted certificates' owners saw that content; BadStampError if none did."""
    try:
        return _checked(cms.ContentInfo.load(token, strict=True), content, trusted)
    except (BadStampError, InvalidSignature) as error:
        raise BadStampError(str(error) or "the stamp's signature is wrong") from error
    except Exception as error:
        raise BadStampError("no time stamp that can be read") from error


def _checked(info: Any, content: bytes, trusted: Sequence[x509.Certificate]) -> datetime:
    signed = info["content"]
    inside = signed["encap_content_info"]
    stamped: tsp.TSTInfo = inside["content"].parsed
    _require(info["content_type"].native == "signed_data", "no time stamp")
    _require(inside["content_type"].native == "tst_info", "no time stamp")
    imprint = stamped["message_imprint"]
    digest = _DIGESTS[imprint["hash_algorithm"]["algorithm"].native]
    of_content = hashlib.new(digest.name, content).digest()
    _require(imprint["hashed_message"].native == of_content, "a stamp of something else")
    [signer] = signed["signer_infos"]
    named = {each["type"].native: each["values"][0].native for each in signer["signed_attrs"]}
    by = _DIGESTS[signer["digest_algorithm"]["algorithm"].native]
    of_info = hashlib.new(by.name, inside["content"].contents).digest()
    _require(named["content_type"] == "tst_info", "no time stamp")
    _require(named["message_digest"] == of_info, "the stamp was changed")
    at: datetime = stamped["gen_time"].native
    own = _of(signer, trusted)
    _require(own is not None, "a stamp of an authority that is not trusted")
    assert own is not None  # as just required
    valid = own.not_valid_before_utc <= at <= own.not_valid_after_utc
    _require(valid, "the authority's certificate did not hold then")
    _verify(own.public_key(), signer, by)
    return at


def _of(signer: Any, trusted: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The trusted certificate the stamp names."""
    serial = signer["sid"].chosen["serial_number"].native
    issuer = signer["sid"].chosen["issuer"].dump()
    same = (each for each in trusted if each.serial_number == serial)
    return next((each for each in same if each.issuer.public_bytes() == issuer), None)


def _verify(key: Any, signer: Any, digest: hashes.HashAlgorithm) -> None:
    signature, told = signer["signature"].native, signer["signed_attrs"].untag().dump()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, told, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, told, padding.PKCS1v15(), digest)
    else:
        raise BadStampError("a stamp by a key of a kind that is not known here")


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise BadStampError(problem)
