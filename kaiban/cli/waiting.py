"""Wait for a process of ours: as long as it lives and gets on, however slow the machine is."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

Found = TypeVar("Found")

LOOK = 0.25
#: Real seconds before it is said what is waited for, and again.
FIRST_WORD, NEXT_WORD = 5.0, 30.0


class NotReadyError(Exception):
    """A process died, stands still, or said something it should not; the message says which."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, in real seconds: without a sign of life, and at most."""

    still: float = 120.0
    most: float = 1800.0


def wait_for(
    found: Callable[[], Found | None],
    what: str,
    signs: Callable[[], Hashable],
    patience: Patience = Patience(),
) -> Found:
    """Ask until there is an answer other than None.

    ``signs`` is anything that changes as long as something gets on; it may raise. ``what`` is what
    is waited for, as a person reads it. Raises NotReadyError.
    """
    begun = moved = time.monotonic()
    seen, word = signs(), begun + FIRST_WORD
    while (answer := found()) is None:
        time.sleep(LOOK)
        now = time.monotonic()
        if (latest := signs()) != seen:
            seen, moved = latest, now
        if now - moved > patience.still:
            raise NotReadyError(f"{what}：{patience.still:.0f} 秒没有任何进展。")
        if now - begun > patience.most:
            raise NotReadyError(f"{what}：等了 {patience.most:.0f} 秒，仍未完成。")
        if now > word:
            click.echo(f"正在等待：{what}（已 {now - begun:.0f} 秒）", err=True)
            word = now + NEXT_WORD
    return answer


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log; "" if there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])


def time_used(pid: int) -> int:
    """Processor time of a process and of all that descend from it, in clock ticks: who works, gets on."""
    times: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name in brackets may hold anything.
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(folder.name))
        times[int(folder.name)] = sum(map(int, fields[11:15]))
    whole, left = 0, [pid]
    while left:
        one = left.pop()
        whole += times.get(one, 0)
        left += children.get(one, [])
    return whole
