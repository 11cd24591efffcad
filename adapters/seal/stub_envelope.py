"""The gateway's side of the envelope, written apart from ours: only protocol.md is shared."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from adapters.hall import sm2

BLOCK = 16
# DER around the numbers of an SM2 key (RFC 5208, RFC 5480 with the curve 1.2.156.10197.1.301).
PRIVATE_FRAME = "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
PUBLIC_FRAME = "3059301306072a8648ce3d020106082a811ccf5501822d034200"


@dataclass(frozen=True)
class KeyPair:
    """An SM2 key pair in hex: 64 digits, and 130 beginning with 04."""

    private: str
    public: str

    @classmethod
    def new(cls) -> "KeyPair":
        """Draw one."""
        private, public = sm2.new_pair()
        return cls(private.hex(), public.hex())

    @property
    def private_pem(self) -> str:
        """As openssl would write it."""
        return _pem("PRIVATE KEY", PRIVATE_FRAME + self.private + "a144034200" + self.public)

    @property
    def public_pem(self) -> str:
        """As openssl would write it."""
        return _pem("PUBLIC KEY", PUBLIC_FRAME + self.public)

    def sign(self, text: str) -> str:
        """Sign in base64 of DER."""
        pair = sm2.sign(bytes.fromhex(self.private), bytes.fromhex(self.public), text.encode())
        return base64.b64encode(utils.encode_dss_signature(*pair)).decode()

    def signed(self, text: str, signature: str) -> bool:
        """Tell whether that is this pair's signature."""
        try:
            pair = utils.decode_dss_signature(base64.b64decode(signature, validate=True))
        except ValueError:
            return False
        return sm2.is_signed(bytes.fromhex(self.public), text.encode(), *pair)


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


def _pem(label: str, der: str) -> str:
    text = base64.b64encode(bytes.fromhex(der)).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"
