"""The stub hall in a process of its own, which may be killed and comes back with all it knew."""

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from adapters.hall.clock import HallClock
from adapters.hall.store import Commit
from kaiban.cli.demo_city.ports import Reserved
from tests.waiting import until

#: The hall's page and the departments after it.
PORTS = 7
READY_WITHIN = 60


class HallProcess:
    """``kaiban stubs up`` as a hall that tests know: ``with HallProcess(...) as hall:``.

    Takes what ``Hall`` takes of the same names, and ``begins``, the file that holds the real
    instant at which business time began.
    """

    def __init__(
        self, *, epoch: datetime, speed: float, begins: Path, folder: Path, callback_url: str,
        pace: float = 1, always_open: bool = False,
    ) -> None:  # fmt: skip
        self.folder = folder
        #: Near enough to the hall's own for the day of a form.
        self.clock = HallClock(epoch, speed)
        self._links = folder / "links.toml"
        self._reserved = Reserved()
        self._base = self._reserved.free(PORTS)
        self._argv = (
            sys.executable, "-m", "kaiban.cli", "stubs", "up", "--folder", str(folder),
            "--clock", f"{epoch.isoformat()}@{begins}x{speed}", "--pace", str(pace),
            "--port", str(self._base), "--settings", str(self._links),
            "--callback-url", callback_url, *["--always-open"] * always_open,
        )  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._reserved.__exit__(kind, error, trace)

    @property
    def names(self) -> tuple[str, ...]:
        """The departments."""
        return tuple(stub["name"] for stub in self.ask("GET", "/hall").json()["stubs"])

    def settings(self, name: str) -> dict[str, Any]:
        """Return what its adapter must be told."""
        found: dict[str, Any] = self._told()[name]["settings"]
        return found

    def stub(self, name: str) -> "StubThere":
        """Return what can be done to the stub from here."""
        return StubThere(self, name)

    def commits(self) -> list[Commit]:
        """Return what became effective in any department."""
        return [Commit(**each) for each in self.ask("GET", "/hall/commits").json()]

    def start(self) -> None:
        """Start it, and return when all departments are up."""
        self._links.unlink(missing_ok=True)
        with (self.folder / "hall.log").open("ab") as told:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._argv],
                stdin=subprocess.DEVNULL, stdout=told, stderr=told,
            )  # fmt: skip
        log = self.folder / "hall.log"
        until(self._links.exists, READY_WITHIN, lambda: log.read_text()[-2000:])

    def kill(self) -> None:
        """Let it die at once, with whatever it was just doing."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the hall's own address."""
        with requests.Session() as session:
            session.trust_env = False
            url = f"http://127.0.0.1:{self._base}{path}"
            answer = session.request(method, url, json=body, timeout=30)
        answer.raise_for_status()
        return answer

    def _told(self) -> dict[str, Any]:
        return tomllib.loads(self._links.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class StubThere:
    """One of its departments."""

    hall: HallProcess
    name: str

    def lose_next(self, operation: str) -> None:
        """Lose the answer to the next exchange of that operation, after it has been done."""
        lost = {"do": "close", "at": "after-commit", "op": operation, "times": 1}
        self.trouble(lost)

    def trouble(self, fault: Mapping[str, Any]) -> None:
        """Set a fault."""
        self.hall.ask("POST", f"/stubs/{self.name}/faults", fault)
