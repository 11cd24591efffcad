"""Waiting for what must happen: the one place where tests look again and again."""

import time
from collections.abc import Callable

#: Seconds between two looks.
PAUSE = 0.05


def until(
    condition: Callable[[], object],
    seconds: float = 300,
    complaint: Callable[[], str] = lambda: "it did not happen",
) -> None:
    """Return once it is so; fail, with the complaint, only when it plainly never will be."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint()
        time.sleep(PAUSE)
