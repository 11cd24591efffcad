"""Batch files of ``|``-separated records in GB18030 with CRLF and an HMAC-SM3 trailer.

A file is one H record, D records, and ``T|number of D records|HMAC-SM3``; the code covers every
byte before the trailer line (see housing_fund/protocol.md).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from adapters.wire.free_text import lenient, strict
from adapters.wire.mac import same, sm3_mac

ENCODING = "gb18030"
_END = "\r\n"


@dataclass(frozen=True)
class Record:
    """A kind of record: how many fields it has, and which of them (from 0) are free text."""

    width: int
    free: Collection[int] = ()


class UnreadableFileError(ValueError):
    """These bytes are not a whole, authentic file; the message never quotes them."""


def fits(text: str) -> bool:
    """Whether the text may stand in a field: no separator, no control character, no surrogate."""
    return not any(
        char == "|" or ord(char) < ord(" ") or "\ud800" <= char <= "\udfff" for char in text
    )


def write(records: Sequence[Sequence[str]]) -> bytes:
    """Make the H record and the D records of a file; raises ValueError for unfit text."""
    if not all(fits(text) for record in records for text in record):
        raise ValueError("a field holds a separator or a control character")
    return "".join("|".join(record) + _END for record in records).encode(ENCODING)


def signed(body: bytes, key: bytes) -> bytes:
    """Add the trailer to the records of a file."""
    lines = body.count(_END.encode()) - 1
    return body + f"T|{lines}|{_code(body, key)}{_END}".encode(ENCODING)


def read(raw: bytes, key: bytes, kinds: Mapping[str, Record] | None = None) -> list[list[str]]:
    """Return the H record and the D records of a whole, authentic file; raises UnreadableFileError.

    ``kinds`` are the records that hold free text, by ``H`` or ``D`` with the third field (``DU``).
    """
    body, trailer = _split(raw)
    try:
        kind, count, code = trailer.split("|")
        records = [_record(line, kinds or {}) for line in body.split(_END.encode())[:-1]]
    except ValueError:
        raise UnreadableFileError("not a file of records") from None
    if kind != "T" or not same(code.encode(), _code(body, key).encode()):
        raise UnreadableFileError("the trailer does not fit the file")
    if count != str(len(records) - 1) or [each[0] for each in records] != [
        "H",
        *"D" * (len(records) - 1),
    ]:
        raise UnreadableFileError("records are missing")
    return records


def _record(line: bytes, kinds: Mapping[str, Record]) -> list[str]:
    """Cut a line into its fields; ValueError if anything but free text cannot be read."""
    parts = line.split(b"|")
    kind = kinds.get(_kind(parts))
    try:
        columns = strict(line, ENCODING).split("|")
        if kind is None or len(columns) == kind.width:
            return columns
    except UnicodeDecodeError:
        if kind is None:
            raise
    # A text that ends within a character takes the separator for its second half. Cut by bytes, the line has the right
    # number of fields again; only where another character holds the separator's byte does it stay unreadable.
    if kind is None or len(parts) != kind.width:
        raise ValueError("a record has other fields than the protocol says")
    return [
        (lenient if number in kind.free else strict)(part, ENCODING)
        for number, part in enumerate(parts)
    ]


def _kind(parts: Sequence[bytes]) -> str:
    where = 2  # where a D record says its kind
    third = parts[where] if parts[0] == b"D" and len(parts) > where else b""
    return (parts[0] + third).decode("ascii", "replace")


def fields(raw: bytes) -> dict[str, str]:
    """Return every field by record, kind and place (``2.DP.3``), for reading only; a lone line by its number.

    UnicodeDecodeError if it is no text: a field that took its separator along would show under another's name.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(filter(None, raw.decode(ENCODING).split(_END))):
        columns = line.split("|")
        kind = columns[0] + (columns[2] if columns[0] == "D" and len(columns) > 2 else "")  # noqa: PLR2004 - where a D record says its kind
        named = {f"{number}.{kind}.{n}": text for n, text in enumerate(columns)}
        found |= named if len(columns) > 1 else {str(number): line}
    return found


def _split(raw: bytes) -> tuple[bytes, str]:
    """Everything before the last line, and the last line."""
    if not raw.endswith(b"\r\n"):
        raise UnreadableFileError("the file breaks off")
    cut = raw.rfind(b"\r\n", 0, -2) + 2
    if cut < len(b"\r\n") + 1:
        raise UnreadableFileError("one line only")
    try:
        return raw[:cut], raw[cut:-2].decode("ascii")
    except UnicodeDecodeError:
        raise UnreadableFileError("the last line is no trailer") from None


def _code(body: bytes, key: bytes) -> str:
    return sm3_mac(key, body).hex().upper()
