"""What a forked process has of the one it was: what that had loaded, and nothing that must be its own."""

import json
import signal
import subprocess
import sys

from tests.footprint import lives
from tests.waiting import until

#: Says in a line what became of a child, which itself says what it is.
BORN = """
import json, os, signal, sys
from kaiban.processes.forking import fork
signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGINT, lambda *_: None)
pid = fork("kaiban-child")
if not pid:
    print(json.dumps({
        "name": open("/proc/self/comm").read().strip(),
        "leads": os.getpgrp() == os.getpid(),
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "ends": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
    }), flush=True)
    os._exit(7)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
blocked = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))
print(json.dumps({"code": code, "blocked": blocked}))
"""
#: A child that would stay, of a parent that is killed.
LEFT = """
import os, signal, time
from kaiban.processes.forking import fork
pid = fork("left")
if pid:
    print(pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(600)
"""
#: A child that is told to end before it has done anything.
EARLY = """
import os, signal
from kaiban.processes.forking import fork
def told(*_): raise AssertionError("the child hears what was meant for its parent")
signal.signal(signal.SIGTERM, told)
before = os.fork
os.fork = lambda: [pid := before(), pid and os.kill(pid, signal.SIGTERM)][0]
pid = fork("early")
if not pid:
    signal.pause()
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
THREADED = """
import threading
from kaiban.processes.forking import ThreadsError, fork
threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    fork("never")
except ThreadsError:
    print("refused")
"""


def said(program: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


def test_a_child_is_a_new_process_to_whoever_signals_or_looks_for_it():
    child, parent = map(json.loads, said(BORN))
    assert child == {"name": "kaiban-child", "leads": True, "blocked": [], "ends": True}
    assert parent == {"code": 7, "blocked": []}


def test_a_child_told_to_end_at_its_birth_ends():
    assert said(EARLY) == [str(-signal.SIGTERM)]


def test_a_child_ends_with_its_parent():
    (pid,) = said(LEFT)
    until(lambda: not lives(int(pid)), 60, lambda: "the child goes on")


def test_whoever_has_threads_is_not_forked():
    assert said(THREADED) == ["refused"]
