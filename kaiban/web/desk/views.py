"""Lists of which there are several views: which one the address asks for, and the ways to the others."""

from collections.abc import Mapping

from flask import request, url_for


def asked_view(views: Mapping[str, str]) -> str:
    """The name of the view in the address; the first one for none, or for one there is not."""
    asked = request.args.get("show", "")
    return asked if asked in views else next(iter(views))


def view_chips(titles: Mapping[str, str], shown: str) -> list[tuple[str, str, bool]]:
    """For each view its address, title, and whether it is the one that is shown."""
    return [(url_for(".show", show=name), title, name == shown) for name, title in titles.items()]
