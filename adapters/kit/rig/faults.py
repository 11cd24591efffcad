"""What the proxy can do to an exchange."""

import gzip
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from adapters.hall.driving import Message, ok
from adapters.kit.rig.proxy import Fault, written

DRIP_SECONDS = 0.1
#: How long an answer is held back for others: less than a deadline, more than a call needs to get under way.
HELD_SECONDS = 1.5
LOGIN = b"<!DOCTYPE html><html><head><title>login</title></head><body>login</body></html>"
Alter = Callable[[Message, Message], Message]


def _hang_up(connection: socket.socket, _asked: Message, _answer: Message | None) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket, _asked: Message, _answer: Message | None) -> None:
    # Lingering for no time at all is a reset; the connection is closed in any case.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _hang(connection: socket.socket, _asked: Message, _answer: Message | None) -> None:
    # Ends when the adapter has had enough, or the proxy is closed.
    connection.recv(1)


def _drip(connection: socket.socket, _asked: Message, answer: Message | None) -> None:
    for byte in written(answer or ok(b" " * 400)):
        connection.sendall(bytes([byte]))
        connection.settimeout(DRIP_SECONDS)
        with suppress(TimeoutError):
            if connection.recv(1) == b"":
                return


def _truncate(connection: socket.socket, _asked: Message, answer: Message | None) -> None:
    raw = written(answer or ok(b""))
    half = len(answer.body) // 2 + 1 if answer else 1
    connection.sendall(raw[:-half])


def _short_length(connection: socket.socket, _asked: Message, answer: Message | None) -> None:
    whole = answer or ok(b"")
    connection.sendall(written(whole, length=max(0, len(whole.body) - len(whole.body) // 3 - 1)))


def _garbage(connection: socket.socket, _asked: Message, _answer: Message | None) -> None:
    connection.sendall(b"\x00\xff\xfe not HTTP at all \x81\x30\r\n\r\n")


class Huge:
    """Fifty megabytes; ``sent`` tells how many of them somebody was ready to take."""

    def __init__(self) -> None:
        self.sent = 0
        self.fault = Fault("huge", True, self._act)  # noqa: FBT003 - forward

    def _act(self, connection: socket.socket, _asked: Message, _answer: Message | None) -> None:
        megabyte = b"x" * 1_048_576
        connection.sendall(written(ok(b""), length=50 * len(megabyte)))
        for _ in range(50):
            connection.sendall(megabyte)
            self.sent += 1


def altered(name: str, alter: Alter) -> Fault:
    """The department is asked, its answer is replaced."""

    def act(connection: socket.socket, asked: Message, answer: Message | None) -> None:
        assert answer is not None
        connection.sendall(written(alter(asked, answer)))

    return Fault(name, True, act)  # noqa: FBT003 - forward


def instead(name: str, make: Callable[[Message], Message]) -> Fault:
    """The department is not asked; this is the answer."""

    def act(connection: socket.socket, asked: Message, _answer: Message | None) -> None:
        connection.sendall(written(make(asked)))

    return Fault(name, False, act)  # noqa: FBT003 - not forwarded


def status(line: str, body: bytes = LOGIN, **headers: str) -> Fault:
    """The department is not asked; the answer is this status (``503 Service Unavailable``)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return instead(line, lambda _: Message(f"HTTP/1.1 {line}", named, body))


def relabelled(line: str, **headers: str) -> Fault:
    """The department's own valid answer under another status."""
    return altered(
        line,
        lambda _, answer: Message(f"HTTP/1.1 {line}", {**answer.headers, **headers}, answer.body),
    )


def recoded(name: str, change: Callable[[bytes], bytes]) -> Fault:
    """The department's own answer with other bytes."""
    return altered(
        name, lambda _, answer: Message(answer.line, answer.headers, change(answer.body))
    )


def together(calls: int) -> Fault:
    """The department's own answers, held back until so many are there, then let go at once.

    Once that many do not come together any more, nothing is held back.
    """
    meeting = threading.Barrier(calls, timeout=HELD_SECONDS)

    def act(connection: socket.socket, _asked: Message, answer: Message | None) -> None:
        assert answer is not None
        with suppress(threading.BrokenBarrierError):
            meeting.wait()
        connection.sendall(written(answer))

    return Fault("together", True, act)  # noqa: FBT003 - forward


@cache
def _bomb() -> bytes:
    """Fifty megabytes of nothing in fifty kilobytes."""
    return gzip.compress(bytes(50 * 1_048_576), 1, mtime=0)


def _zipped(**headers: str) -> Alter:
    return lambda _, answer: Message(answer.line, {**answer.headers, **headers}, _bomb())


ZIP_BOMB = altered("a bomb of gzip", _zipped(**{"content-encoding": "gzip"}))
ZIPPED = altered("gzip unasked", _zipped())
#: The department has been asked, perhaps it has committed; then this happens.
CLOSE = Fault("close", True, _hang_up)  # noqa: FBT003 - forward
RESET = Fault("reset", True, _reset)  # noqa: FBT003 - forward
HANG = Fault("hang", True, _hang)  # noqa: FBT003 - forward
DRIP = Fault("drip", True, _drip)  # noqa: FBT003 - forward
TRUNCATE = Fault("truncate", True, _truncate)  # noqa: FBT003 - forward
SHORT_LENGTH = Fault("short-length", True, _short_length)  # noqa: FBT003 - forward
GARBAGE = Fault("garbage", True, _garbage)  # noqa: FBT003 - forward
#: The department never hears of it.
CLOSE_BEFORE = Fault("close before", False, _hang_up)  # noqa: FBT003 - not forwarded
