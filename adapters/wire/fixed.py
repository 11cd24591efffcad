"""Fields of fixed width in bytes, one after the other, in a declared encoding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from adapters.wire.free_text import lenient, strict


@dataclass(frozen=True)
class Field:
    """``X`` is text, filled with spaces on the right; ``9`` is digits, with zeros on the left.

    ``T`` is free text: like ``X``, but what cannot be read of it is no reason to leave the rest unread.
    """

    name: str
    width: int
    kind: Literal["X", "9", "T"] = "X"


class Layout:
    """The fields of one message, in order."""

    def __init__(self, *fields: Field, encoding: str = "gbk") -> None:
        self.fields = fields
        self.encoding = encoding
        self.width = sum(field.width for field in fields)

    def pack(self, values: Mapping[str, Any]) -> bytes:
        """Return the bytes; ValueError if a value does not fit (UnicodeError if the encoding lacks it)."""
        return b"".join(self._packed(field, values[field.name]) for field in self.fields)

    def unpack(self, raw: bytes) -> dict[str, str]:
        """Return the values without their filling.

        ValueError if the length is wrong, or the encoding of anything but free text.
        """
        if len(raw) != self.width:
            raise ValueError(f"{len(raw)} bytes instead of {self.width}")
        values, at = {}, 0
        for field in self.fields:
            read = lenient if field.kind == "T" else strict
            values[field.name] = read(raw[at : at + field.width], self.encoding).rstrip(" ")
            at += field.width
        return values

    def _packed(self, field: Field, value: Any) -> bytes:
        raw = str(value).encode(self.encoding)
        if len(raw) > field.width:
            raise ValueError(f"{field.name} is longer than {field.width} bytes")
        if field.kind != "9":
            return raw.ljust(field.width, b" ")
        if not raw.isdigit():
            raise ValueError(f"{field.name} is not a number")
        return raw.rjust(field.width, b"0")
