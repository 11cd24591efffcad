"""The door: a listening socket that outlives whoever serves it."""

import errno
import socket
import time

import structlog

log = structlog.get_logger()

#: Connections that may wait to be taken in; the kernel keeps them while web processes are started again.
BACKLOG = 1024
#: Somebody who was just killed may need a moment to let go of the port.
PATIENCE = 10.0
_AGAIN = 0.05


class PortTakenError(Exception):
    """Somebody else listens there, and goes on listening."""


def listen(host: str, port: int, patience: float = PATIENCE) -> socket.socket:
    """Listen there; wait that many seconds for whoever still does; PortTakenError after that."""
    end = time.monotonic() + patience
    told = False
    while True:
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            if time.monotonic() > end:
                raise PortTakenError(f"{host}:{port}: another program listens there") from error
        if not told:
            log.warning("port_taken", host=host, port=port, waiting=patience)
            told = True
        time.sleep(_AGAIN)


def _bound(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)
