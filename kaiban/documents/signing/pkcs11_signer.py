"""The platform's key in a token or an HSM (PKCS #11): it signs inside, and nothing but signatures comes out."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from pkcs11.util.ec import encode_ecdsa_signature

from kaiban.documents.signing.certificates import (
    BadSigningKeyError,
    Certified,
    public_key,
    read_chain,
)
from kaiban.documents.signing.pkcs11_uri import Pkcs11Uri

_PROBE: Final = b"kaiban"


class TokenUnavailableError(Exception):
    """The token did not sign; the message is the standard's name of what it said."""


@dataclass(frozen=True)
class Pkcs11Signer(Certified):
    """Signs with a key that stays in its token (kaiban.ports.Signer)."""

    key: "Pkcs11Key" = field(repr=False)

    @classmethod
    def read(cls, address: Pkcs11Uri, pin: str, certificates: bytes) -> "Pkcs11Signer":
        """Open the token once and have it sign; BadSigningKeyError where that is no signature by the certificate.

        A token counts wrong PINs and locks itself, so nothing here tries one again.
        """
        chain = read_chain(certificates)
        expected, key = public_key(chain[0]), Pkcs11Key(address, pin)
        try:
            expected.verify(key.sign(_PROBE), _PROBE, ec.ECDSA(SHA256()))
        except TokenUnavailableError as error:
            raise BadSigningKeyError(f"the token did not sign: {error}") from error
        except InvalidSignature as error:
            raise BadSigningKeyError("the first certificate is another key's") from error
        return cls(chain, key)

    def sign(self, content: bytes) -> bytes:
        """ECDSA on P-256 over SHA-256 of the content, in DER; TokenUnavailableError if the token does not."""
        return self.key.sign(content)


class Pkcs11Key:
    """A private key in a token, in a session that is opened when it is needed and again after it was lost."""

    def __init__(self, address: Pkcs11Uri, pin: str) -> None:
        self._address, self._pin = address, pin
        self._lock = Lock()  # a session does one thing at a time
        self._key: pkcs11.SignMixin | None = None
        self._process = 0
        self._refused: pkcs11.PKCS11Error | None = None

    def sign(self, content: bytes) -> bytes:
        """ECDSA over SHA-256 of the content, in DER; TokenUnavailableError."""
        with self._lock:
            try:
                return self._signed(content)
            except pkcs11.PKCS11Error as error:
                raise TokenUnavailableError(type(error).__name__) from error

    def _signed(self, content: bytes) -> bytes:
        if self._key is not None and self._process == os.getpid():
            # What was open may be gone: a token pulled out and put back, an HSM that began anew.
            with suppress(pkcs11.PKCS11Error):
                return _signature(self._key, content)
        self._key, self._process = self._opened(), os.getpid()
        return _signature(self._key, content)

    def _opened(self) -> pkcs11.SignMixin:
        """The key in a fresh session of this process; a forked child must begin anew (PKCS #11, section 5.4)."""
        if self._refused is not None:
            raise self._refused
        found = self._session().get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY,
            key_type=pkcs11.KeyType.EC,
            label=self._address.label or None,
            id=self._address.id or None,
        )
        if not isinstance(found, pkcs11.SignMixin):
            raise TokenUnavailableError("the key may not sign")
        return found

    def _session(self) -> pkcs11.Session:
        at = self._address
        try:
            library = pkcs11.lib(at.module)
        except RuntimeError as error:
            raise TokenUnavailableError(f"no module of PKCS #11 at {at.module}") from error
        library.reinitialize()
        token = library.get_token(
            token_label=at.token or None, token_serial=at.serial.encode() or None
        )
        try:
            return token.open(user_pin=self._pin or None)
        except (pkcs11.PinIncorrect, pkcs11.PinLocked) as error:
            self._refused = error
            raise


def _signature(key: pkcs11.SignMixin, content: bytes) -> bytes:
    digest = hashlib.sha256(content).digest()
    return encode_ecdsa_signature(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
