"""What a browser sent, read without believing it."""

from typing import Final, TypeVar

#: Nothing here is counted in more digits.
MOST_DIGITS: Final = 9

Usual = TypeVar("Usual", int, None)


def whole_number(text: str, usual: Usual) -> int | Usual:
    """The number a text is; ``usual`` for what is none, or has more digits than anything that is counted here."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else usual
