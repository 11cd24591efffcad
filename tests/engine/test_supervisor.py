import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import ROOT
from tests.waiting import until

CHILD = """
import os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def leave(*_):
    with (folder / "left").open("a") as log: log.write("left\\n")
    sys.exit(0)
parent = folder / "parent"
if parent.exists() and (parent.unlink() or os.fork() == 0):
    (folder / "grandchild").write_text(str(os.getpid()))
    while True: time.sleep(0.05)
signal.signal(signal.SIGTERM, signal.SIG_IGN if (folder / "deaf").exists() else leave)
with (folder / "pids").open("a") as log: log.write(f"{os.getpid()}\\n")
while True: time.sleep(0.05)
"""
PROGRAM = """
import sys
from kaiban.engine.supervisor import Role, Supervisor
folder, count = sys.argv[1], int(sys.argv[2])
program = compile(open(folder + "/child.py").read(), "child.py", "exec")
def play(): exec(program, {"__name__": "child"})
work = Supervisor([Role(f"c{n}", play) for n in range(count)], grace_seconds=2).run()
if work: work()
"""


class Tree:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "child.py").write_text(CHILD)
        self.supervisors: list[subprocess.Popen] = []

    def start(self, count: int = 1) -> subprocess.Popen:
        argv = [sys.executable, "-c", PROGRAM, str(self.folder), str(count)]
        process = subprocess.Popen(argv, cwd=ROOT)
        self.supervisors.append(process)
        return process

    def pids(self) -> list[int]:
        file = self.folder / "pids"
        return [int(line) for line in file.read_text().splitlines()] if file.exists() else []

    def living(self) -> list[int]:
        return [pid for pid in self.pids() if runs(pid)]


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    yield tree
    for supervisor in tree.supervisors:
        supervisor.kill()
        supervisor.wait()
    until(lambda: not tree.living())


def test_a_child_that_dies_is_started_again(tree):
    tree.start(2)
    until(lambda: len(tree.pids()) == 2)
    os.kill(tree.pids()[0], signal.SIGKILL)
    until(lambda: len(tree.pids()) == 3)
    killed, *others = tree.pids()
    until(lambda: not runs(killed))
    assert tree.living() == others


def test_what_a_dead_child_leaves_behind_is_killed(tree):
    (tree.folder / "parent").touch()
    tree.start()
    grandchild = tree.folder / "grandchild"
    until(lambda: tree.pids() and grandchild.exists() and grandchild.read_text())
    left_behind = int(grandchild.read_text())
    os.kill(tree.pids()[0], signal.SIGKILL)
    until(lambda: not runs(left_behind))
    until(lambda: len(tree.pids()) == 2)
    assert tree.living() == tree.pids()[1:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_children_leave_by_themselves(tree, number):
    supervisor = tree.start(2)
    until(lambda: len(tree.pids()) == 2)
    supervisor.send_signal(number)
    assert supervisor.wait(60) == 0
    assert (tree.folder / "left").read_text() == "left\nleft\n"
    assert tree.living() == []


def test_a_child_that_does_not_listen_is_killed(tree):
    (tree.folder / "deaf").touch()
    supervisor = tree.start()
    until(tree.pids)
    supervisor.terminate()
    assert supervisor.wait(60) == 0
    assert tree.living() == []


def test_children_do_not_outlive_a_killed_supervisor_and_a_new_one_works(tree):
    supervisor = tree.start(2)
    until(lambda: len(tree.pids()) == 2)
    supervisor.kill()
    supervisor.wait()
    until(lambda: not tree.living())
    before = tree.pids()
    tree.start(2)
    until(lambda: len(tree.pids()) == 4)
    assert tree.living() == tree.pids()[2:]
    assert tree.pids()[:2] == before
