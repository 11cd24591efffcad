"""What a job may use, and how the kernel is told."""

import contextlib
import math
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MB: Final = 1024 * 1024
#: How much a job gives way where pages want a processor, too (nice: 19 is most, a worker has 5).
NICENESS: Final = 10
#: Sockets, fonts and modules that are being read; a job has no use for more.
_MOST_OPEN: Final = 64
#: If memory runs out all the same, the kernel ends jobs before web processes and databases (1000 is most).
_OOM_SCORE: Final = "800"


@dataclass(frozen=True)
class Limits:
    """What one job may use; the kernel holds the child to it, whatever library is at work.

    ``cpu_seconds`` of a processor, ``seconds`` by the clock, ``memory`` bytes of address space with the libraries'
    own, ``file`` bytes of any file it writes, ``answer`` bytes of what it gives back; ``niceness`` is how much it gives
    way to its parent. After ``jobs`` jobs, or with more than ``kept`` bytes in memory after one, a child makes room for
    another: what libraries leak goes with it.
    """

    cpu_seconds: int = 20
    seconds: float = 40.0
    memory: int = 1024 * _MB
    file: int = 64 * _MB
    answer: int = 128 * _MB
    niceness: int = NICENESS
    jobs: int = 200
    kept: int = 400 * _MB

    def apply(self) -> None:
        """Bind this process for good."""
        os.nice(self.niceness)
        _bind(resource.RLIMIT_AS, self.memory)
        _bind(resource.RLIMIT_FSIZE, self.file)
        _bind(resource.RLIMIT_NOFILE, _MOST_OPEN)
        _bind(resource.RLIMIT_CORE, 0)  # what a crash leaves behind would hold somebody's papers
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")

    def begin(self) -> None:
        """Count the processor's seconds of the next job: the kernel counts those of the process's whole life."""
        until = math.ceil(time.process_time()) + self.cpu_seconds
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _bind(kind: int, most: int) -> None:
    resource.setrlimit(kind, (most, most))
