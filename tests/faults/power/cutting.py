"""Cut the power at recorded moments, and see whether the rows keep what was said before.

Said is what has left the machine, or may have: a case number to a client, a message to a department. Both are read from
the same record as the writes, so it is known what came first.
"""

import random
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.faults.books import Kind, Violation
from tests.faults.planted import MARKS
from tests.faults.power.disk import Disk, File
from tests.faults.power.recording import Call, Moment, moments

DATABASE: Final = "kaiban.db"
_NUMBER: Final = re.compile(rb'"case_no": ?"([^"]+)"')


@dataclass(frozen=True)
class Recording:
    """What was recorded of a service in that folder, at that port, and its database when it began."""

    log: Path
    folder: Path
    port: int
    before: bytes

    def disk(self) -> Disk:
        """Its disk as it was then."""
        return Disk(str(self.folder), {DATABASE: File(bytearray(self.before))})

    @property
    def after(self) -> Mapping[str, bytes]:
        """What the files hold in the end, by the record."""
        disk = self.disk()
        for moment in moments(self.log):
            disk.hear(moment)
        return disk.now()


@dataclass(frozen=True)
class Left:
    """The files as a power cut left them, what had been told clients by then, and what was being sent."""

    files: Mapping[str, bytes]
    told: Sequence[str]
    sent: Sequence[str]


@dataclass
class _Said:
    """Hears what leaves the machine."""

    recording: Recording
    told: dict[str, None] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    _tails: dict[str, bytes] = field(default_factory=dict)

    def hear(self, call: Call) -> None:
        """A call begins: from now on what it says may be known outside."""
        if call.place == str(self.recording.folder / MARKS):
            self.sent += call.data.decode().splitlines()
        elif call.name == "sendto" and f":{self.recording.port}->" in call.place:
            said = self._tails.get(call.place, b"") + call.data
            self.told |= {no.decode(): None for no in _NUMBER.findall(said)}
            self._tails[call.place] = said[-100:]


def cuts(recording: Recording, count: int, dice: random.Random) -> Iterator[Left]:
    """So many, spread over everything that was done to the files; where there is less, the same moment in other ways."""
    total = sum(1 for _ in _changes(recording.disk(), recording))
    chosen = dice.choices(range(total), k=max(count - total, 0))
    chosen += dice.sample(range(total), k=min(count, total))
    ways = {n: chosen.count(n) for n in set(chosen)}
    disk, said = recording.disk(), _Said(recording)
    for n, moment in enumerate(_changes(disk, recording, said)):
        for _ in range(ways.get(n, 0)):
            yield Left(disk.left(dice), tuple(said.told), tuple(said.sent))
        del moment


def _changes(disk: Disk, recording: Recording, said: _Said | None = None) -> Iterator[Moment]:
    for moment in moments(recording.log):
        if said and moment.result is None:
            said.hear(moment.call)
        if disk.hear(moment):
            yield moment


def violations(left: Left, folder: Path) -> Iterator[Violation]:
    """What is missing in the files once they are opened, which happens in that folder."""
    for each in folder.iterdir():
        each.unlink()
    for name, content in left.files.items():
        (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as connection:
            yield from _missing(left, connection)
    except sqlite3.DatabaseError as error:
        yield Violation(Kind.LOST, f"the database does not open: {error}")


def _missing(left: Left, connection: sqlite3.Connection) -> Iterator[Violation]:
    connection.execute("PRAGMA synchronous=OFF").close()  # this copy need not last
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        yield Violation(Kind.LOST, f"the database is damaged: {verdict}")
    known = {no for (no,) in connection.execute("SELECT no FROM cases")}
    for no in left.told:
        if no not in known:
            yield Violation(Kind.LOST, f"case {no} was acknowledged and is lost")
    begun = connection.execute("SELECT case_no, number, link, step, errand FROM exchanges")
    written = {" ".join(map(str, row)) for row in begun}
    for each in left.sent:
        if each not in written:
            yield Violation(Kind.OTHER, f"{each} was sent and not written down")
