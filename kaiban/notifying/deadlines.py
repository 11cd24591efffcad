"""One clock over a whole exchange: a socket's own time-out begins anew with every byte that drips in."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def closing_after(seconds: float, current: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the socket that is in use after so long, if the block has not ended; whoever reads it sees its end."""

    def shut() -> None:
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
