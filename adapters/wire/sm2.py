"""SM2 signatures (GB/T 32918.2, GB/T 35276) as departments ask for them.

The rest of the adapters knows only ``Signer`` and ``Verifier``: a faster library or a hardware
module takes their place without another line being changed. Signatures are DER (``SEQUENCE {r,
s}``), keys are the PEM files ``openssl genpkey -algorithm SM2`` writes.
"""

import base64
import binascii
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from gmalg import SM2
from gmalg.errors import GMError

#: The user id GB/T 35276 prescribes where the parties have not agreed on another.
DEFAULT_ID = b"1234567812345678"

# A key of this curve always has the same DER frame, so comparing it is a complete check: no
# other curve, no compressed point, no trailing bytes.
_PRIVATE = bytes.fromhex(
    "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
)
_PRIVATE_LENGTH = 138
_PUBLIC = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PUBLIC_LENGTH = 91
_NUMBER = 32


class Signer(Protocol):
    """Whoever can sign for us."""

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature; another one at every call."""


class Verifier(Protocol):
    """Whoever can tell the department's signature from any other."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is theirs over exactly this message; False, too, for anything malformed."""


class Sm2Signer:
    """Signs with a private key in memory.

    Raises ValueError for text that is not an SM2 private key in PKCS#8 PEM.
    """

    def __init__(self, pem: str, uid: bytes = DEFAULT_ID) -> None:
        der = _unarmoured(pem, "PRIVATE KEY")
        if len(der) != _PRIVATE_LENGTH or not der.startswith(_PRIVATE):
            raise ValueError("not an SM2 private key (PKCS#8 PEM)")
        start = len(_PRIVATE)
        self._secret = der[start : start + _NUMBER]
        self._uid = uid
        # Worked out once: without it gmalg would do so at every signature.
        self._point = SM2().generate_pk(self._secret)

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature; another one at every call."""
        # A new one each time: gmalg keeps the hash it is working on in the object, so two threads
        # sharing one would sign each other's messages.
        r, s = SM2(self._secret, self._uid, self._point).sign(message)
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


class Sm2Verifier:
    """Verifies with a public key.

    Raises ValueError for text that is not an SM2 public key in PEM, or a point off the curve.
    """

    def __init__(self, pem: str, uid: bytes = DEFAULT_ID) -> None:
        der = _unarmoured(pem, "PUBLIC KEY")
        if len(der) != _PUBLIC_LENGTH or not der.startswith(_PUBLIC):
            raise ValueError("not an SM2 public key (PEM)")
        point = der[len(_PUBLIC) :]
        if not SM2(uid=uid, pk=point).verify_pk(point):
            raise ValueError("not a point of the SM2 curve")
        self._point = point
        self._uid = uid

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is theirs over exactly this message; False, too, for anything malformed."""
        try:
            r, s = (_bytes(number) for number in decode_dss_signature(signature))
            # A new one each time, as in signing.
            return bool(SM2(uid=self._uid, pk=self._point).verify(message, r, s))
        except (ValueError, OverflowError, GMError):
            return False


def sm3(content: bytes) -> str:
    """Return the SM3 digest (GB/T 32905) in lower-case hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def _bytes(number: int) -> bytes:
    return number.to_bytes(_NUMBER, "big")


def _unarmoured(pem: str, label: str) -> bytes:
    first, last = f"-----BEGIN {label}-----", f"-----END {label}-----"
    text = pem.strip()
    if not (text.startswith(first) and text.endswith(last)):
        raise ValueError(f"no PEM block {label}")
    try:
        return base64.b64decode("".join(text[len(first) : -len(last)].split()), validate=True)
    except binascii.Error as wrong:
        raise ValueError(f"no PEM block {label}") from wrong
