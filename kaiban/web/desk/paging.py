"""Which page of a list is asked for."""

from typing import Final

from flask import request

#: Nobody turns so many; what is asked for beyond is the last that is looked at.
MOST_PAGES: Final = 10_000


def asked_page() -> int:
    """The page of the address, from 1 on; 1 for what is no number."""
    return min(max(request.args.get("page", 1, int), 1), MOST_PAGES)
