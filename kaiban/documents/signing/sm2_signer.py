"""The platform's SM2 key in a file, and what is checked with the certificates of such keys.

``cryptography`` reads certificates of SM2 keys, but neither the keys nor what they signed; SM2 is our own room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from asn1crypto import pem
from asn1crypto import x509 as structures
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kaiban.documents.signing import sm2_messages
from kaiban.documents.signing.certificates import BadSigningKeyError, Certified, read_certificates
from kaiban.sm2.signatures import Sm2Signer, Sm2Verifier

#: SM2 over SM3 (GB/T 33560), by which certificates of SM2 keys are issued.
SM2_WITH_SM3: Final = "1.2.156.10197.1.501"
#: Signed with the key, to learn whether the certificate is of this key.
_PROBE: Final = b"kaiban"


@dataclass(frozen=True)
class Sm2FileSigner(Certified):
    """Signs with an SM2 key in memory."""

    signer: Sm2Signer = field(repr=False)

    @classmethod
    def read(cls, key: bytes, certificates: bytes) -> "Sm2FileSigner":
        """From PEM; BadSigningKeyError for what would not make a signature that can be verified."""
        chain = _chain(certificates)
        try:
            signer = Sm2Signer(key.decode())
        except ValueError as error:
            raise BadSigningKeyError("expected an SM2 key in PEM (PKCS #8)") from error
        if not verifier(chain[0]).verify(_PROBE, signer.sign(_PROBE)):
            raise BadSigningKeyError("the first certificate is another key's")
        return cls(chain, signer)

    def detached(self, content: bytes) -> bytes:
        """A detached signature of the content: ``signedData`` of GB/T 35275, DER."""
        return sm2_messages.write(self.certificates, self.signer.sign(content))


def verifier(certificate: x509.Certificate) -> Sm2Verifier:
    """What tells signatures of the key it was given for; BadSigningKeyError if that is no SM2 key."""
    der = certificate.public_bytes(Encoding.DER)
    key = structures.Certificate.load(der).public_key.dump()
    try:
        return Sm2Verifier(pem.armor("PUBLIC KEY", key).decode())
    except ValueError as error:
        raise BadSigningKeyError("expected a certificate of an SM2 key") from error


def is_sm2(certificate: x509.Certificate) -> bool:
    """Whether it was given for an SM2 key."""
    try:
        verifier(certificate)
    except BadSigningKeyError:
        return False
    return True


def _chain(certificates: bytes) -> Sequence[x509.Certificate]:
    chain = read_certificates(certificates)
    for one, issuer in pairwise(chain):
        by_sm2 = one.signature_algorithm_oid.dotted_string == SM2_WITH_SM3
        signed = one.tbs_certificate_bytes, one.signature
        if not (by_sm2 and one.issuer == issuer.subject and verifier(issuer).verify(*signed)):
            raise BadSigningKeyError("each certificate must be issued by the one behind it")
    return chain
