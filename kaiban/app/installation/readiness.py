"""Whether the service can do its work: tables, keys, and disks that really take something."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from kaiban.ports import Unavailable
from kaiban.processes.temporary import choose_temporary_folder
from kaiban.storage.database import PROBE, Database
from kaiban.storage.revisions import misfit

log = structlog.get_logger()

#: Seconds an answer stands: anybody may ask, and each answer writes.
STANDS: Final = 2.0

#: What is missing, and what to do about it.
SENTENCES: Final = {
    "database": "the database cannot be read or written: check KAIBAN_DATABASE, its server and its disk",
    "disk": "KAIBAN_VAR or the folder for temporary files cannot be written: check their disks",
    "migration": "the tables are not up to date: run `kaiban db upgrade`",
    "program": "the tables are of a release this program is too old for: install that release",
    "keys": "the keys are not those of the data: see `kaiban doctor`",
}


class Readiness:
    """What keeps the service from its work, by the names of SENTENCES; asked for real, but not too often.

    ``folders`` must take files; ``wrong_keys`` tells in sentences what is wrong with the keys.
    """

    def __init__(
        self, database: Database, folders: Sequence[Path], wrong_keys: Callable[[], list[str]]
    ) -> None:
        self._database = database
        self._folders = folders
        self._wrong_keys = wrong_keys
        self._lock = threading.Lock()
        self._said: list[str] = []
        self._until = 0.0

    def missing(self) -> list[str]:
        """The names of what is missing; nothing if all is well."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._said = self._look()
                self._until = time.monotonic() + STANDS
            return self._said

    def _look(self) -> list[str]:
        return [*self._database_missing(), *([] if self._takes_files() else ["disk"])]

    def _database_missing(self) -> list[str]:
        try:
            if wrong := misfit(self._database):
                return [wrong]
            self._database.probe()
            return ["keys"] if self._wrong_keys() else []
        except Unavailable as error:
            log.error("database_unavailable", error=error.reason)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
            log.error("database_unavailable", error=type(error).__name__)
        return ["database"]

    def _takes_files(self) -> bool:
        try:
            for folder in self._folders:
                _write_something(folder)
        except OSError as error:
            log.error("disk_unavailable", error=type(error).__name__, number=error.errno)
            return False
        return True


def folders(var: str) -> tuple[Path, ...]:
    """Where the service writes files: its own folder, and that of uploads on their way in."""
    return Path(var), Path(choose_temporary_folder())


def _write_something(folder: Path) -> None:
    """Write and drop a file of its own; OSError if the disk does not take it."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".kaiban-probe-") as file:
        file.write(os.urandom(PROBE))
        file.flush()
        os.fsync(file.fileno())
