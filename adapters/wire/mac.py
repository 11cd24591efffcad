"""Message authentication codes with SM3 (GB/T 32905), as HMAC (RFC 2104)."""

import hmac

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC


def sm3_mac(key: bytes, message: bytes) -> bytes:
    """Return the 32 bytes of HMAC-SM3."""
    mac = HMAC(key, SM3())
    mac.update(message)
    return mac.finalize()


def same(one: bytes, other: bytes) -> bool:
    """Whether they are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)
