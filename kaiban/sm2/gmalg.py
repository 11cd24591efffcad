"""SM2 calculated by gmalg: pure Python, everywhere, slow."""

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from gmalg import SM2
from gmalg.errors import GMError

# Where the numbers are in a key's DER frame (signatures.py compares the rest of it).
_SECRET = slice(36, 68)
_POINT = slice(-65, None)
_NUMBER = 32
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


class Gmalg:
    """Calculates in this process, without any library of the system."""

    def signer(self, key: bytes, uid: bytes) -> "GmalgSigner":
        """Load a private key in DER; ValueError if its two halves do not belong together."""
        return GmalgSigner(key, uid)

    def verifier(self, key: bytes, uid: bytes) -> "GmalgVerifier":
        """Load a public key in DER; ValueError if it is no point of the curve."""
        return GmalgVerifier(key, uid)


# gmalg keeps the hash it is working on in its object: threads that shared one would sign each other's
# messages. So each signature has an object of its own; making one costs nothing.


class GmalgSigner:
    """Signs with a private key."""

    def __init__(self, key: bytes, uid: bytes) -> None:
        secret, point = key[_SECRET], key[_POINT]
        # GB/T 32918.1: 1 to n-2, since signing divides by 1 + key.
        if not 0 < int.from_bytes(secret, "big") < _ORDER - 1:
            raise ValueError("not an SM2 private key (out of range)")
        if SM2().generate_pk(secret) != point:
            raise ValueError("not an SM2 private key (its public half is another one's)")
        # With the point at hand, signing multiplies once instead of twice.
        self._key = (secret, uid, point)

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature."""
        r, s = SM2(*self._key).sign(message)
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


class GmalgVerifier:
    """Verifies with a public key."""

    def __init__(self, key: bytes, uid: bytes) -> None:
        self._uid = uid
        self._point = key[_POINT]
        if not SM2().verify_pk(self._point):
            raise ValueError("not a point of the SM2 curve")

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is that key's over exactly this message."""
        try:
            r, s = (number.to_bytes(_NUMBER, "big") for number in decode_dss_signature(signature))
            return bool(SM2(uid=self._uid, pk=self._point).verify(message, r, s))
        except (ValueError, OverflowError, GMError):
            return False
