"""A key and a certificate for development and demonstrations, which say plainly that they are samples."""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from kaiban.documents.package.packages import SAMPLE
from kaiban.documents.package.stand_alone import SAMPLE as WORD

LIFE: Final = timedelta(days=2 * 365)
#: Machines whose clocks differ a little begin to believe it at once.
_BACK: Final = timedelta(hours=1)


def make_sample(now: datetime) -> tuple[bytes, bytes]:
    """A fresh key and the certificate it gives itself, both PEM; every name in it says that it is a sample."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SAMPLE),
            x509.NameAttribute(NameOID.COMMON_NAME, "企业开办平台（样例 SAMPLE）"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, certificate.public_bytes(Encoding.PEM)


def is_sample(certificate: x509.Certificate) -> bool:
    """Whether it says that it is one."""
    return WORD in certificate.subject.rfc4514_string()


_USAGE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
