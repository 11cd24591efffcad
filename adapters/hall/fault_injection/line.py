"""What can happen to an answer on the line: the stub speaks on the socket itself, past the server."""

import os
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Response

MEGABYTE = 1 << 20
LOOK = 0.2
HOP_BY_HOP = frozenset({"content-length", "connection", "transfer-encoding"})
# With time-out 0 the kernel answers a close with a reset instead of waiting for the other side.
NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Line:
    """The connection an exchange runs over; ``stopping`` is set when the stub stops."""

    socket: socket.socket
    stopping: threading.Event

    def hang_up(self) -> None:
        """End the connection; what has been sent arrives."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """End the connection so that the other side gets ECONNRESET."""
        with suppress(OSError):
            if isinstance(self.socket, ssl.SSLSocket):
                # It lets go of its cipher and says nothing on the line; else it would write to whoever has the
                # descriptor next.
                self.socket.shutdown(socket.SHUT_RD)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            # The server still holds the socket for reading and writing: only the descriptor
            # itself can be closed at once.
            os.close(self.socket.detach())

    def be_silent(self, seconds: float) -> None:
        """Say nothing until the time is over, the other side has had enough, or the stub stops."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.stopping.is_set():
            readable, _, _ = select.select([self.socket], [], [], min(LOOK, left))
            if readable and self._gone():
                return

    def send(self, pieces: Iterator[bytes], pause: float = 0) -> None:
        """Send piece by piece as long as somebody listens, then hang up."""
        with suppress(OSError):
            for piece in pieces:
                self.socket.sendall(piece)
                if pause and self.stopping.wait(pause):
                    break
        self.hang_up()

    def _gone(self) -> bool:
        try:
            return self._looked() == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def _looked(self) -> bytes:
        if not isinstance(self.socket, ssl.SSLSocket):
            return self.socket.recv(1, socket.MSG_PEEK)
        # TLS lets nobody look without reading; what is read was not wanted, we hang up in any case.
        self.socket.settimeout(LOOK)
        return self.socket.recv(1)


Act = Callable[[Line, Response, Mapping[str, Any]], None]


def _close(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    del response, given
    line.hang_up()


def _reset(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    del response, given
    line.reset()


def _hang(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    del response
    line.be_silent(given["seconds"])
    line.hang_up()


def _drip(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    body, size = response.get_data(), max(1, given["bytes"])
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    line.send(_after(_head(response, len(body)), pieces), given["seconds"])


def _truncate(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    body = response.get_data()
    line.send(iter((_head(response, len(body)), body[: int(len(body) * given["share"])])))


def _short_length(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    body = response.get_data()
    line.send(iter((_head(response, int(len(body) * given["share"])), body)))


def _huge(line: Line, response: Response, given: Mapping[str, Any]) -> None:
    body, more = response.get_data(), given["megabytes"]
    pieces = (b" " * MEGABYTE for _ in range(more))
    line.send(_after(_head(response, len(body) + more * MEGABYTE) + body, pieces))


ACTS: Mapping[str, Act] = {
    "close": _close,
    "reset": _reset,
    "hang": _hang,
    "drip": _drip,
    "truncate": _truncate,
    "short-length": _short_length,
    "huge": _huge,
    "late-commit": _close,
}


def _head(response: Response, length: int) -> bytes:
    kept = [(n, v) for n, v in response.headers.items() if n.lower() not in HOP_BY_HOP]
    lines = [f"HTTP/1.1 {response.status}", *(f"{n}: {v}" for n, v in kept),
             f"Content-Length: {length}", "Connection: close", "", ""]  # fmt: skip
    return "\r\n".join(lines).encode("latin-1")


def _after(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
