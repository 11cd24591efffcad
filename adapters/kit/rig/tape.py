"""Lets an adapter's dice fall the same way twice: what ``secrets`` gave is kept, and given again.

Whoever takes random numbers as the house does (``secrets.token_hex(16)`` at send time) needs to know
nothing of it. Signatures are made by gmalg meanwhile, whose dice are these; OpenSSL has its own.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from kaiban.sm2 import signatures
from kaiban.sm2.gmalg import Gmalg

#: What everything else in ``secrets`` is made of.
DICE = ("token_bytes", "randbits", "randbelow", "choice")


class Tape:
    """The throws of one thread, in order; other threads (a stub's) throw as ever."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, Any]] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Keep what this thread throws inside the block."""

        def throw(name: str, dice: Callable[..., Any], *arguments: Any) -> Any:
            self._kept.append((name, dice(*arguments)))
            return self._kept[-1][1]

        with _instead(throw):
            yield

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Give it again inside the block; who asks for something else gets something else."""
        left = list(self._kept)

        def throw(name: str, dice: Callable[..., Any], *arguments: Any) -> Any:
            return left.pop(0)[1] if left and left[0][0] == name else dice(*arguments)

        with _instead(throw):
            yield


@contextmanager
def _instead(throw: Callable[..., Any]) -> Iterator[None]:
    ours = threading.get_ident()

    def of(name: str, dice: Callable[..., Any]) -> Callable[..., Any]:
        def thrown(*arguments: Any) -> Any:
            if threading.get_ident() != ours:
                return dice(*arguments)
            return throw(name, dice, *arguments)

        return thrown

    with ExitStack() as replaced:
        replaced.enter_context(patch.object(signatures, "fastest", Gmalg))
        for name in DICE:
            thrown = of(name, getattr(secrets, name))
            replaced.enter_context(patch.object(secrets, name, thrown))
        yield
