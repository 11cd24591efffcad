"""Lists a page at a time: which page the address asks for, and the addresses of those beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from flask import request, url_for

#: Rows on a page.
PAGE: Final = 50
#: Nobody turns so many; what is asked for beyond is the last that is looked at.
MOST_PAGES: Final = 10_000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """A page of a list, and the addresses of the next and the one before, "" where there is none."""

    rows: Sequence[Row]
    more: str
    before: str


def paged(read: Callable[[int, int], Sequence[Row]]) -> Paged[Row]:
    """The page the address asks for, of what is read by how many rows are left out and how many are wanted.

    Where a list has become shorter than that, it is begun anew: an empty page would say that there is nothing in it.
    """
    page = asked_page()
    found = read((page - 1) * PAGE, PAGE + 1)
    if page > 1 and not found:
        page, found = 1, read(0, PAGE + 1)
    return Paged(
        found[:PAGE],
        _turned(page + 1) if len(found) > PAGE else "",
        _turned(page - 1) if page > 1 else "",
    )


def asked_page() -> int:
    """The page of the address, from 1 on; 1 for what is no number."""
    return min(max(request.args.get("page", 1, int), 1), MOST_PAGES)


def here_with(asked: Mapping[str, Any]) -> str:
    """The page at hand, asked for that.

    Not by ``url_for`` alone: whoever wrote the address may have called something as one of its own arguments is called.
    """
    return f"{url_for(str(request.endpoint), **(request.view_args or {}))}?{urlencode(asked)}"


def _turned(page: int) -> str:
    return here_with({**request.args.to_dict(), "page": page})
