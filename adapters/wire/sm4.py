"""SM4-CBC (GB/T 32907, GB/T 17964) with PKCS#7 padding, the IV in front, the whole in base64."""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.padding import PKCS7

_BLOCK = 16


def enciphered(key: bytes, plain: bytes, iv: bytes = b"") -> str:
    """``base64(iv + SM4-CBC(plain))``; a fresh IV unless a golden message gives one."""
    iv = iv or secrets.token_bytes(_BLOCK)
    padder = PKCS7(_BLOCK * 8).padder()
    padded = padder.update(plain) + padder.finalize()
    cipher = Cipher(SM4(key), modes.CBC(iv)).encryptor()
    return base64.b64encode(iv + cipher.update(padded) + cipher.finalize()).decode("ascii")


def deciphered(key: bytes, text: str) -> bytes:
    """Return the opposite; ValueError if it is not such a text or the key does not open it."""
    sealed = base64.b64decode(text, validate=True)
    if len(sealed) < 2 * _BLOCK or len(sealed) % _BLOCK:
        raise ValueError("not an SM4 text")
    cipher = Cipher(SM4(key), modes.CBC(sealed[:_BLOCK])).decryptor()
    padded = cipher.update(sealed[_BLOCK:]) + cipher.finalize()
    unpadder = PKCS7(_BLOCK * 8).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
