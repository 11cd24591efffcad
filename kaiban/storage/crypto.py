"""Encryption at rest: one cell, one seal, bound to its place.

A sealed cell is ``alg|key-id|`` followed by a nonce of 12 bytes and the ciphertext with its tag
of 16 bytes. Table, column, row, algorithm and key id are authenticated with it, so a cell moved
to another row, or relabelled, does not open (GB/T 39786 asks for integrity as well as secrecy).
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class UnknownKeyError(Exception):
    """A cell names a key that is not on the ring; the message names it, too."""


class UnopenableError(Exception):
    """A cell was altered, moved, or sealed with another key of the same name."""


@dataclass(frozen=True)
class Algorithm:
    """How to seal and open with (secret, nonce, text, bound), and the hash of its blind index."""

    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]
    digest: Callable[[], hashes.HashAlgorithm]


def _aes_seal(secret: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    return AESGCM(secret).encrypt(nonce, text, bound)


def _aes_open(secret: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(secret).decrypt(nonce, sealed, bound)


def _sm4(secret: bytes) -> algorithms.SM4:
    # SM4 takes 128 bits; half a secret would be a key of its own kind, so it is derived.
    return algorithms.SM4(HKDF(hashes.SM3(), 16, salt=None, info=b"kaiban sm4-gcm").derive(secret))


def _sm4_seal(secret: bytes, nonce: bytes, text: bytes, bound: bytes) -> bytes:
    encryptor = Cipher(_sm4(secret), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return encryptor.update(text) + encryptor.finalize() + encryptor.tag


def _sm4_open(secret: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    text, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    decryptor = Cipher(_sm4(secret), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(text) + decryptor.finalize()


#: By the name written into each cell. SM4 and SM3 are GB/T 32907 and GB/T 32905.
ALGORITHMS: Mapping[str, Algorithm] = {
    "aes256gcm": Algorithm(_aes_seal, _aes_open, hashes.SHA256),
    "sm4gcm": Algorithm(_sm4_seal, _sm4_open, hashes.SM3),
}


@dataclass(frozen=True)
class Keyring:
    """The keys by id, 32 bytes each; new cells are sealed with ``current``.

    ``index`` is the key of the blind index: it stays when ``current`` moves on, or nothing would
    be found again. Raises ValueError for keys of the wrong length or a name with ``|``.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index: bytes = field(repr=False)
    algorithm: str = "aes256gcm"

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if self.current not in self.keys or self.algorithm not in ALGORITHMS:
            raise ValueError("the current key or the algorithm is unknown")
        if any(len(secret) != KEY_BYTES for secret in (*self.keys.values(), self.index)):
            raise ValueError(f"every key has {KEY_BYTES} bytes")
        if any("|" in name or not name.isascii() or not name for name in self.keys):
            raise ValueError("a key id is ASCII without |")

    def seal(self, text: bytes, table: str, column: str, *row: object) -> bytes:
        """The cell to store for that column of that row (its primary key)."""
        label = f"{self.algorithm}|{self.current}|".encode()
        nonce = os.urandom(_NONCE_BYTES)
        bound = label + _place(table, column, row)
        secret = self.keys[self.current]
        return label + nonce + ALGORITHMS[self.algorithm].seal(secret, nonce, text, bound)

    def open(self, cell: bytes, table: str, column: str, *row: object) -> bytes:
        """What was sealed; raises UnknownKeyError or UnopenableError."""
        algorithm, secret, label, rest = self._read(cell)
        bound = label + _place(table, column, row)
        try:
            return algorithm.open(secret, rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise UnopenableError(f"a cell of {table}.{column} does not open") from error

    def blind(self, text: str, table: str, column: str) -> str:
        """A stable name for the text by which rows can be found, but the text cannot."""
        mac = hmac.HMAC(self.index, ALGORITHMS[self.algorithm].digest())
        mac.update(_place(table, column, (text,)))
        return mac.finalize().hex()

    def _read(self, cell: bytes) -> tuple[Algorithm, bytes, bytes, bytes]:
        name, _, rest = cell.partition(b"|")
        key_id, _, rest = rest.partition(b"|")
        algorithm = ALGORITHMS.get(name.decode(errors="replace"))
        if algorithm is None:
            raise UnopenableError("a cell was not sealed by an algorithm known here")
        secret = self.keys.get(key_id.decode(errors="replace"))
        if secret is None:
            raise UnknownKeyError(f"key {key_id.decode(errors='replace')!r} is not on the ring")
        return algorithm, secret, name + b"|" + key_id + b"|", rest


def _place(table: str, column: str, row: tuple[object, ...]) -> bytes:
    return json.dumps([table, column, *row]).encode()
