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


#: Secrets with keys of their own. Rings written before there were such keys derive them from the
#: index key, as a blind name of (text, table).
SECRETS: Mapping[str, tuple[str, str]] = {
    "session": ("session", "pages"),
    "verify": ("verify code", "packages"),
}


@dataclass(frozen=True)
class Keyring:
    """The keys by id, 32 bytes each; new cells are sealed with ``current`` and ``algorithm``.

    ``index`` is the key of the blind index: it stays when ``current`` moves on, or nothing would
    be found again; ``hashing`` names the algorithm whose hash it uses ("": that of ``current``).
    ``secrets`` are the keys of SECRETS, 32 bytes or more. Raises ValueError for keys of the wrong
    length, for names with ``|`` and for unknown algorithms.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index: bytes = field(repr=False)
    algorithm: str = "aes256gcm"
    hashing: str = ""
    secrets: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        unknown = {self.algorithm, self.hashing or self.algorithm} - ALGORITHMS.keys()
        if self.current not in self.keys or unknown:
            raise ValueError("the current key or the algorithm is unknown")
        if any(len(secret) != KEY_BYTES for secret in (*self.keys.values(), self.index)):
            raise ValueError(f"every key has {KEY_BYTES} bytes")
        if any(len(secret) < KEY_BYTES for secret in self.secrets.values()):
            raise ValueError(f"every secret has at least {KEY_BYTES} bytes")
        if any("|" in name or not name.isascii() or not name for name in self.keys):
            raise ValueError("a key id is ASCII without |")

    @property
    def label(self) -> bytes:
        """How a cell begins that is sealed with the current key."""
        return label(self.algorithm, self.current)

    def secret(self, name: str) -> bytes:
        """The secret of that name in SECRETS; from the index key where it has no key of its own."""
        text, table = SECRETS[name]
        return self.secrets.get(name) or self.blind(text, table, "secret").encode()

    def check_values(self) -> dict[str, str]:
        """What tells each key from any other of its name without giving it away; ``index`` among them."""
        index = f"index {self.hashing or self.algorithm}"
        cells = {name: _check_value(key, "cells") for name, key in self.keys.items()}
        return {**cells, "index": _check_value(self.index, index)}

    def seal(self, text: bytes, table: str, column: str, *row: object) -> bytes:
        """The cell to store for that column of that row (its primary key)."""
        nonce = os.urandom(_NONCE_BYTES)
        bound = self.label + _place(table, column, row)
        secret = self.keys[self.current]
        return self.label + nonce + ALGORITHMS[self.algorithm].seal(secret, nonce, text, bound)

    def open(self, cell: bytes, table: str, column: str, *row: object) -> bytes:
        """What was sealed; raises UnknownKeyError or UnopenableError."""
        algorithm, secret, start, rest = self._read(cell)
        bound = start + _place(table, column, row)
        try:
            return algorithm.open(secret, rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise UnopenableError(f"a cell of {table}.{column} does not open") from error

    def blind(self, text: str, table: str, column: str) -> str:
        """A stable name for the text by which rows can be found, but the text cannot."""
        mac = hmac.HMAC(self.index, ALGORITHMS[self.hashing or self.algorithm].digest())
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


def label(algorithm: str, key_id: str) -> bytes:
    """How a cell begins that was sealed so."""
    return f"{algorithm}|{key_id}|".encode()


def _check_value(key: bytes, purpose: str) -> str:
    """Half of a hash: enough to see a mistake, of no use to whoever has it."""
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(f"kaiban key check {purpose}".encode())
    return mac.finalize()[:8].hex()


def _place(table: str, column: str, row: tuple[object, ...]) -> bytes:
    return json.dumps([table, column, *row]).encode()
