"""The web server of one process.

One loop reads every connection, and a thread gets a request only when head and body are there; answers, too, are
taken off the thread at once. So a client that is slow, silent or gone costs a file descriptor, never a thread.
waitress brings the loop, the parser and the threads; ours are the limits of ``limits.py``, which it has not.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from kaiban.serving.limits import Limits, gives_way, network
from kaiban.serving.quiet import quieten
from kaiban.serving.requests import IncomingRequest

#: A head of ours has 2 KB; what is larger is refused with 431.
LONGEST_HEAD: Final = 32 * 1024
#: What a stopping server gives requests that have begun; the supervisor waits longer.
GRACE: Final = 20.0
#: More than any answer: an answer never holds its thread until the client has read it.
_LARGEST_ANSWER: Final = 1024 * 1024 * 1024
_LOOK_EVERY: Final = 1.0
#: Those of the process besides connections: listener, pipes, a database's.
_BESIDE: Final = 100


class Connection(HTTPChannel):
    """A client's connection."""

    parser_class = IncomingRequest
    request: IncomingRequest | None

    def __init__(self, server: "Server", sock: Any, addr: Any, adj: Any, map: Any = None) -> None:  # noqa: A002 - waitress passes it by name
        self.peer = network(addr[0])
        self.is_proxy = server.is_proxy(addr[0])
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def last_activity(self) -> float:
        """The monotonic instant of the last byte in or out; waitress sets real time, which may be put back."""
        return self._active

    @last_activity.setter
    def last_activity(self, _real: float) -> None:
        self._active = time.monotonic()

    @property
    def waiting(self) -> bool:
        """Whether the next step is the client's, and nothing was promised."""
        return not (self.requests or self.total_outbufs_len)

    @property
    def since(self) -> float:
        """When what we are waiting for began."""
        return self.request.began if self.request is not None else self._active

    def handle_close(self) -> None:
        """Be gone, with what came of a request."""
        super().handle_close()
        if self.request is not None:
            self.request.close()

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Whether the client has had its time."""
        if self.requests:
            return False
        if self.request is None or self.total_outbufs_len:
            return now - self._active > limits.idle
        if not self.request.headers_finished:
            return now - self.request.began > limits.head
        return now - self.request.began > limits.body or now - self._active > limits.idle


class Server(TcpWSGIServer):
    """Serves an application on a listening socket until it is stopped; ``is_proxy`` knows trusted proxies by address."""

    channel_class = Connection

    def __init__(
        self,
        application: WSGIApplication,
        listener: socket.socket,
        threads: int,
        limits: Limits,
        is_proxy: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._limits = limits
        self.is_proxy = is_proxy
        self._stopping = False
        self._gone = False
        # Reentrant: a signal handler may stop us in the very thread that is leaving.
        self._leaving = threading.RLock()
        self._looked = 0.0
        quieten()
        place = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application, {}, _sock=listener, adj=_adjusted(listener, threads, limits),
            bind_socket=False, sockinfo=place,
        )  # fmt: skip

    @property
    def connections(self) -> Sequence[Connection]:
        """All there are, the newest last."""
        return list(self.active_channels.values())

    def run(self) -> None:
        """Serve until ``stop``; then finish what has begun, for ``GRACE`` seconds at most."""
        while not self._stopping:
            self._turn()
        self._leave()

    def stop(self) -> None:
        """Take nobody in any more, and let ``run`` return; for signal handlers and other threads."""
        self._stopping = True
        self.pull_trigger()

    def pull_trigger(self) -> None:
        """Wake the loop, unless it has ended: the trigger's number may be another file's by then."""
        with self._leaving:
            if not self._gone:
                super().pull_trigger()

    def maintenance(self, now: float) -> None:
        """Nothing: waitress goes by real time, we do not."""

    def handle_accept(self) -> None:
        """Take somebody in; if that is one too many, somebody leaves."""
        super().handle_accept()
        seats = self.connections
        leaving = gives_way(seats, self._limits) if seats else None
        if leaving is not None:
            leaving.handle_close()

    def _turn(self) -> None:
        wasyncore.loop(_LOOK_EVERY, use_poll=True, map=self._map, count=1)
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        for one in self.connections:
            if one.is_overdue(now, self._limits):
                one.handle_close()

    def _leave(self) -> None:
        wasyncore.dispatcher.close(self)  # the listener alone: answers still go out
        end = time.monotonic() + GRACE
        while self._begun() and time.monotonic() < end:
            self._turn()
        self.task_dispatcher.shutdown(timeout=1)
        with self._leaving:
            self._gone = True
            wasyncore.close_all(self._map)

    def _begun(self) -> bool:
        """Whether anybody's request is still under way; whoever has none is let go."""
        for one in self.connections:
            if one.waiting and one.request is None:
                one.handle_close()
        return bool(self.active_channels)


def _adjusted(listener: socket.socket, threads: int, limits: Limits) -> Adjustments:
    adjusted = Adjustments(
        sockets=[listener],
        threads=threads,
        ident=None,
        backlog=1024,
        connection_limit=limits.in_all + _BESIDE,
        log_socket_errors=False,  # people go away; that is no event
        max_request_header_size=LONGEST_HEAD,
        max_request_body_size=limits.drained,
        outbuf_high_watermark=_LARGEST_ANSWER,
        # Whom to believe is decided by the application, whatever serves it.
        clear_untrusted_proxy_headers=False,
    )
    adjusted.kept = limits.kept
    return adjusted
