"""The page somebody came from or wants to go back to, as an address of ours."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException


def came_from() -> str:
    """Path and query of the page of ours that a browser says led here; "" if it says none, or one that we do not have."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return ""
    return own_page(request.referrer or "")


def own_page(address: str) -> str:
    """Path and query of the page of ours at an address that was sent; "" if we have none there.

    By which name we were asked is not looked at: behind a proxy, and from inside the house, browsers know us by
    another than KAIBAN_BASE_URL. The address is built from our routes, so that whatever was sent, it is ours.
    """
    try:
        there = urlsplit(address)
        page, values = current_app.create_url_adapter(request).match(unquote(there.path), "GET")  # type: ignore[union-attr]  # there is a request
    except (ValueError, HTTPException):
        return ""
    path = url_for(page, **values)
    return f"{path}?{there.query}" if there.query else path
