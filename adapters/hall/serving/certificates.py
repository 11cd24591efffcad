"""A test authority: it vouches for stubs and for whoever calls them, and its name says that it is a sample.

TLS goes by the machine's clock, not by the hall's: so do the certificates.
"""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: How a department is reached: by HTTP, by HTTPS, or by HTTPS and only with a certificate of the authority.
Tls = Literal["off", "server", "mutual"]
NAME: Final = "测试认证机构（样例 SAMPLE，无法律效力）"
HERE: Final = "127.0.0.1"
LIFE: Final = timedelta(days=365)
_AUTHORITYS_LIFE: Final = 10 * LIFE
#: Machines whose clocks differ a little believe it at once.
_BACK: Final = timedelta(hours=1)


class Authority:
    """An authority whose files are in ``folder``, readable to us only; whom to trust is ``file``.

    It is kept, until it has less than a year to live; what it certifies is made anew each time.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self.file = folder / "authority.pem"
        self._key, self._certificate = self._kept() or self._made()

    def server(
        self, hosts: Sequence[str] = (HERE, "localhost"), until: datetime | None = None
    ) -> ssl.SSLContext:
        """Return what a server of these hosts shows, valid for a year until then."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown = x509.SubjectAlternativeName([_named(host) for host in hosts])
        purpose = ExtendedKeyUsageOID.SERVER_AUTH
        context.load_cert_chain(self._certified(hosts[0], purpose, until, shown))
        return context

    def lets_in(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """Have a server let in only those who show a certificate of this authority; return its context."""
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.file)
        return context

    def client(self, until: datetime | None = None) -> Path:
        """Return the file of a certificate for those who call, with its key."""
        return self._certified("client", ExtendedKeyUsageOID.CLIENT_AUTH, until)

    # --- private --------------------------------------------------------------------------------

    def _certified(
        self,
        name: str,
        purpose: x509.ObjectIdentifier,
        until: datetime | None,
        *shown: x509.ExtensionType,
    ) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        end = until or _now() + LIFE - _BACK
        made = _begun(name, key, end - LIFE, end).issuer_name(self._certificate.subject)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        for each in (x509.ExtendedKeyUsage([purpose]), signer, *shown):
            made = made.add_extension(each, critical=False)
        made = made.add_extension(_usage(certifies=False), critical=True)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        certified = made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        return _written(self._folder / f"{name}.pem", _private(key) + certified)

    def _kept(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
        if not self.file.exists():
            return None
        certificate = x509.load_pem_x509_certificate(self.file.read_bytes())
        if certificate.not_valid_after_utc < _now() + LIFE:
            return None
        key = load_pem_private_key((self._folder / "authority.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey), "made below"
        return key, certificate

    def _made(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key = ec.generate_private_key(ec.SECP256R1())
        begin = _now() - _BACK
        made = _begun(NAME, key, begin, begin + _AUTHORITYS_LIFE)
        certificate = (
            made.issuer_name(_called(NAME))
            .add_extension(_usage(certifies=True), critical=True)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        _written(self._folder / "authority.key", _private(key))
        _written(self.file, certificate.public_bytes(Encoding.PEM))
        return key, certificate


def _begun(
    name: str, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies, key_cert_sign=certifies, crl_sign=certifies,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _written(path: Path, content: bytes) -> Path:
    """Write it for us only; whoever reads it meanwhile finds the old one or the new one."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_bytes(content)
    return part.replace(path)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the machine's clock: TLS goes by it
