"""What a disk holds when the power fails.

What was synchronized is there. Of what was written since, each sector holds what was written to it up to some moment, and
each at another: as if nothing, all, or part of it had reached the disk, in any order. A file's length is that of some
moment, too, and a file that was made or unlinked is so only for sure when its folder was synchronized.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.faults.power.recording import Call, Moment

#: In bytes; a disk writes one whole or not at all.
SECTOR: Final = 512
#: How the files of the database begin.
_NAME: Final = "kaiban.db"
#: Counted in what was done since the last synchronization: how far a sector, or a length, has come.
Progress = Callable[[], int]


@dataclass(eq=False)
class File:
    """A file: what is ``safe`` of it, and what was done to it since, in order."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Call] = field(default_factory=list)

    def settle(self, calls: Sequence[Call]) -> None:
        """These have reached the disk."""
        surely = set(calls)
        self.safe = _applied(self.safe, [each for each in self.since if each in surely])
        self.since = [each for each in self.since if each not in surely]

    def now(self) -> bytes:
        """What whoever reads it sees."""
        return bytes(_applied(self.safe, self.since))

    def left(self, dice: random.Random) -> bytes:
        """What a power cut leaves."""
        count = len(self.since)
        # Often nothing has left the cache, or all has; in between it is each sector's luck.
        luck = dice.choice((lambda: 0, lambda: count, lambda: dice.randint(0, count)))
        return bytes(_torn(self.safe, self.since, luck))


@dataclass
class Disk:
    """The files of a folder by their names, as far as one is interested in them.

    ``ended`` are the calls that have returned: only of those a synchronization makes sure.
    """

    folder: str
    files: dict[str, File]
    safe: dict[str, File] = field(init=False)
    _since: list[tuple[str, File | None]] = field(default_factory=list)
    _ended: set[Call] = field(default_factory=set)
    _covered: dict[Call, Callable[[], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.safe = dict(self.files)

    def hear(self, moment: Moment) -> bool:
        """Take part in what happens; whether it is about these files."""
        call = moment.call
        act = self._about(call)
        if act is None:
            return False
        if moment.result is None:
            act(call)
        elif moment.result >= 0:
            self._ended.add(call)
            if call in self._covered:
                self._covered.pop(call)()
        return True

    def now(self) -> Mapping[str, bytes]:
        """What whoever reads the files sees."""
        return {name: file.now() for name, file in self.files.items()}

    def left(self, dice: random.Random) -> Mapping[str, bytes]:
        """What a power cut leaves."""
        there = dict(self.safe)
        for name, file in self._since[: dice.randint(0, len(self._since))]:
            _name(there, name, file)
        return {name: file.left(dice) for name, file in there.items()}

    def _about(self, call: Call) -> Callable[[Call], None] | None:
        if call.place == self.folder:
            return self._sync_folder
        folder, _, name = call.place.rpartition("/")
        # What is shared in memory is made anew by whoever opens the database first.
        if folder != self.folder or not name.startswith(_NAME) or name.endswith("-shm"):
            return None
        acts = {
            "pwrite64": self._change, "ftruncate": self._change, "unlink": self._unlink,
            "fdatasync": self._sync, "fsync": self._sync,
        }  # fmt: skip
        return acts[call.name]

    def _change(self, call: Call) -> None:
        name = _name_of(call)
        if name not in self.files:
            self._rename(name, File())
        self.files[name].since.append(call)

    def _sync(self, call: Call) -> None:
        file = self.files[_name_of(call)]
        surely = [each for each in file.since if each in self._ended]
        self._covered[call] = lambda: file.settle(surely)

    def _sync_folder(self, call: Call) -> None:
        count = len(self._since)

        def settle() -> None:
            for name, file in self._since[:count]:
                _name(self.safe, name, file)
            del self._since[:count]

        self._covered[call] = settle

    def _unlink(self, call: Call) -> None:
        if _name_of(call) in self.files:
            self._rename(_name_of(call), None)

    def _rename(self, name: str, file: File | None) -> None:
        _name(self.files, name, file)
        self._since.append((name, file))


def _name_of(call: Call) -> str:
    return call.place.rpartition("/")[2]


def _name(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _applied(content: bytearray, calls: Sequence[Call]) -> bytearray:
    """The content after these calls."""
    content = bytearray(content)
    for call in calls:
        if call.name == "ftruncate":
            _lengthen(content, call.numbers[0])
            del content[call.numbers[0] :]
        else:
            offset = call.numbers[1]
            _lengthen(content, offset)
            content[offset : offset + len(call.data)] = call.data
    return content


def _torn(content: bytearray, calls: Sequence[Call], luck: Progress) -> bytearray:
    """The same when the length and each sector have come as far as luck has it, and no further."""
    content, length, length_at = bytearray(content), len(content), luck()
    come: defaultdict[int, int] = defaultdict(luck)
    for n, call in enumerate(calls):
        if call.name == "pwrite64":
            _write(content, call, lambda sector, n=n: n < come[sector])
        elif n < length_at:
            del content[call.numbers[0] :]
        if n < length_at:
            length = call.numbers[0] if call.name == "ftruncate" else max(length, _end(call))
    _lengthen(content, length)
    del content[length:]
    return content


def _end(call: Call) -> int:
    return call.numbers[1] + len(call.data)


def _lengthen(content: bytearray, length: int) -> None:
    content.extend(bytes(max(length - len(content), 0)))


def _write(content: bytearray, call: Call, wanted: Callable[[int], bool]) -> None:
    """Write its sectors, those that are wanted."""
    offset, end = call.numbers[1], _end(call)
    for sector in range(offset // SECTOR, -(-end // SECTOR)):
        if wanted(sector):
            first, last = max(sector * SECTOR, offset), min((sector + 1) * SECTOR, end)
            _lengthen(content, last)
            content[first:last] = call.data[first - offset : last - offset]
