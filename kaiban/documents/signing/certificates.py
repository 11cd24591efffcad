"""The certificates of the platform's key: read from PEM, and sound as a chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding


class BadSigningKeyError(Exception):
    """The key or its certificates cannot be used; the message says why, and nothing of the key."""


#: What certificates that packages are signed with are for.
EXPECTED: Final = "a certificate of an EC key on P-256"


@dataclass(frozen=True)
class Certified:
    """Whoever signs with a certificate: ``chain`` is that of the key, and by whom it was issued, the root last."""

    chain: Sequence[x509.Certificate]

    @property
    def certificates(self) -> Sequence[bytes]:
        """Its certificate and those it was issued by; DER."""
        return [each.public_bytes(Encoding.DER) for each in self.chain]


def read_certificates(pem: bytes) -> Sequence[x509.Certificate]:
    """The certificates in a PEM text, at least one; BadSigningKeyError if there is none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadSigningKeyError("no certificates in PEM") from error


def read_chain(pem: bytes) -> Sequence[x509.Certificate]:
    """The same, each issued by the one behind it; BadSigningKeyError for anything else."""
    chain = read_certificates(pem)
    for one, issuer in pairwise(chain):
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise BadSigningKeyError(
                "each certificate must be issued by the one behind it"
            ) from error
    return chain


def public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The key it was given for; BadSigningKeyError for another kind than packages are signed with."""
    found = certificate.public_key()
    if not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(
        found.curve, ec.SECP256R1
    ):
        raise BadSigningKeyError(f"expected {EXPECTED}")
    return found
