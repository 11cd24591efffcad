"""A line that keeps the rest of a page back until it is told to let it through."""

import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication


class Line:
    """In front of an application: it serves pages whole, until one is to be held."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._mark = b""
        self._all = threading.Event()

    def hold(self, mark: str) -> None:
        """Of every page from now on, keep back what comes from these words on."""
        self._all.clear()
        self._mark = mark.encode()

    def let_go(self) -> None:
        """Let all come: what is held, and what is asked for from now on."""
        self._mark = b""
        self._all.set()

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # in what is compressed no words are found
        body = self._app(environ, start)
        try:
            content = b"".join(body)
        finally:
            getattr(body, "close", bool)()
        before, mark, after = content.partition(self._mark) if self._mark else (content, b"", b"")
        yield before
        if mark:
            self._all.wait()
            yield mark + after
