"""Our own address, which is a setting and not what a request says."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

#: A browser that was here once never speaks without encryption to us again, for a year from its last visit.
_STRICT: Final = ("Strict-Transport-Security", "max-age=31536000")
_USUAL_PORTS: Final = {"http": "80", "https": "443"}


class OwnAddress:
    """Puts that address in place of the Host header and the scheme of every request.

    So whatever makes an address of a request (a link, a redirect, a QR code) makes ours, whoever asked and by which
    name. Where ours is https, browsers are told to insist on it.
    """

    def __init__(self, app: WSGIApplication, base_url: str) -> None:
        self._app = app
        ours = urlsplit(base_url)
        self._place = {
            "wsgi.url_scheme": ours.scheme,
            "HTTP_HOST": ours.netloc,
            "SERVER_NAME": ours.hostname,
            "SERVER_PORT": str(ours.port or _USUAL_PORTS[ours.scheme]),
        }
        self._added = [_STRICT] if ours.scheme == "https" else []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def answered(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, *self._added], *more)

        return self._app({**environ, **self._place}, answered)
