"""What goes wrong in a campaign: each disturbance is one way, and may be struck again and again.

``begin`` is called when the service runs, ``end`` when the last case has been handed in and
everything must become well again. Between ``prepare`` and ``strike`` the clients are let on, so that some of
their cases are on the way when it strikes. A strike that found nothing to disturb returns False and is not counted.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from kaiban.storage.upkeep.backup import backup as save
from tests.city import SERVE
from tests.databases import Cluster
from tests.disks import SmallDisk
from tests.faults.books import named
from tests.footprint import lives
from tests.slow_clients import KINDS, slow_clients

if TYPE_CHECKING:
    from tests.faults.campaign import Campaign


class Disturbance(ABC):
    """One way to disturb a city."""

    name = ""

    def begin(self, campaign: "Campaign") -> None:  # noqa: B027 - for those that need it
        """Make ready."""

    def prepare(self, campaign: "Campaign") -> None:  # noqa: B027 - for those that need it
        """Do what must lie before the cases that are disturbed."""

    @abstractmethod
    def strike(self, campaign: "Campaign") -> bool:
        """Disturb once; whether it was."""

    def end(self, campaign: "Campaign") -> None:  # noqa: B027 - for those that change something
        """Leave everything as it was found."""


# --- processes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kill(Disturbance):
    """Kill -9 of a process of the service, which its supervisor starts again.

    ``victim`` is ``web``, ``worker``, or ``serve``: all of them with the supervisor.
    """

    victim: str

    @property
    def name(self) -> str:
        return f"killed {self.victim}"

    def strike(self, campaign: "Campaign") -> bool:
        if self.victim == "serve":
            campaign.stop()
            campaign.start()
            return True
        found = [
            pid for root in campaign.processes for pid in victims(root.pid).get(self.victim, ())
        ]
        if not found:
            return False  # it is just being started
        with suppress(ProcessLookupError):
            os.kill(campaign.dice.choice(found), signal.SIGKILL)
        return True


@dataclass
class LoseWorker(Disturbance):
    """Kill -9 of one of several workers with something in hand, for good: another one comes later, in a place of its own.

    ``worker`` is the command line to which ``--slot NAME`` is added. A worker that is still starting has nothing to lose.
    """

    worker: tuple[str, ...]
    workers: int = 2
    gone_for: tuple[float, float] = (1.0, 6.0)
    name = "lost a worker"
    patience: float = 60.0
    _slots: int = 0
    _alive: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, campaign: "Campaign") -> None:
        for _ in range(self.workers):
            self._add(campaign)

    def strike(self, campaign: "Campaign") -> bool:
        end = time.monotonic() + self.patience
        while not (busy := self._busy(campaign)):
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)
        campaign.city.kill(self._alive.pop(campaign.dice.choice(busy)))
        time.sleep(campaign.dice.uniform(*self.gone_for))
        self._add(campaign)
        return True

    def _add(self, campaign: "Campaign") -> None:
        slot = f"place-{self._slots}"
        self._slots += 1
        self._alive[slot] = campaign.city.start(*self.worker, "--slot", slot)

    def _busy(self, campaign: "Campaign") -> list[str]:
        """The slots whose workers have been given jobs and have not ended them."""
        database = campaign.city.kaiban.database
        table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
        given = text(f"SELECT DISTINCT executor_id FROM {table} WHERE status = 'PENDING'")
        with database.reading() as connection:
            executors = connection.execute(given).scalars().all()
        return [slot for slot in self._alive if f"{socket.gethostname()}-{slot}" in executors]


@dataclass(frozen=True)
class KillStubs(Disturbance):
    """Kill -9 of the hall in the midst of whatever departments were just doing; back soon after.

    Where departments dawdle after they have made something effective, many of them die then:
    done, and nobody told.
    """

    name = "killed the departments"
    gone_for: tuple[float, float] = (0.5, 4.0)

    def strike(self, campaign: "Campaign") -> bool:
        campaign.city.hall.kill()
        time.sleep(campaign.dice.uniform(*self.gone_for))
        campaign.city.hall.start()
        campaign.let_departments_dawdle()
        return True


# --- the database -------------------------------------------------------------------------------


@dataclass(frozen=True)
class CrashPostgreSQL(Disturbance):
    """PostgreSQL ends, in one of the ways it can, and is started again."""

    cluster: Cluster
    gone_for: tuple[float, float] = (0.2, 3.0)
    name = "crashed PostgreSQL"

    def strike(self, campaign: "Campaign") -> bool:
        campaign.dice.choice(CRASHES)(self.cluster)
        time.sleep(campaign.dice.uniform(*self.gone_for))
        self.cluster.start()
        return True


#: How a server ends: kill -9, a crash, and an administrator in a hurry.
CRASHES: tuple[Callable[[Cluster], None], ...] = (
    Cluster.kill, Cluster.stop, lambda cluster: cluster.stop("fast"),
)  # fmt: skip


@dataclass
class Restore(Disturbance):
    """The database is brought back from a backup made a while ago, while cases were in flight.

    ``archive`` makes backups and restores them; what was acknowledged in between is lost with it, and
    the ledger is told which that is. It strikes when departments know all that is lost: whoever is given
    one of its numbers again meets it there.
    """

    archive: "Archive"
    older_by: tuple[float, float] = (1.0, 5.0)
    #: How long to wait at most for cases that come after the backup, and for the departments.
    patience: float = 120.0
    name = "restored a backup"
    _kept: frozenset[str] = frozenset()

    def prepare(self, campaign: "Campaign") -> None:
        self.archive.backup(campaign)
        self._kept = frozenset(list(campaign.ledger.told))

    def strike(self, campaign: "Campaign") -> bool:
        _wait(lambda: self._is_known(campaign), self.patience)
        time.sleep(campaign.dice.uniform(*self.older_by))
        _stop_all(campaign)
        with campaign.nobody_asking():
            campaign.city.kaiban.database.close()
            self.archive.restore(campaign)
            campaign.ledger.kept.append(frozenset(campaign.numbers()))
        campaign.start()
        return True

    def _is_known(self, campaign: "Campaign") -> bool:
        """Whether there are cases that came after the backup, and departments have made all of them effective."""
        lost = {key for key in list(campaign.ledger.told) if key not in self._kept}
        companies = {named(campaign.ledger.forms[key]) for key in lost}
        known = {each.enterprise for each in campaign.city.hall.commits()}
        return bool(lost) and companies <= known


class Archive:
    """Keeps one backup of a SQLite database, by the commands of the service."""

    def backup(self, campaign: "Campaign") -> None:
        """Make a backup while everything runs."""
        self._file(campaign).unlink(missing_ok=True)
        _kaiban(campaign, "db", "backup", str(self._file(campaign)))

    def restore(self, campaign: "Campaign") -> None:
        """Put it in the place of the database, which nobody uses."""
        self.clear(campaign)
        _kaiban(campaign, "db", "restore", str(self._file(campaign)))

    def clear(self, campaign: "Campaign") -> None:
        """Do away with the database."""
        database = Path(str(campaign.city.kaiban.database.url.database))
        for each in database.parent.glob(database.name + "*"):
            each.unlink()

    def _file(self, campaign: "Campaign") -> Path:
        return campaign.city.folder / "backup.db"


class BareArchive(Archive):
    """Copies the backup over the file and tells nobody: what somebody does who knows no better, and without a witness.

    It is the same file as before by its number, so that nothing is left by which the service could notice.
    """

    def backup(self, campaign: "Campaign") -> None:
        self._file(campaign).unlink(missing_ok=True)
        save(campaign.city.kaiban.database, self._file(campaign))

    def restore(self, campaign: "Campaign") -> None:
        database = str(campaign.city.kaiban.database.url.database)
        for each in ("-wal", "-shm"):
            Path(database + each).unlink(missing_ok=True)
        shutil.copy(self._file(campaign), database)
        witness = Path(campaign.city.environ["KAIBAN_VAR"]) / "secrets" / "witness.json"
        witness.unlink(missing_ok=True)


@dataclass(frozen=True)
class PostgreSQLArchive(Archive):
    """The same with pg_dump and pg_restore."""

    cluster: Cluster

    def backup(self, campaign: "Campaign") -> None:
        self._run(campaign, "pg_dump", "--format=custom", f"--file={self._file(campaign)}")

    def restore(self, campaign: "Campaign") -> None:
        self._run(
            campaign, "pg_restore", "--clean", "--if-exists", "--single-transaction",
            str(self._file(campaign)),
        )  # fmt: skip

    def _run(self, campaign: "Campaign", program: str, *arguments: str) -> None:
        address = f"--dbname={campaign.city.database}"
        subprocess.run([self.cluster.programs / program, address, *arguments], check=True)


def _kaiban(campaign: "Campaign", *arguments: str) -> None:
    command = [*SERVE[:-1], *arguments]
    subprocess.run(command, env=campaign.city.environ, check=True, stdin=subprocess.DEVNULL)


# --- the machine --------------------------------------------------------------------------------


@dataclass(frozen=True)
class FillDisk(Disturbance):
    """The disk of the service is full for a while, until somebody at least was turned away.

    What SQLite has not yet put into its place would leave it room to write on, so it is put there first.
    """

    disk: SmallDisk
    full_for: tuple[float, float] = (0.5, 4.0)
    #: How long to wait at most for somebody who is turned away.
    patience: float = 30.0
    name = "filled the disk"

    def strike(self, campaign: "Campaign") -> bool:
        with campaign.city.kaiban.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        before = campaign.ledger.turned_away
        self.disk.fill()
        campaign.let_on()
        _wait(lambda: campaign.ledger.turned_away > before, self.patience)
        time.sleep(campaign.dice.uniform(*self.full_for))
        self.disk.free()
        return True

    def end(self, campaign: "Campaign") -> None:
        self.disk.free()


@dataclass(frozen=True)
class StepClock(Disturbance):
    """The wall clock of the service's processes is an hour off for a while, before or behind.

    ``environ(file)`` is what they need in their environment.
    """

    file: Path
    seconds: tuple[int, ...] = (3600, -3600)
    off_for: tuple[float, float] = (1.0, 5.0)
    name = "stepped the clock"

    @staticmethod
    def environ(file: Path) -> dict[str, str]:
        """What makes every Python process of the service read the clock as the file says."""
        return {"PYTHONPATH": str(Path(__file__).parent / "stepped"), "STEPPED_CLOCK": str(file)}

    def strike(self, campaign: "Campaign") -> bool:
        self._set(campaign.dice.choice(self.seconds))
        time.sleep(campaign.dice.uniform(*self.off_for))
        self._set(0)
        return True

    def end(self, campaign: "Campaign") -> None:
        self._set(0)

    def _set(self, seconds: int) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(str(seconds), encoding="ascii")
        part.replace(self.file)


@dataclass
class SlowClients(Disturbance):
    """Ever more clients connect and are slow to say what they want; they stay until the last case is handed in."""

    each: int = 8
    every: float = 0.5
    #: Not where our own clients and the departments call from: limits are for each network.
    source: str = "127.9.0.1"
    name = "slow clients"
    _there: ExitStack = field(default_factory=ExitStack)

    def strike(self, campaign: "Campaign") -> bool:
        for kind in KINDS:
            come = slow_clients(
                campaign.city.address, self.each, kind, source=self.source, every=self.every
            )
            with suppress(OSError):  # shut out at once, which is one way of keeping the door free
                self._there.enter_context(come)
        return True

    def end(self, campaign: "Campaign") -> None:
        self._there.close()


def _wait(condition: Callable[[], object], seconds: float) -> None:
    """Wait for what a strike wants to meet, but not for ever."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


# --- who is who ---------------------------------------------------------------------------------


def victims(root: int) -> Mapping[str, list[int]]:
    """Every process a supervisor keeps, by what it is: pids from /proc."""
    tree = _tree()
    found: dict[str, list[int]] = {}
    for pid, name in tree.get(root, ()):
        found.setdefault(name.partition("-")[0], []).append(pid)
    return found


def _stop_all(campaign: "Campaign") -> None:
    """Stop the service, and every process below it: none may answer from a database that is gone."""
    roots = [process.pid for process in campaign.processes]
    below = [pid for root in roots for pid in _below(root, _tree())]
    campaign.stop()
    for pid in below:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while any(lives(pid) for pid in below):
        time.sleep(0.05)


def _below(root: int, tree: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[int]:
    for pid, _ in tree.get(root, ()):
        yield pid
        yield from _below(pid, tree)


def _tree() -> dict[int, list[tuple[int, str]]]:
    """Every process's children, with the names the system has for them."""
    tree: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            name = (folder / "comm").read_text().strip()
        except OSError:
            continue  # it has just ended
        tree.setdefault(parent, []).append((int(folder.name), name))
    return tree
