"""A proxy between an adapter and its department that loses, breaks and replaces answers.

Real sockets: it works in front of a stub and in front of a department's test system alike.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from adapters.hall.driving import Message
from adapters.hall.serving.forwarding import HOP_BY_HOP, SECONDS, forwarded


@dataclass(frozen=True)
class Seen:
    """One exchange as the proxy saw it; ``answer`` is what the department said, if it was asked."""

    asked: Message
    answer: Message | None
    fault: str = ""


@dataclass(frozen=True)
class Fault:
    """What happens to an exchange. ``forward``: is the department asked at all?

    ``act`` gets the adapter's connection, the request, and the department's answer (None if it
    was not asked), and does what it likes with the connection, which is closed afterwards.
    """

    name: str
    forward: bool
    act: Callable[[socket.socket, Message, Message | None], None]


class Proxy:
    """Listens on the loopback address and passes everything on to ``upstream``, but for faults.

    ``plan`` puts a fault on the n-th exchange from now on; ``always`` on each that a test of the
    request accepts. With ``tls`` (a server's context) it speaks https.
    """

    def __init__(self, upstream: str, tls: ssl.SSLContext | None = None) -> None:
        self._upstream = upstream
        self._tls = tls
        self._planned: dict[int, Fault] = {}
        self._standing: Fault | None = None
        self._count = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.seen: list[Seen] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def plan(self, fault: Fault, nth: int = 1) -> None:
        """Put the fault on the n-th exchange from now on."""
        with self._lock:
            self._planned[self._count + nth] = fault

    def always(self, fault: Fault | None) -> None:
        """Put the fault on every exchange from now on; None ends it."""
        with self._lock:
            self._standing = fault

    def calm(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._planned, self._standing = {}, None

    def close(self) -> None:
        """Hang up on everybody."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._open)
        for each in connections:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    # --- private --------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Whoever has had enough hangs up: that is what many checks are about.
        with connection, suppress(OSError, http.client.HTTPException, ValueError):
            connection.settimeout(SECONDS)
            if self._tls:
                with self._tls.wrap_socket(connection, server_side=True) as line:
                    self._talk(line)
            else:
                self._talk(connection)
        with self._lock:
            self._open.discard(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            while (asked := _read(reader)) is not None and self._exchange(connection, asked):
                pass

    def _exchange(self, connection: socket.socket, asked: Message) -> bool:
        fault = self._fault()
        answer = None if fault and not fault.forward else forwarded(self._upstream, asked)
        with self._lock:
            self.seen.append(Seen(asked, answer, fault.name if fault else ""))
        if fault is None:
            assert answer is not None
            connection.sendall(written(answer, last=False))
            return True
        fault.act(connection, asked, answer)
        return False

    def _fault(self) -> Fault | None:
        with self._lock:
            self._count += 1
            return self._planned.pop(self._count, self._standing)


def written(answer: Message, *, length: int | None = None, last: bool = True) -> bytes:
    """Return an answer's bytes; ``length`` may lie, ``last`` tells that we hang up after it."""
    size = len(answer.body) if length is None else length
    lines = [
        f"{name}: {value}" for name, value in answer.headers.items() if name not in HOP_BY_HOP
    ]
    lines += ["Connection: close"] if last else []
    head = "\r\n".join([answer.line, *lines, f"Content-Length: {size}", "", ""])
    return head.encode("latin-1") + answer.body


def _read(reader: object) -> Message | None:
    """Read one request; None when the adapter has hung up."""
    stream = reader  # a buffered socket file
    first = stream.readline().decode("latin-1").strip()  # type: ignore[attr-defined]  # socket file
    if not first:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():  # type: ignore[attr-defined]  # same
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))  # type: ignore[attr-defined]  # same
    return Message(first, headers, body)
