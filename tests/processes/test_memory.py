"""A process of many threads keeps little of what they have given back."""

import platform
import subprocess
import sys

import pytest

#: Forty threads at once need some memory each and end; then the number of heaps the C library has mapped for them.
COUNTED = """
import sys, threading
from kaiban.processes.memory import share_arenas
if sys.argv[1] == "shared":
    assert share_arenas()
together = threading.Barrier(40)
def need():
    kept = [bytes(100) for _ in range(1000)]
    together.wait()
threads = [threading.Thread(target=need) for _ in range(40)]
[each.start() for each in threads]
[each.join() for each in threads]
import ctypes
libc = ctypes.CDLL(None)
libc.malloc_stats()
"""


def arenas(how):
    run = subprocess.run(
        [sys.executable, "-c", COUNTED, how], check=True, capture_output=True, text=True
    )
    return sum(line.startswith("Arena") for line in run.stderr.splitlines())


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_threads_share_few_arenas():
    assert arenas("shared") <= 2 < arenas("each its own")
