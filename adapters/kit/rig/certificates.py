"""TLS certificates for a proxy that stands for the department: good ones, and such as have run out."""

import ipaddress
import secrets
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)
HERE = "127.0.0.1"


def context(folder: Path, until: datetime, host: str = HERE) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a certificate of a host, valid for a year until then, and the file to trust.

    Each has an authority of its own, and a file: checks that go on beside one another share the folder.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / f"tls-{secrets.token_hex(8)}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(
        private + _certificate(key, until, host).public_bytes(serialization.Encoding.PEM)
    )
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    return made, path


def _certificate(key: ec.EllipticCurvePrivateKey, until: datetime, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "department")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - YEAR)
        .not_valid_after(until)
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
