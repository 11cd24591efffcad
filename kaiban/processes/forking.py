"""Children that are this process once more, forked when it has loaded its programs: they need not load them again.

What a process must not share with its child is not there yet when it forks: no thread, no open database, no lock that
somebody holds. Threads are looked for, the rest is seen to by whoever forks: it only loads.
"""

import ctypes
import gc
import os
import signal
from pathlib import Path
from typing import Final

from kaiban.processes.parent_death import die_with

_PR_SET_NAME: Final = 15  # linux/prctl.h
_prctl = ctypes.CDLL(None, use_errno=True).prctl
#: What ends a process that has not said otherwise; a child that is only beginning must not miss it.
_ENDING: Final = (signal.SIGTERM, signal.SIGINT)


class ThreadsError(Exception):
    """There are other threads: a child would have what they hold, and not them."""


def settle() -> None:
    """Say that what is loaded by now is there for good, so that children share its memory and do not look through it."""
    gc.collect()
    gc.freeze()


def fork(name: str) -> int:
    """Fork as ``os.fork`` does: 0 in the child, its number in the parent; raises ThreadsError.

    The child leads a process group of its own, is killed when the parent ends, however it ends, hears signals as a new
    process does, and is called ``name`` by the system (15 bytes of it, in ``ps`` and ``top``).
    """
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise ThreadsError
    parent = os.getpid()
    # Our own handlers know nothing of a child: what comes before it has none of them waits.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        pid = os.fork()
        if pid == 0:
            _begin(name, parent)
        else:
            _lead(pid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _begin(name: str, parent: int) -> None:
    os.setpgid(0, 0)
    die_with(parent)
    _prctl(_PR_SET_NAME, name.encode())
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _lead(pid: int) -> None:
    """Whoever of the two comes first makes the group: neither waits for the other."""
    try:
        os.setpgid(pid, pid)
    except (ProcessLookupError, PermissionError):
        return  # it has ended already, or leads already
