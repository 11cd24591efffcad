"""The program of a child: ``python -m kaiban.processes.program SOCKET PARENT``; takes jobs until nobody sends any.

It is told its limits first, and which modules its jobs will need. A job is the name of a function (``module:function``) and its arguments. Its answer is a tuple of plain values and
such as the pool expects: the parent believes nothing of a process that has read what a stranger sent.
"""

import errno
import gc
import pickle
import signal
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from kaiban.processes.frames import frames
from kaiban.processes.limits import Limits
from kaiban.processes.parent_death import die_with
from kaiban.processes.temporary import choose_temporary_folder


def main() -> None:
    """Bind this process, then work."""
    socket, parent = map(int, sys.argv[1:])
    die_with(parent)
    choose_temporary_folder()
    # Meant for the parent, which may still need what we are doing; without it we end anyway.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with Connection(socket) as connection, suppress(EOFError, OSError):
        _work(connection)


def _work(connection: "Connection[Any, Any]") -> None:
    limits: Limits
    modules: tuple[str, ...]
    limits, modules = connection.recv()
    limits.apply()
    for module in modules:
        with suppress(Exception):  # the job that needs it will tell
            import_module(module)
    ready = True
    while ready:
        target, arguments = connection.recv()
        limits.begin()
        answer, ready = _answer(target, arguments)
        connection.send_bytes(answer)
        _keep_what_stays()


def _keep_what_stays() -> None:
    """What the first job has imported is there for good: no later collection need look through it."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def _answer(target: str, arguments: tuple[Any, ...]) -> tuple[bytes, bool]:
    """The answer, and whether this process is still good for another job."""
    try:
        module, _, name = target.partition(":")
        value = getattr(import_module(module), name)(*arguments)
        return pickle.dumps(("done", value)), True
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent hears its kind and place
        if _is_short_of_memory(error):
            return pickle.dumps(("stopped", "memory")), False
        # Never its text: that may quote what somebody sent.
        where = tuple(frames(error.__traceback__))
        return pickle.dumps(("failed", type(error).__name__, where)), True


def _is_short_of_memory(error: Exception) -> bool:
    """Python says so in its own way, the system in another."""
    return isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno == errno.ENOMEM
    )


if __name__ == "__main__":
    main()
