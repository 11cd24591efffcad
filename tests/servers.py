"""Small real servers that misbehave on purpose."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def speaking(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Yield the address of a server that treats each connection, its request read, that way."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, behave), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # Wakes the accepting thread up, which then ends.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def saying(raw: bytes) -> Callable[[socket.socket], None]:
    """Return the behaviour of sending these bytes and hanging up."""
    return lambda connection: connection.sendall(raw)


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return an HTTP answer; ``length`` may lie."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*head, "Connection: close", *headers, "", ""]).encode() + body


def _serve(listener: socket.socket, behave: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            try:
                _read_request(connection)
                behave(connection)
            except OSError:
                # The client may have had enough: that is what many of these tests are about.
                continue


def _read_request(connection: socket.socket) -> bytes:
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(65536)
    head, _, body = raw.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
         if line.startswith(b"content-length:")), 0,
    )  # fmt: skip
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
