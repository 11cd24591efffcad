"""What this machine remembers of the database, in a file beside it: a memory no restore takes back."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

log = structlog.get_logger()


@dataclass(frozen=True)
class Seen:
    """How far the database had come when this machine last looked.

    ``name`` is the machine's, drawn at random; ``beat`` counts its looks (0: it has never looked).
    """

    name: str
    epoch: int = 0
    beat: int = 0


class Witness:
    """The file; all processes of a machine share it. A copy that lags behind only remembers less."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Seen:
        """What is remembered; a new name if nothing is, or if it cannot be read (which the log tells)."""
        try:
            told = json.loads(self._path.read_text(encoding="ascii"))
            return Seen(str(told["name"]), int(told["epoch"]), int(told["beat"]))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.error("witness_unreadable", error=type(error).__name__)
        return Seen(secrets.token_hex(8))

    def write(self, seen: Seen) -> None:
        """Remember it, unless more is remembered already; what cannot be written is told in the log.

        Without a memory the service works on; it is a restore that might then go unnoticed.
        """
        try:
            with self._held():
                if self._is_news(seen):
                    self._put(seen)
        except OSError as error:
            log.error("witness_unwritable", error=type(error).__name__)

    def _is_news(self, seen: Seen) -> bool:
        if not self._path.exists():
            return True
        kept = self.read()
        if not kept.beat:
            return True  # unreadable
        return kept.name == seen.name and (kept.epoch, kept.beat) < (seen.epoch, seen.beat)

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.with_name(self._path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _put(self, seen: Seen) -> None:
        part = self._path.with_name(self._path.name + ".part")
        with part.open("w", encoding="ascii") as file:
            json.dump(asdict(seen), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
