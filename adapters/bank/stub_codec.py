"""The stub's own reading and writing of KH/3 messages; shares nothing with the adapter's."""

import struct
from collections.abc import Mapping

from cryptography.hazmat.primitives.hashes import SM3, Hash

HEAD = struct.Struct("8s6s20s4s8s16s")
RESERVE = struct.Struct("20s18s120s6s240s1s80s2s32s8s11s1s2s12s8s1s1s4s1s2s")
RESERVE_FIELDS = [
    "ORIG_SERIAL",
    "CREDIT_CODE",
    "NAME",
    "REGION",
    "ADDRESS",
    "TENURE",
    "LR_NAME",
    "LR_CERT_TYPE",
    "LR_CERT_NO",
    "LR_CERT_UNTIL",
    "LR_MOBILE",
    "ACCOUNT_KIND",
    "DEPOSITOR",
    "BRANCH",
    "VISIT_DATE",
    "VISIT_PART",
    "VISIT_MODE",
    "PRODUCTS",
    "OWNERS_EXEMPT",
    "OWNERS",
]
OWNER = struct.Struct("80s2s32s6s")
OWNER_FIELDS = ("NAME", "CERT_TYPE", "CERT_NO", "SHARE")
ANSWER = (
    ("STATE", 2), ("RESERVATION", 16), ("ACCOUNT", 25), ("BRANCH", 12), ("BRANCH_NAME", 80),
    ("VISIT_DATE", 8), ("VISIT_TIME", 11), ("CONTACT", 20), ("BRING", 200), ("REASON", 3),
    ("FIELD", 20), ("TEXT", 200), ("REOPENS", 14),
)  # fmt: skip
UNSIGNED = b"0" * 16
BLOCK = 64


class Garbled(Exception):  # noqa: N818 - named for what it tells
    """The message is not what the protocol page says; the argument names the field."""


def read_head(raw: bytes) -> tuple[str, str, bytes]:
    """Return code, serial and MAC; raise Garbled if even these cannot be told."""
    try:
        length, code, serial, _, _, mac = HEAD.unpack(raw[: HEAD.size])
        if int(length) != len(raw) or not serial.isdigit():
            raise Garbled("LENGTH")
        return code.decode("ascii"), serial.decode("ascii"), mac
    except (struct.error, ValueError) as error:
        raise Garbled("HEAD") from error


def read_reserve(body: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the fields of KH0001 and its owners; raise Garbled if a byte is left or missing."""
    rest = body[RESERVE.size :]
    if len(body) < RESERVE.size or len(rest) % OWNER.size:
        raise Garbled("LENGTH")
    asked = _texts(RESERVE_FIELDS, RESERVE.unpack(body[: RESERVE.size]))
    owners = [_texts(OWNER_FIELDS, each) for each in OWNER.iter_unpack(rest)]
    if asked["OWNERS"] != f"{len(owners):02}":
        raise Garbled("OWNERS")
    return asked, owners


def written(
    key: bytes, head: tuple[str, str, str], day: str, answer: Mapping[str, str] | None
) -> bytes:
    """Return an answer: head is (code, serial, rc); without ``key`` it is not signed."""
    body = b""
    if answer is not None:
        body = b"".join(answer.get(name, "").encode("gbk").ljust(width) for name, width in ANSWER)
    start = f"{HEAD.size + len(body):08}{''.join(head)}{day}".encode("ascii")
    return start + (mac_of(key, start + UNSIGNED + body) if key else UNSIGNED) + body


def mac_of(key: bytes, raw: bytes) -> bytes:
    """Return the 16 characters that authenticate a message: HMAC-SM3 without length and MAC."""
    message = raw[8:46] + raw[HEAD.size :]
    padded = key.ljust(BLOCK, b"\0") if len(key) <= BLOCK else _sm3(key).ljust(BLOCK, b"\0")
    inner = _sm3(bytes(each ^ 0x36 for each in padded) + message)
    return _sm3(bytes(each ^ 0x5C for each in padded) + inner).hex()[:16].upper().encode("ascii")


def _sm3(message: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(message)
    return digest.finalize()


def _texts(names: tuple[str, ...] | list[str], raw: tuple[bytes, ...]) -> dict[str, str]:
    values = {}
    for name, each in zip(names, raw, strict=True):
        try:
            values[name] = each.decode("gbk").rstrip(" ")
        except UnicodeDecodeError as error:
            raise Garbled(name) from error
    return values
