"""However calls fail, they leave no socket and no thread behind."""

import itertools
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import UTC, datetime

from adapters.http import Http
from kaiban.ports import AdapterError
from tests.footprint import open_sockets, threads
from tests.servers import answer, saying, speaking

CALLS, THREADS = 120, 4
#: Connections that may be kept for the next call.
KEPT = 8


class StandingClock:
    def now(self):
        return datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


BEHAVIOURS = (
    saying(answer(b"fine")),
    saying(answer(b"half", length=4000)),
    saying(answer(b"x" * 200_000)),  # longer than allowed: not read to its end
    saying(answer(b"<html>login</html>")),
    saying(answer(b"", status="503 Busy")),
    saying(b"garbage\r\n\r\n"),
    saying(b""),
    reset,
)


def grown(http_class):
    """Make calls that go wrong in every way; return by how many sockets and threads we have grown."""
    turns = itertools.cycle(BEHAVIOURS)

    def misbehave(connection):
        next(turns)(connection)

    with speaking(misbehave) as url, ThreadPoolExecutor(THREADS) as pool:
        client = http_class(url, clock=StandingClock(), deadline=20, max_bytes=10_000)

        def call(_):
            with suppress(AdapterError):
                client.exchange("POST", "/x", b"asked")

        list(pool.map(call, range(THREADS * 4)))
        before = open_sockets(), threads()
        list(pool.map(call, range(CALLS)))
        after = open_sockets(), threads()
        client.close()
    return tuple(b - a for a, b in zip(before, after, strict=True))


def test_calls_that_fail_leave_neither_sockets_nor_threads():
    sockets, more = grown(Http)
    assert sockets <= KEPT
    assert more <= 0


def test_an_adapter_that_lets_its_answers_lie_is_noticed():
    kept = []

    class Careless(Http):
        def _send(self, *given):
            kept.append(super()._send(*given))
            return nullcontext(kept[-1])

    sockets, _ = grown(Careless)
    for response in kept:
        response.close()
    assert sockets > KEPT
