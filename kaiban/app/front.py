"""One address for people and programs."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import WSGIApplication

#: What programs call; everything else is a page.
API_PATHS = ("/api/", "/callbacks/", "/livez", "/readyz", "/metrics", "/problems")


class TwoDoors:
    """One address for people and programs: the path says which of the two is meant."""

    def __init__(self, pages: WSGIApplication, api: WSGIApplication) -> None:
        self._pages, self._api = pages, api

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        app = self._api if path.startswith(API_PATHS) else self._pages
        return app(environ, start_response)
