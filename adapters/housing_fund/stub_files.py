"""How the pretended centre reads and writes files; written apart from the adapter's codec."""

import re
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SM3, Hash

NAME = re.compile(r"(GJJ0[12])_([0-9]{8})_([0-9]{8})_([0-9]{12})")
PERCENT, DAY = re.compile(r"[0-9]{1,3}"), re.compile(r"[1-9]|[12][0-9]|3[01]")
MONTH, FEN = re.compile(r"|20[0-9]{2}(0[1-9]|1[0-2])"), re.compile(r"[0-9]{1,12}")
BLOCK = 64
COLUMNS = {"U": 17, "P": 8}


class FileError(Exception):
    """The whole file is refused: F01 format, F02 code, F03 sum."""


def hmac_sm3(key: bytes, text: bytes) -> str:
    """Return HMAC-SM3 (RFC 2104 over GB/T 32905) in upper-case hex."""
    # Spelled out, so that a mistake in the adapter's library call would be noticed.
    block = (key if len(key) <= BLOCK else _sm3(key)).ljust(BLOCK, b"\0")
    inner = _sm3(bytes(each ^ 0x36 for each in block) + text)
    return _sm3(bytes(each ^ 0x5C for each in block) + inner).hex().upper()


def read(name: str, raw: bytes, key: bytes) -> list[list[str]]:
    """Return the D records of an application file; raises FileError."""
    try:
        lines = raw.decode("gb18030").split("\r\n")
    except UnicodeDecodeError:
        raise FileError("F01") from None
    if len(lines) < len(("H", "D", "T", "")) or lines[-1] != "":
        raise FileError("F01")
    text = raw[: raw[:-2].rindex(b"\r\n") + 2]
    if lines[-2] != f"T|{len(lines) - 3}|{hmac_sm3(key, text)}":
        raise FileError("F02")
    records = [line.split("|") for line in lines[1:-2]]
    _check_records(name, records)
    _check_head(name, lines[0].split("|"), records)
    return records


def write(records: Sequence[Sequence[str]], key: bytes) -> bytes:
    """Return a result file: its H record, its D records, its trailer."""
    text = "".join("|".join(record) + "\r\n" for record in records).encode("gb18030")
    return text + f"T|{len(records) - 1}|{hmac_sm3(key, text)}\r\n".encode("ascii")


def _check_records(name: str, records: Sequence[Sequence[str]]) -> None:
    kinds = ["".join(record[2:3]) for record in records]
    allowed = ["U"] if name.startswith("GJJ01") else ["U", *["P"] * (len(records) - 1)]
    right = kinds == allowed and all(
        len(record) == COLUMNS[kind] and record[:2] == ["D", str(number)]
        for number, (kind, record) in enumerate(zip(kinds, records, strict=True), 1)
    )
    if not right or not all(_has_numbers(record) for record in records):
        raise FileError("F01")


def _has_numbers(record: Sequence[str]) -> bool:
    shapes = {"U": ((7, PERCENT), (8, PERCENT), (9, MONTH), (10, DAY)), "P": ((6, FEN),)}
    return all(shape.fullmatch(record[column]) for column, shape in shapes[record[2]])


def _check_head(name: str, head: Sequence[str], records: Sequence[Sequence[str]]) -> None:
    if head[:-1] != ["H", *name.split("_"), str(len(records))]:
        raise FileError("F01")
    if head[-1] != str(sum(int(record[6]) for record in records if record[2] == "P")):
        raise FileError("F03")


def _sm3(text: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(text)
    return digest.finalize()
