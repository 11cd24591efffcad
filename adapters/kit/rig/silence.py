"""Hears whether a piece of code uses the network or starts another process."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

LOUD = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system"}
)


@dataclass
class Heard:
    """What was heard on the thread that ``here`` ran on."""

    events: list[str] = field(default_factory=list)
    thread: int = 0

    def here(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Call, and listen to this thread meanwhile."""
        self.thread = threading.get_ident()
        try:
            return call(*arguments)
        finally:
            self.thread = 0


@contextmanager
def listening() -> Iterator[Heard]:
    """Listen while the block runs."""
    heard = Heard()

    def hook(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in LOUD and threading.get_ident() == heard.thread:
            heard.events.append(event)

    # An audit hook cannot be taken back; once the thread is 0 it hears nothing any more.
    sys.addaudithook(hook)
    yield heard
