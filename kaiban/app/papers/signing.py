"""The key that signs packages: read where packages are made, made as a sample in development, and nowhere else."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kaiban.config import ConfigError, Settings, resolve
from kaiban.domain.papers.verification import SigningCertificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from kaiban.documents.package.packages import Signed, Signing
    from kaiban.documents.signing.file_signer import FileSigner
    from kaiban.documents.signing.pkcs11_signer import Pkcs11Signer
    from kaiban.documents.signing.sm2_signer import Sm2FileSigner

#: So long before a certificate ends there must be another: offices take their time to issue one.
SOON: Final = timedelta(days=60)


class SigningWhenAsked:
    """Signs packages (kaiban.documents.package.packages.Signing); the key is read with the first one.

    Every process knows how packages are made, and few make any: a web process never has the key.
    """

    def __init__(self, make: Callable[[], "Signing"]) -> None:
        self._make = make

    @cached_property
    def _signing(self) -> "Signing":
        return self._make()

    def pdf(self, content: bytes) -> "Signed":
        """The PDF, signed behind what it was."""
        return self._signing.pdf(content)

    def detached(self, content: bytes) -> "Signed":
        """A detached signature of the content."""
        return self._signing.detached(content)

    @property
    def sm2(self) -> "Callable[[bytes], bytes] | None":
        """Makes one by the SM2 key as well, if there is one."""
        return self._signing.sm2


def read_signer(
    settings: Settings, environ: Mapping[str, str], now: datetime
) -> "FileSigner | Pkcs11Signer":
    """The platform's signer, in development a sample if there is none yet; ConfigError for keys that cannot be used."""
    from kaiban.documents.signing.certificates import BadSigningKeyError

    make_sample_keys(settings, now)
    is_token = settings.signing_key.partition(":")[0] == "pkcs11"
    try:
        return (_in_token if is_token else _in_file)(settings, environ)
    except BadSigningKeyError as error:
        raise ConfigError(f"KAIBAN_SIGNING_KEY, KAIBAN_SIGNING_CERTIFICATES: {error}") from error


def _in_file(settings: Settings, environ: Mapping[str, str]) -> "FileSigner":
    from kaiban.documents.signing.file_signer import FileSigner

    key = str(resolve(settings.signing_key, environ))
    return FileSigner.read(key.encode(), _read(Path(settings.signing_certificates)))


def _in_token(settings: Settings, environ: Mapping[str, str]) -> "Pkcs11Signer":
    from kaiban.documents.signing.pkcs11_signer import Pkcs11Signer
    from kaiban.documents.signing.pkcs11_uri import Pkcs11Uri

    address = Pkcs11Uri.read(settings.signing_key)
    pin = str(resolve(address.pin_source, environ))
    return Pkcs11Signer.read(address, pin, _read(Path(settings.signing_certificates)))


def read_sm2_signer(settings: Settings, environ: Mapping[str, str]) -> "Sm2FileSigner | None":
    """The platform's SM2 key, if the settings name one; ConfigError for keys that cannot be used."""
    from kaiban.documents.signing.certificates import BadSigningKeyError
    from kaiban.documents.signing.sm2_signer import Sm2FileSigner

    if not settings.sm2_key:
        return None
    key = str(resolve(settings.sm2_key, environ))
    try:
        return Sm2FileSigner.read(key.encode(), _read(Path(settings.sm2_certificates)))
    except BadSigningKeyError as error:
        raise ConfigError(f"KAIBAN_SM2_KEY, KAIBAN_SM2_CERTIFICATES: {error}") from error


def trusted(settings: Settings) -> "list[Certificate]":
    """The certificates packages are and were signed with: that of now first. ConfigError for files that hold none."""
    return list(dict.fromkeys([*current(settings), *kept(settings)]))


def published(settings: Settings) -> list[SigningCertificate]:
    """The same as anybody may have them; none where they cannot be read."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from kaiban.documents.package.verify import fingerprint

    try:
        found = trusted(settings)
    except ConfigError:
        return []
    return [
        SigningCertificate(
            each.subject.rfc4514_string(),
            fingerprint(each),
            each.not_valid_before_utc,
            each.not_valid_after_utc,
            each.public_bytes(Encoding.PEM).decode("ascii"),
        )
        for each in found
    ]


def current(settings: Settings) -> "list[Certificate]":
    """The certificates of now, as far as there are any: of a chain only the first is ours, whoever issued it may issue others."""
    own = [
        settings.signing_certificates,
        *([settings.sm2_certificates] if settings.sm2_key else []),
    ]
    return [_certificates(path)[0] for path in map(Path, own) if path.exists()]


def kept(settings: Settings) -> "list[Certificate]":
    """The certificates that stay trusted."""
    files = sorted(Path(settings.trust).glob("*.pem"))
    return [each for path in files for each in _certificates(path)]


def _certificates(path: Path) -> "list[Certificate]":
    from kaiban.documents.signing.certificates import BadSigningKeyError, read_certificates

    try:
        return list(read_certificates(_read(path)))
    except BadSigningKeyError as error:
        raise ConfigError(
            f"KAIBAN_SIGNING_CERTIFICATES, KAIBAN_SM2_CERTIFICATES, KAIBAN_TRUST: {path}: {error}"
        ) from error


def authorities(settings: Settings) -> "list[Certificate]":
    """The certificates of authorities of time that are trusted; none where there is no such file."""
    from kaiban.documents.signing.certificates import BadSigningKeyError, read_certificates

    path = Path(settings.timestamp_certificates)
    try:
        return list(read_certificates(path.read_bytes())) if path.exists() else []
    except (OSError, BadSigningKeyError) as error:
        raise ConfigError(f"KAIBAN_TIMESTAMP_CERTIFICATES: {path}: {error}") from error


def keep_certificate(settings: Settings) -> None:
    """Put the certificates of now among those that stay trusted when others take their places.

    Where nothing may be written there, nothing is: `kaiban doctor` says that it is not kept.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    for certificate in current(settings):
        folder = Path(settings.trust)
        path = folder / f"{certificate.fingerprint(SHA256()).hex()[:16]}.pem"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                path.write_bytes(certificate.public_bytes(Encoding.PEM))


def make_sample_keys(settings: Settings, now: datetime) -> bool:
    """In development, where the settings expect keys and there are none, make a sample; whether it did."""
    kind, _, path = settings.signing_key.partition(":")
    if settings.env == "production" or kind != "file":
        return False
    key, certificates = Path(path), Path(settings.signing_certificates)
    if key.exists() and certificates.exists():
        return False
    with _alone(key.parent):
        return _made(key, certificates, now)


def _made(key: Path, certificates: Path, now: datetime) -> bool:
    from kaiban.documents.signing.sample import make_sample

    if (
        key.exists() or certificates.exists()
    ):  # made meanwhile; or half of it is somebody's own, and stays
        return False
    secret, public = make_sample(now)
    certificates.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    certificates.write_bytes(public)
    # Whoever sees the key believes that it is whole, and waits for nobody.
    unseen = key.with_suffix(".new")
    with os.fdopen(os.open(unseen, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
        os.fsync(file.fileno())
    unseen.rename(key)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that start together must not each make a key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ending(settings: Settings, now: datetime) -> "Certificate | None":
    """A certificate of now that ends soon or has ended, if there is one."""
    return next(
        (each for each in current(settings) if each.not_valid_after_utc - SOON < now), None
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
