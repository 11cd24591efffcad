"""The small HTTP server under every stub and under the hall's own page."""

import socket
import ssl
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"
PORTS = range(65536)


class PortTakenError(OSError):
    """Somebody else listens on the port; says who wanted it."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(f"{name}: port {port} is taken")
        self.name, self.port = name, port


class Server:
    """Serves an app in threads until it is closed.

    Listens on any free port if 0; PortTakenError if it is taken, ValueError for any address but the
    loopback one: what pretends to be a department must not be reachable from outside. With ``tls``
    it speaks HTTPS.
    """

    def __init__(
        self,
        app: Flask,
        name: str,
        port: int = 0,
        host: str = LOOPBACK,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if host != LOOPBACK:
            raise ValueError(f"{name} listens on {LOOPBACK} only, not on {host!r}")
        if port not in PORTS:
            raise PortTakenError(name, port)  # create_server would leave its socket open
        # Looked at first: Werkzeug tells of a taken port on stderr and ends the whole process.
        try:
            socket.create_server((host, port)).close()
            self._server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
        except (OSError, SystemExit):
            raise PortTakenError(name, port) from None
        if tls:
            self._speak_tls(tls)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name=f"stub-{name}", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "https" if self._server.ssl_context else "http"
        return f"{scheme}://{LOOPBACK}:{self._server.port}"

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        # The thread closes the port as it ends; until then nobody else can have it.
        self._thread.join()

    def _speak_tls(self, tls: ssl.SSLContext) -> None:
        """Werkzeug would shake hands where it accepts: one who is silent then would keep all others waiting."""
        self._server.ssl_context = tls
        self._server.socket = tls.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )


class _Quiet(WSGIRequestHandler):
    """Says nothing: the journal has it all."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's name
        pass
