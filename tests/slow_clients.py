"""Clients that hold connections and hardly say a word: what a slow line, a broken program or an attacker does."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_POST = "POST /prefs HTTP/1.1\r\nHost: slow.example\r\nContent-Type: application/x-www-form-urlencoded\r\n"
#: How each kind begins; it goes on with one byte at a time, and never comes to an end.
KINDS = {
    "silent": b"",
    "head": b"GET /livez HTTP/1.1\r\nHost: slow.example\r\nX-Slow: a",
    "body": f"{_POST}Content-Length: 1000000\r\n\r\nlang=".encode(),
    "chunked": f"{_POST}Transfer-Encoding: chunked\r\n\r\nfffff\r\nlang=".encode(),
}


@dataclass
class SlowClients:
    """Open connections of one kind; ``dropped`` counts those the server has ended, ``words`` what went on being said."""

    address: tuple[str, int]
    kind: str
    source: str = "127.0.0.1"
    sockets: list[socket.socket] = field(default_factory=list)
    dropped: int = 0
    words: int = 0

    def open(self, count: int) -> None:
        """Connect so many more, each with its beginning sent."""
        for _ in range(count):
            connection = socket.create_connection(self.address, 60, (self.source, 0))
            connection.sendall(KINDS[self.kind])
            connection.settimeout(0)
            self.sockets.append(connection)

    def go_on(self) -> None:
        """Say one word more on each; open another for each that was ended."""
        living = [each for each in self.sockets if self._adds(each)]
        ended = len(self.sockets) - len(living)
        self.sockets, self.dropped = living, self.dropped + ended
        self.open(ended)

    def close(self) -> None:
        for each in self.sockets:
            each.close()
        self.sockets.clear()

    def _adds(self, connection: socket.socket) -> bool:
        with contextlib.suppress(OSError), selectors.DefaultSelector() as readable:
            readable.register(connection, selectors.EVENT_READ)
            # Whatever there is to read, an answer or an end: the server is through with it.
            if not readable.select(0):
                if KINDS[self.kind]:
                    self.words += connection.send(b"a")
                return True
        connection.close()
        return False


@contextlib.contextmanager
def slow_clients(
    url: str, count: int, kind: str, *, source: str = "127.0.0.1", every: float = 0
) -> Iterator[SlowClients]:
    """Hold so many connections of that kind; with ``every`` they go on each so many seconds."""
    place = urlsplit(url)
    clients = SlowClients((place.hostname or "", place.port or 80), kind, source)
    stopping = threading.Event()

    def keep_on() -> None:
        while not stopping.wait(every):
            with contextlib.suppress(OSError):
                clients.go_on()

    keeping = threading.Thread(target=keep_on)
    clients.open(count)
    if every:
        keeping.start()
    try:
        yield clients
    finally:
        stopping.set()
        if every:
            keeping.join()
        clients.close()
