"""SM2 for stubs: gmalg's own signing and verifying, on a curve that remembers.

gmalg multiplies points bit by bit. A stub multiplies the same few points again and again (the base
point, its client's key), so their multiples are worked out once; a signature then takes additions
only, a quarter of the time. Adapters do not use this: theirs is adapters/wire/sm2.py.
"""

import base64
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import utils
from gmalg import SM2
from gmalg.ellipticcurve import ECDLP, EllipticCurve
from gmalg.errors import GMError
from gmalg.primefield import PrimeField
from gmalg.sm2 import SM2Core, bytes_to_point
from gmalg.sm3 import SM3

from adapters.hall.stub import kept

Point = tuple[int, int]

# DER around the numbers of a key (RFC 5208, RFC 5480 with the curve 1.2.156.10197.1.301).
_PRIVATE_FRAME = "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
_POINT_FRAME = "a144034200"
_PUBLIC_FRAME = "3059301306072a8648ce3d020106082a811ccf5501822d034200"
_USER_ID = b"1234567812345678"
_NUMBER = 32
_DIGIT = 4  # bits of a multiplier taken at a time
# GB/T 32918.5, 2: the recommended curve.
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_CURVE = EllipticCurve(PrimeField(_P), _A, _B)


def new_pair() -> tuple[bytes, bytes]:
    """Draw a key: 32 bytes, and its public point, 65 bytes beginning with 04."""
    secret, point = SM2().generate_keypair()
    return secret.rjust(_NUMBER, b"\0"), point


def sign(secret: bytes, point: bytes, message: bytes) -> tuple[int, int]:
    """Return r and s under the default user id."""
    number = int.from_bytes(secret, "big")
    r, s = _core().sign(message, number, _USER_ID, bytes_to_point(point))
    return r, s


def is_signed(point: bytes, message: bytes, r: int, s: int) -> bool:
    """Whether r and s are that key's signature."""
    try:
        return bool(_core().verify(message, r, s, _USER_ID, bytes_to_point(point)))
    except GMError:
        return False


@dataclass(frozen=True)
class KeyPair:
    """A stub's key pair in hex: 64 digits, and 130 beginning with 04."""

    private: str
    public: str

    @classmethod
    def new(cls) -> "KeyPair":
        """Draw one."""
        private, public = new_pair()
        return cls(private.hex(), public.hex())

    @classmethod
    def kept_in(cls, path: Path) -> "KeyPair":
        """Return the pair of that file; the first time it is drawn and kept there."""
        return cls(**json.loads(kept(path, lambda: json.dumps(asdict(cls.new())).encode())))

    @property
    def private_pem(self) -> str:
        """As openssl would write it."""
        return _pem("PRIVATE KEY", _PRIVATE_FRAME + self.private + _POINT_FRAME + self.public)

    @property
    def public_pem(self) -> str:
        """As openssl would write it."""
        return _pem("PUBLIC KEY", _PUBLIC_FRAME + self.public)

    def sign(self, text: str) -> str:
        """Sign in base64 of DER."""
        keys = bytes.fromhex(self.private), bytes.fromhex(self.public)
        return base64.b64encode(utils.encode_dss_signature(*sign(*keys, text.encode()))).decode()

    def signed(self, text: str, signature: str) -> bool:
        """Tell whether that is this pair's signature."""
        try:
            r, s = utils.decode_dss_signature(base64.b64decode(signature, validate=True))
        except ValueError:
            return False
        return is_signed(bytes.fromhex(self.public), text.encode(), r, s)


def _pem(label: str, der: str) -> str:
    text = base64.b64encode(bytes.fromhex(der)).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def _core() -> SM2Core:
    # A new one each time: gmalg keeps the hash it is working on in the object.
    problem = ECDLP(_P, _A, _B, _G, _N)
    problem.ec.mul = _times
    return SM2Core(problem, SM3())


def _times(k: int, point: Point) -> Point:
    """Multiply by adding what is known."""
    product: Point = _CURVE.INF
    for row in _multiples(point):
        product = _CURVE.add(product, row[k % len(row)])
        k //= len(row)
    return product


@lru_cache(maxsize=16)
def _multiples(point: Point) -> list[list[Point]]:
    """For each digit of a multiplier, from the last: the point times each value of the digit."""
    rows = []
    for _ in range(8 * _NUMBER // _DIGIT):
        row = [_CURVE.INF]
        for _ in range(2**_DIGIT):
            row.append(_CURVE.add(row[-1], point))
        rows.append(row[:-1])
        point = row[-1]
    return rows
