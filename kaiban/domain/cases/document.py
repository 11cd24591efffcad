"""What departments issue: originals, kept as they came."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """An original from a department, byte for byte as it came."""

    name: str
    title: str
    media_type: str
    content: bytes
