"""The registrar's own SM2: keys, signatures, the text that is signed.

The adapter has other code for the same page of the protocol, so that a mistake on one side cannot
hide behind the same mistake on the other.
"""

import base64
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SM3, Hash

from adapters.hall.sm2 import is_signed, new_pair, sign

_PKCS8 = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_PKCS8_POINT = bytes.fromhex("a144034200")
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_SCALAR = 32
_POINT = 65
_SEQUENCE, _INTEGER = 0x30, 0x02


def new_keys() -> tuple[str, str]:
    """Make a pair of keys: PKCS#8 PEM and public PEM."""
    secret, point = new_pair()
    private = _PKCS8 + secret + _PKCS8_POINT + point
    return _pem("PRIVATE KEY", private), _pem("PUBLIC KEY", _SPKI + point)


def signed_with(private_pem: str, text: bytes) -> str:
    """Sign; base64 of the DER signature."""
    der = _der(private_pem)
    r, s = sign(der[len(_PKCS8) :][:_SCALAR], der[-_POINT:], text)
    body = _integer(r) + _integer(s)
    return base64.b64encode(bytes([_SEQUENCE, len(body)]) + body).decode()


def is_signed_by(public_pem: str, text: bytes, signature: str) -> bool:
    """Whether it is that key's signature over the text."""
    try:
        r, s = _numbers(base64.b64decode(signature, validate=True))
    except (ValueError, IndexError):
        return False
    return is_signed(_der(public_pem)[-_POINT:], text, r, s)


def digest(content: bytes) -> str:
    """SM3 in hex."""
    hashed = Hash(SM3())
    hashed.update(content)
    return hashed.finalize().hex()


def signing_text(first: str, target: str, body: bytes, stamp: str, nonce: str) -> bytes:
    """Put together what is signed; ``first`` is the method, or the status of an answer."""
    return "\n".join((first, target, digest(body), stamp, nonce)).encode()


def target_of(path: str, query: Mapping[str, str]) -> str:
    """Write path and query as they are signed: sorted by name, percent-encoded, no ``?`` if empty."""
    pairs: Iterable[str] = (
        f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query)
    )
    joined = "&".join(pairs)
    return f"{path}?{joined}" if joined else path


def _integer(number: int) -> bytes:
    # One bit more than the number has: the sign.
    digits = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([_INTEGER, len(digits)]) + digits


def _numbers(der: bytes) -> tuple[int, int]:
    if der[0] != _SEQUENCE or der[1] != len(der) - 2:
        raise ValueError("no sequence")
    r, rest = _one(der[2:])
    s, rest = _one(rest)
    if rest:
        raise ValueError("trailing bytes")
    return r, s


def _one(der: bytes) -> tuple[int, bytes]:
    length = der[1]
    number = der[2 : 2 + length]
    if der[0] != _INTEGER or len(number) != length or not number or number[0] & 0x80:
        raise ValueError("no positive integer")
    return int.from_bytes(number, "big"), der[2 + length :]


def _pem(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _der(pem: str) -> bytes:
    return base64.b64decode("".join(pem.strip().splitlines()[1:-1]))
