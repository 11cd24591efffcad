"""One clock over a whole exchange: a socket's own time-out begins anew with every byte that drips in."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def closing_after(seconds: float, current: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the socket that is in use after so long; the block ends with TimeoutError then, if with nothing else.

    Whoever reads the socket sees its end, which some readers take for the end of what they read.
    """
    over = threading.Event()

    def shut() -> None:
        over.set()
        sock = current()
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, shut)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
    if over.is_set():
        raise TimeoutError("the exchange took too long")
