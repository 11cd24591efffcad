"""Numbers and codes as people type, paste and scan them."""

import unicodedata
from typing import Final

#: Unicode's name for signs that only direct or join others: nobody sees them, and pasted numbers bring them along.
_FORMAT: Final = "Cf"


def compact(typed: str) -> str:
    """In half width, without blanks and without signs that nobody can see."""
    wide = unicodedata.normalize("NFKC", typed)
    return "".join(
        each for each in wide if not each.isspace() and unicodedata.category(each) != _FORMAT
    )
