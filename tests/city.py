"""A whole city for tests of the whole: the service in real processes, the pretended hall in this one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import requests

import forms.sample
from adapters.hall import Hall
from adapters.hall.hall import MORNING
from kaiban.app import Kaiban, prepare
from kaiban.cli.demo_city.ports import Reserved
from kaiban.domain.hours.clock import HALL_TIME
from tests.hall_process import HallProcess
from tests.waiting import until

ROOT = Path(__file__).parents[1]
ENDED = frozenset({"completed", "completed_partly", "refused", "withdrawn"})
#: Where a service that may be wrong about the time (``tests.leaping``) looks how wrong it is.
LEAP = "leap"
#: The real instant at which business time began, in the city's folder.
BEGINS = "begins"
SERVE = (sys.executable, "-m", "kaiban.cli", "serve")


@dataclass(frozen=True)
class Command:
    """How one process of the service is started alone."""

    argv: Sequence[str]


@dataclass
class City:
    """One installation and its departments; every process of it may be killed.

    ``speed`` is business time by real time, in the service and in the hall alike.
    """

    folder: Path
    hall: Any  # a Hall, or what stands for one in a process of its own
    environ: Mapping[str, str]
    address: str
    token: str
    database: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @cached_property
    def kaiban(self) -> Kaiban:
        """The service's own eyes, in this process."""
        return Kaiban(self.environ)

    def start(
        self, *argv: str, root: Path = ROOT, also: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process of the service; it dies with us, however we end.

        ``root``: where its programs are; ``also``: more for its environment.
        """
        name = "-".join(part.rpartition("/")[2] for part in argv[1:4] if part != "-m")
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *argv],
                env={**self.environ, **(also or {})}, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def run(self, *argv: str) -> None:
        """Run a command of the service to its end, which must be a good one."""
        subprocess.run(argv, env=self.environ, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)

    def commands(self) -> dict[str, Command]:
        """What ``kaiban serve`` would keep running here, each by itself, with one web process that opens the door."""
        kaiban = SERVE[:-1]
        workers = range(self.kaiban.settings.workers)
        return {
            "web": Command((*kaiban, "web")),
            **{f"worker-{n}": Command((*kaiban, "worker", "--slot", str(n))) for n in workers},
        }

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Let a process we started die at once."""
        process.kill()
        process.wait()
        self.processes.remove(process)

    def leap(self, seconds: float) -> None:
        """From now on the wall clock of the service is that far ahead; 0: it is right again.

        Only for a service started by ``tests.faults.planted.program("leaping")``.
        """
        part = self.folder / f"{LEAP}.part"
        part.write_text(str(seconds), encoding="ascii")
        part.replace(self.folder / LEAP)

    def close(self) -> None:
        """End every process."""
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.processes.clear()
        self.kaiban.database.close()

    def session(self) -> requests.Session:
        """A client that is allowed to hand in and to look."""
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def form(self, seed: int, links: Sequence[str] = ()) -> dict[str, Any]:
        """A form valid today and for a week, of another company for each seed; ``links`` empty: all departments.

        Days of the city may be minutes: whoever insists over a midnight sends the same form on the next day.
        """
        today = self.hall.clock.now().astimezone(HALL_TIME).date()
        entry = forms.sample.sample(seed, today)
        for member in entry["staff"]["members"]:
            member["start_date"] = (today + timedelta(days=7)).isoformat()
        return {**entry, "links": list(links)} if links else entry

    def handed_in(self, seed: int, links: Sequence[str] = ()) -> str:
        """Open the case of that seed over HTTP; return its number."""
        with self.session() as session:
            answer = session.post(
                f"{self.address}/api/v1/cases", json=self.form(seed, links),
                headers={"Idempotency-Key": f"key-{seed}"}, timeout=30,
            )  # fmt: skip
        assert answer.ok, answer.text
        return str(answer.json()["case_no"])

    def wait_until_ready(self, seconds: float = 600) -> None:
        """Return when the web service answers."""
        until(self._ready, seconds, self.log)

    def log(self) -> str:
        """The last words of every process."""
        return "\n".join(
            f"{p.name}: {p.read_text(errors='replace')[-3000:]}" for p in self.folder.glob("*.log")
        )

    def _ready(self) -> bool:
        try:
            with self.session() as session:
                return session.get(f"{self.address}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


def installed_now(environ: Mapping[str, str]) -> str:
    """Tables and keys as ``kaiban db upgrade`` makes them; a token for the client."""
    kaiban = Kaiban(environ)
    prepare(kaiban)
    token = kaiban.accounts.add_token("client", ("cases:read", "cases:write"), kaiban.wall.now())
    kaiban.database.close()
    return token


@contextmanager
def city(
    folder: Path,
    *,
    speed: float,
    database: str = "",
    poll: float | None = None,
    apart: bool = False,
    also: Mapping[str, str] | None = None,
    installed: Callable[[Mapping[str, str]], str] = installed_now,
    **hall: Any,
) -> Iterator[City]:
    """Set up a city in the folder and open its hall; no process of the service runs yet.

    ``apart``: the hall in a process of its own. ``also``: more for the environment of the service. ``installed`` makes
    tables and keys, and says the client's token.
    """  # fmt: skip
    origin = datetime.now(UTC)  # noqa: TID251 - the demonstration clock begins here
    folder.mkdir(parents=True, exist_ok=True)
    begins = folder / BEGINS
    begins.write_text(origin.isoformat(), encoding="ascii")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    with Reserved() as reserved:
        address = f"http://127.0.0.1:{reserved.free()}"
        environ = {
            **kept, "KAIBAN_VAR": str(folder), "KAIBAN_BASE_URL": address,
            "KAIBAN_PORT": address.rpartition(":")[2], "KAIBAN_DEMO_CLOCK": f"{MORNING.isoformat()}@{begins}x{speed}",
            "KAIBAN_HALL": "allday", "KAIBAN_LINKS": str(folder / "links.toml"),
            "KAIBAN_DATABASE": database or f"sqlite:///{folder}/kaiban.db", **(also or {}),
        }  # fmt: skip
        if poll:
            environ["KAIBAN_POLL_SECONDS"] = str(poll)
        kind = partial(HallProcess, begins=begins) if apart else Hall
        stubs = kind(
            epoch=MORNING, speed=speed, always_open=True, folder=folder / "hall",
            callback_url=address, **hall,
        )  # fmt: skip
        with stubs:
            (folder / "links.toml").write_text(_links(stubs), encoding="utf-8")
            ours = City(
                folder, stubs, environ, address, installed(environ), environ["KAIBAN_DATABASE"]
            )
            try:
                yield ours
            finally:
                ours.close()


def _links(hall: Any) -> str:
    lines = []
    for name in hall.names:
        lines.append(f"[{name}.settings]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in hall.settings(name).items()]
    return "\n".join(lines) + "\n"
