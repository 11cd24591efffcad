"""The platform's key in a file: read, used, and never told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

#: The one kind of key packages are signed with.
EXPECTED: Final = "an EC key on P-256 in PEM (PKCS #8), without a password"


class BadSigningKeyError(Exception):
    """The key or its certificates cannot be used; the message says why, and nothing of the key."""


@dataclass(frozen=True)
class FileSigner:
    """Signs with a key in memory (kaiban.ports.Signer); ``chain`` is its certificate, and by whom that was issued, the root last."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: Sequence[x509.Certificate]

    @classmethod
    def read(cls, key: bytes, certificates: bytes) -> "FileSigner":
        """From PEM; BadSigningKeyError for what would not make a signature that can be verified."""
        found = _key(key)
        chain = read_certificates(certificates)
        if chain[0].public_key() != found.public_key():
            raise BadSigningKeyError("the first certificate is another key's")
        _check_chain(chain)
        return cls(found, chain)

    @property
    def certificates(self) -> Sequence[bytes]:
        """Its certificate and those it was issued by; DER."""
        return [each.public_bytes(Encoding.DER) for each in self.chain]

    def sign(self, content: bytes) -> bytes:
        """ECDSA on P-256 over SHA-256 of the content, in DER."""
        return self.key.sign(content, ec.ECDSA(SHA256()))


def read_certificates(pem: bytes) -> Sequence[x509.Certificate]:
    """The certificates in a PEM text, at least one; BadSigningKeyError if there is none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadSigningKeyError("no certificates in PEM") from error


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        found = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadSigningKeyError(f"expected {EXPECTED}") from error
    if not isinstance(found, ec.EllipticCurvePrivateKey) or not isinstance(
        found.curve, ec.SECP256R1
    ):
        raise BadSigningKeyError(f"expected {EXPECTED}")
    return found


def _check_chain(chain: Sequence[x509.Certificate]) -> None:
    for one, issuer in pairwise(chain):
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise BadSigningKeyError(
                "each certificate must be issued by the one behind it"
            ) from error
