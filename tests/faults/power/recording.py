"""What processes ask of the system while they work, one call after the other: a child's system calls, written down by strace.

SQLite and the service are the real ones; nothing is put between them and the system but a tracer that looks on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: What changes files, what makes changes last, and what is told to others.
CALLS: Final = (
    "pwrite64", "ftruncate", "fdatasync", "fsync", "unlink", "write", "sendto",
)  # fmt: skip
#: In bytes; a database writes no more at once, and what is cut short of other things nobody needs.
LONGEST: Final = 1 << 16

_LINE: Final = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)")
_RESUMED: Final = re.compile(r"<\.\.\. \w+ resumed>(?P<rest>.*)")
_UNFINISHED: Final = " <unfinished ...>"
_CALL: Final = re.compile(
    r"(?P<name>\w+)\("
    r"(?:\d+<(?P<place>.*?)>(?=[,)]|$))?"
    r'(?:(?:, )?"(?P<data>[^"]*)"(?P<cut>\.\.\.)?)?'
    r"(?P<numbers>(?:, -?\d+)*)"
    r".*?(?:\) += (?P<result>-?\d+).*)?"
)


@dataclass(frozen=True, eq=False)
class Call:
    """One call: of which file or socket (``place``), with what data and numbers."""

    name: str
    place: str
    data: bytes
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Moment:
    """A call began, or (``result``) ended."""

    call: Call
    result: int | None = None


def traced(log: Path, *argv: str) -> tuple[str, ...]:
    """The command line that runs a program and its children, and writes down their calls; the program is our child."""
    calls = ",".join(CALLS)
    return (
        "strace", "-D", "-f", "--seccomp-bpf", "-yy", "-xx", "--quiet=attach,personality",
        f"--string-limit={LONGEST}", f"--output={log}",
        f"--trace={calls}", "--signal=none", *argv,
    )  # fmt: skip


def is_over(log: Path, pid: int) -> bool:
    """Whether the end of that process has been written down."""
    with log.open("rb") as file:
        file.seek(-min(log.stat().st_size, 10_000), 2)
        return re.search(rb"^%d +\+\+\+ exited" % pid, file.read(), re.MULTILINE) is not None


def moments(log: Path) -> Iterator[Moment]:
    """All of it in order; other threads go on between a call's beginning and its end."""
    begun: dict[str, Call] = {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            yield from _read(line.rstrip("\n"), begun)


def _read(line: str, begun: dict[str, Call]) -> Iterator[Moment]:
    found = _LINE.fullmatch(line)
    if found is None or found["rest"].startswith(("+++", "---")):
        return
    pid, rest = found["pid"], found["rest"]
    if resumed := _RESUMED.fullmatch(rest):
        if pid in begun:
            yield Moment(begun.pop(pid), _result(resumed["rest"]))
        return
    call, ends = _call(rest.removesuffix(_UNFINISHED)), not rest.endswith(_UNFINISHED)
    yield Moment(call)
    if ends:
        yield Moment(call, _result(rest))
    else:
        begun[pid] = call


def _result(rest: str) -> int:
    """What it gave; -1 for a call that never ended, because its process did."""
    found = re.search(r"\) += (-?\d+)[^=]*$", rest)
    return int(found[1]) if found else -1


def _call(told: str) -> Call:
    found = _CALL.fullmatch(told)
    if found is None or (found["cut"] and found["name"] == "pwrite64"):
        raise ValueError(f"strace says something else: {told[:200]}")
    numbers = tuple(int(each) for each in found["numbers"].split(", ") if each)
    place, data = found["place"] or "", _bytes(found["data"] or "")
    if found["name"] == "unlink":
        place, data = found["data"] or "", b""
    return Call(found["name"], _text(place), data, numbers)


def _bytes(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


def _text(place: str) -> str:
    """Paths are in hexadecimal, sockets are not."""
    return _bytes(place).decode() if re.fullmatch(r"(\\x[0-9a-f]{2})+", place) else place
