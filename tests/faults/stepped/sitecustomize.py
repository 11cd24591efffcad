"""Steps the wall clock of whatever Python process has this folder on its path, as a file says.

The file is named by ``STEPPED_CLOCK`` and holds the seconds the clock is off; monotonic time goes on. Every program of
the service obeys: its own code, the queue's, the web server's, forked children too.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

LOOK_EVERY = 0.05


class Stepping:
    """The clock of this process, and how far it is off."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._off = 0.0
        now = datetime.now(UTC)  # noqa: TID251 - it is from here that it steps
        self._traveller = time_machine.travel(now, tick=True).start()

    def follow(self) -> None:
        """Do as the file says, from now on."""
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            wanted = self._wanted()
            if wanted != self._off:
                self._traveller.shift(wanted - self._off)
                self._off = wanted
            time.sleep(LOOK_EVERY)

    def _wanted(self) -> float:
        """How far the file says; as before while it is being written."""
        try:
            # Bytes: where a process is only just beginning, a thread may find no codec, not even ASCII.
            return float(self._file.read_bytes())
        except FileNotFoundError:
            return 0.0
        except ValueError:
            return self._off


stepping = Stepping(Path(os.environ["STEPPED_CLOCK"]))
# `kaiban serve` goes by no wall clock and makes its processes by forking, which whoever has threads may not.
if sys.orig_argv[-1] != "serve":
    stepping.follow()
# Threads stay behind where a process forks.
os.register_at_fork(after_in_child=stepping.follow)
