"""What can only be done later: too much at once, or too often. Nothing was done, and nothing that was typed is lost."""

from collections.abc import Mapping
from typing import Final

#: When a full line of jobs has moved on, surely (seconds).
SOON: Final = 10
#: Counts are kept for an hour; it may be over sooner, but nobody need try before.
AN_HOUR: Final = 3600


class TryLater(Exception):  # noqa: N818 - named for what it tells
    """To be answered with that status and header, and in these words."""

    def __init__(self, status: int, seconds: int, text: str) -> None:
        super().__init__(status, seconds)
        self.status, self.text = status, text
        self.headers: Mapping[str, str] = {"Retry-After": str(seconds)}


def busy(text: str) -> TryLater:
    """Too many ask at once."""
    return TryLater(503, SOON, text)


def too_often(text: str) -> TryLater:
    """Somebody, or somebody with the same address, asked too often."""
    return TryLater(429, AN_HOUR, text)
