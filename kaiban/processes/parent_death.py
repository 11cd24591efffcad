"""Let a process end with the one that started it, however that ends."""

import ctypes
import os
import signal
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with(parent: int) -> None:
    """Be killed when the process ``parent`` ends; for the first moments of its child, between fork and exec or after it.

    Linux means the *thread* that started the child: if that thread ends earlier, so does the child.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)
