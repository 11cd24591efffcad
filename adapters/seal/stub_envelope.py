"""The gateway's side of the envelope, written apart from ours: only protocol.md is shared."""

import base64
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

BLOCK = 16


def lock(key: str, message: Any) -> str:
    """Encipher a JSON value under a key of 32 hex digits."""
    plain = json.dumps(message, ensure_ascii=False).encode()
    filling = BLOCK - len(plain) % BLOCK
    iv = secrets.token_bytes(BLOCK)
    cipher = Cipher(SM4(bytes.fromhex(key)), modes.CBC(iv)).encryptor()
    return base64.b64encode(iv + cipher.update(plain + bytes([filling]) * filling)).decode()


def unlock(key: str, text: str) -> Any:
    """Decipher a JSON value; ValueError if it cannot be."""
    sealed = base64.b64decode(text, validate=True)
    cipher = Cipher(SM4(bytes.fromhex(key)), modes.CBC(sealed[:BLOCK])).decryptor()
    plain = cipher.update(sealed[BLOCK:]) + cipher.finalize()
    filling = plain[-1] if plain else 0
    if not 1 <= filling <= BLOCK or plain[-filling:] != bytes([filling]) * filling:
        raise ValueError("wrong filling")
    return json.loads(plain[:-filling])
