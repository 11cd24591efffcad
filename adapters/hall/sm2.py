"""SM2 for stubs: gmalg's own signing and verifying, on a curve that remembers.

gmalg multiplies points bit by bit. A stub multiplies the same few points again and again (the base
point, its client's key), so their multiples are worked out once; a signature then takes additions
only. Python itself divides eight times as fast as gmalg, cryptography hashes a hundred times as
fast. Adapters do not use this: theirs is adapters/wire/sm2.py.
"""

import base64
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import utils
from gmalg.base import PC_MODE, Hash
from gmalg.ellipticcurve import ECDLP, EllipticCurve
from gmalg.errors import GMError
from gmalg.primefield import PrimeField
from gmalg.sm2 import SM2Core, bytes_to_point, point_to_bytes

from adapters.hall.stub import kept

Point = tuple[int, int]
#: Jacobian coordinates: x / z², y / z³.
Sum = tuple[int, int, int]

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


class _Field(PrimeField):  # type: ignore[misc]  # gmalg has no types
    def inv(self, x: int) -> int:
        return pow(x, -1, self.p)


class _Sm3(Hash):  # type: ignore[misc]  # gmalg has no types
    """The hash gmalg's core asks for: it takes one message at a time."""

    def __init__(self) -> None:
        self._message = b""

    def reset(self) -> None:
        self._message = b""

    def update(self, data: bytes) -> None:
        self._message += data

    def value(self) -> bytes:
        digest = hashes.Hash(hashes.SM3())
        digest.update(self._message)
        return digest.finalize()


class _Curve(EllipticCurve):  # type: ignore[misc]  # gmalg has no types
    def mul(self, k: int, P: Point) -> Point:  # noqa: N803 - gmalg's name
        """Multiply by adding what is known; one division at the end."""
        sum_: Sum | None = None
        for row in _multiples(P):
            k, digit = divmod(k, len(row))
            if digit:
                sum_ = (*row[digit], 1) if sum_ is None else _added(sum_, row[digit])
        if sum_ is None or sum_[2] == 0:
            return self.INF  # type: ignore[no-any-return]  # gmalg has no types
        x, y, z = sum_
        by = pow(z, -1, _P)
        return x * by * by % _P, y * by * by * by % _P


_CURVE = _Curve(_Field(_P), _A, _B)


def _added(sum_: Sum, point: Point) -> Sum:
    """Add a point to a sum in Jacobian coordinates; never the sum itself.

    A sum of lower digits is a smaller multiple than that of any higher digit: they differ.
    """
    (x, y, z), (other_x, other_y) = sum_, point
    zz = z * z % _P
    h, r = (other_x * zz - x) % _P, (other_y * zz * z - y) % _P
    hh = h * h % _P
    hhh, v = h * hh % _P, x * hh % _P
    third = (r * r - hhh - 2 * v) % _P
    return third, (r * (v - third) - y * hhh) % _P, z * h % _P


def new_pair() -> tuple[bytes, bytes]:
    """Draw a key: 32 bytes, and its public point, 65 bytes beginning with 04."""
    secret, point = _core().generate_keypair()
    return secret.to_bytes(_NUMBER, "big"), point_to_bytes(point, PC_MODE.RAW)


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
    problem.ec, problem.fpn = _CURVE, _Field(_N)
    return SM2Core(problem, _Sm3())


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
