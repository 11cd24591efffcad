"""What a process holds and uses: sockets, threads, memory, processors; from /proc."""

import os
from contextlib import suppress
from pathlib import Path


def open_sockets() -> int:
    """Sockets this process has open."""
    return sum(_target(entry).startswith("socket:") for entry in Path("/proc/self/fd").iterdir())


def threads(pid: int | str = "self") -> int:
    """Threads of a process."""
    return _status(pid, "Threads")


def resident_megabytes(pid: int | str = "self") -> float:
    """Resident memory of a process."""
    return _status(pid, "VmRSS") / 1024


def children(pid: int) -> list[int]:
    """The processes that one has started, whichever of its threads did."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def tree_cpu_seconds(pid: int) -> float:
    """Processor time of a process and all below it so far, of those that have ended, too."""
    spent = 0.0
    for each in _tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            spent += sum(map(int, fields[11:15]))
    return spent / os.sysconf("SC_CLK_TCK")


def lives(process: int) -> bool:
    """Tell the living from the gone and from those that only wait to be buried (state Z)."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def _tree(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        with suppress(FileNotFoundError, ProcessLookupError):
            found += children(each)
    return found


def _target(entry: Path) -> str:
    try:
        return os.readlink(entry)  # noqa: PTH115 - Path.readlink would make a path of "socket:[1]"
    except FileNotFoundError:
        return ""  # closed since it was listed


def _status(pid: int | str, wanted: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(wanted + ":"))
