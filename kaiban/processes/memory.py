"""What the C library keeps of memory a process has given back."""

import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8  # malloc.h of glibc; see mallopt(3)
#: One arena is one lock for all threads, many keep what each thread needed once.
ARENAS: Final = 2


def share_arenas() -> bool:
    """Let the threads begun from now on share few arenas, so that what one gives back others take; whether it was done.

    A worker has a hundred threads that mostly wait; with an arena each it would grow with the number that ever had
    something to do. Another C library than glibc knows no arenas.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, ARENAS) == 1
