"""The platform's key in a file: read, used, and never told."""

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kaiban.documents.signing.certificates import BadSigningKeyError, Certified, read_chain

#: The one kind of key packages are signed with.
EXPECTED: Final = "an EC key on P-256 in PEM (PKCS #8), without a password"


@dataclass(frozen=True)
class FileSigner(Certified):
    """Signs with a key in memory (kaiban.ports.Signer)."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def read(cls, key: bytes, certificates: bytes) -> "FileSigner":
        """From PEM; BadSigningKeyError for what would not make a signature that can be verified."""
        found = _key(key)
        chain = read_chain(certificates)
        if chain[0].public_key() != found.public_key():
            raise BadSigningKeyError("the first certificate is another key's")
        return cls(chain, found)

    def sign(self, content: bytes) -> bytes:
        """ECDSA on P-256 over SHA-256 of the content, in DER."""
        return self.key.sign(content, ec.ECDSA(SHA256()))


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
