"""The clock of a process can be stepped from outside, forth and back, and monotonic time goes on."""

import os
import subprocess
import sys
import time

from tests.faults.disturbances import StepClock
from tests.waiting import until

HOUR = 3600
#: A child of a process says how far its clock is off for every line it is sent.
PROGRAM = """
import os, sys, time
if os.fork():
    os.wait()
    sys.exit()
began = time.monotonic()
for line in sys.stdin:
    print(time.time(), time.monotonic() - began, flush=True)
"""


def test_a_process_and_its_children_read_the_clock_as_the_file_says(tmp_path):
    file = tmp_path / "steps"
    environ = {**os.environ, **StepClock.environ(file)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        for hours in (0, 1, -1, 0):
            file.write_text(str(hours * HOUR), encoding="ascii")
            until(lambda hours=hours: round(off(process) / HOUR) == hours, 60, lambda: "never")
        process.stdin.close()
    assert process.returncode == 0


def off(process):
    """How far the wall clock of the process is off; its monotonic one never is."""
    process.stdin.write("\n")
    process.stdin.flush()
    wall, passed = map(float, process.stdout.readline().split())
    assert 0 <= passed < HOUR / 2
    return wall - time.time()
