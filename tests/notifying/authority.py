"""A certificate authority of the test's own, and what goes wrong with certificates."""

import ssl
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kaiban.app.clock import WallClock

NAME = "localhost"
DAY = timedelta(days=1)


def _named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Issues certificates; ``file`` holds what is to be trusted."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed("示例根", self.key, self, ca=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, name=NAME, *, expired=False, own=False):
        """What a server of that name shows: by us, expired, or signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        until = WallClock().now() - DAY if expired else None
        made = self._signed(name, key, None if own else self, until=until)
        chain = self.folder / f"{made.serial_number}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(chain)
        return shown

    def _signed(self, name, key, issuer, *, ca=False, until=None):
        until = until or WallClock().now() + 30 * DAY
        signer = key if issuer is None else issuer.key
        above = _named(name) if issuer is None or ca else issuer.certificate.subject
        usage = {
            "digital_signature": True, "key_cert_sign": ca, "crl_sign": ca,
            **dict.fromkeys(
                ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
                False,
            ),
        }  # fmt: skip
        made = (
            x509.CertificateBuilder()
            .subject_name(_named(name)).issuer_name(above).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - 60 * DAY).not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )  # fmt: skip
        if not ca:
            names = x509.SubjectAlternativeName([x509.DNSName(name)])
            made = made.add_extension(names, critical=False)
        return made.sign(signer, hashes.SHA256())


#: What a server may show that is not to be trusted.
WRONG = {
    "for another name": {"name": "mail.example.com"},
    "expired": {"expired": True},
    "signed by itself": {"own": True},
}
