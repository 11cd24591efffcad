"""``kaiban serve`` and ``kaiban demo`` as processes: slow clients before the door, and what a killed parent leaves behind."""

import contextlib
import os
import signal
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
import requests

from tests.city import SERVE, city
from tests.footprint import children
from tests.slow_clients import slow_clients
from tests.waiting import until


def descendants(pid: int) -> list[int]:
    """Every process below that one."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, below) for each in (child, *descendants(child))]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def stop(pids: list[int]) -> None:
    """Let them do nothing more by themselves: what ends them now comes from the kernel."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def end(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def told(ours) -> int:
    with ours.session() as session:
        return session.get(f"{ours.address}/livez", timeout=20).status_code


@pytest.mark.timeout(300)
def test_more_slow_clients_than_threads_and_a_killed_supervisor_leave_the_door_open(tmp_path):
    with city(tmp_path, speed=1, ports="free") as ours:
        supervisor = ours.start(*SERVE)
        ours.wait_until_ready(120)
        with (
            slow_clients(ours.address, 40, "head") as heads,
            slow_clients(ours.address, 40, "body"),
        ):
            heads.go_on()
            assert told(ours) == requests.codes.ok
        left = descendants(supervisor.pid)
        assert len(left) >= 3
        stop(left)
        ours.kill(supervisor)
        try:
            ours.start(*SERVE)
            ours.wait_until_ready(120)
            assert [pid for pid in left if runs(pid)] == []
        finally:
            end(left)


def named(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def files(pid: int) -> set[str]:
    """What that process has open, besides where it reads, writes and logs."""
    opened = Path(f"/proc/{pid}/fd").iterdir()
    return {str(each.readlink()) for each in opened if int(each.name) > 2}


@pytest.mark.timeout(300)
def test_the_processes_of_a_service_are_made_of_one_that_opens_nothing_but_the_door(tmp_path):
    """So no two of them share a database or a lock; whoever dies is made anew, and all end when told to."""
    with city(tmp_path, speed=1, ports="free") as ours:
        supervisor = ours.start(*SERVE)
        ours.wait_until_ready(120)
        until(lambda: worker_started(tmp_path), 120, ours.log)
        (door,) = files(supervisor.pid)
        assert door.startswith("socket:")
        roles = {named(pid): pid for pid in children(supervisor.pid)}
        assert sorted(roles) == ["web-0", "web-1", "worker-0"]
        opened = {name: files(pid) for name, pid in roles.items()}
        assert {name for name, found in opened.items() if door in found} == {"web-0", "web-1"}
        shared = [
            one for a, b in combinations(opened.values(), 2) for one in a & b
            if one.startswith(("socket:", "pipe:"))
        ]  # fmt: skip
        assert set(shared) == {door}
        os.kill(roles["worker-0"], signal.SIGKILL)
        until(lambda: _again(supervisor.pid, roles["worker-0"]), 60, ours.log)
        supervisor.terminate()
        assert supervisor.wait(60) == 0
        assert [pid for pid in roles.values() if runs(pid)] == []
        ours.processes.remove(supervisor)


def _again(supervisor: int, before: int) -> bool:
    """Whether there is a worker, another one."""
    return any(named(pid) == "worker-0" and pid != before for pid in children(supervisor))


def worker_started(folder):
    return any("worker_started" in log.read_text("utf-8") for log in folder.rglob("*.log"))


@pytest.mark.timeout(300)
def test_a_killed_demo_leaves_nobody_behind(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    demo = subprocess.Popen(
        [sys.executable, "-m", "kaiban.cli", "demo", "--once"],
        env={**kept, "KAIBAN_VAR": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        # The hall, the supervisor, two web processes and a worker.
        until(lambda: len(descendants(demo.pid)) >= 5, 120, lambda: "the demo did not start")
        # Whoever is only being started has not yet tied its life to its parent's; the worker is the last.
        until(lambda: worker_started(tmp_path), 120, lambda: "no worker was started")
        left = descendants(demo.pid)
        stop(left)
        assert len(left) >= 5
    finally:
        demo.kill()
        demo.wait()
    try:
        until(lambda: not any(map(runs, left)), 60, lambda: "somebody was left behind")
    finally:
        end(left)
