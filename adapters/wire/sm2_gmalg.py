"""SM2 calculated by gmalg: pure Python, everywhere, slow."""

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from gmalg import SM2
from gmalg.errors import GMError

# Where the numbers are in a key's DER frame (adapters/wire/sm2.py compares the rest of it).
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


class GmalgSigner:
    """Signs with a private key."""

    def __init__(self, key: bytes, uid: bytes) -> None:
        secret, point = key[_SECRET], key[_POINT]
        # GB/T 32918.1: 1 to n-2, since signing divides by 1 + key.
        if not 0 < int.from_bytes(secret, "big") < _ORDER - 1:
            raise ValueError("not an SM2 private key (out of range)")
        # With the point at hand, signing multiplies once instead of twice.
        self._sm2 = SM2(secret, uid, point)
        if self._sm2.generate_pk(secret) != point:
            raise ValueError("not an SM2 private key (its public half is another one's)")

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature."""
        r, s = self._sm2.sign(message)
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


class GmalgVerifier:
    """Verifies with a public key."""

    def __init__(self, key: bytes, uid: bytes) -> None:
        point = key[_POINT]
        self._sm2 = SM2(uid=uid, pk=point)
        if not self._sm2.verify_pk(point):
            raise ValueError("not a point of the SM2 curve")

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is that key's over exactly this message."""
        try:
            r, s = (number.to_bytes(_NUMBER, "big") for number in decode_dss_signature(signature))
            return bool(self._sm2.verify(message, r, s))
        except (ValueError, OverflowError, GMError):
            return False
