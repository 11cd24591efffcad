"""The processes of a city with pretended departments: started together, on one clock, ended together."""

import contextlib
import fcntl
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import requests

from kaiban.app import Kaiban, prepare
from kaiban.cli.demo_city.journey import ANSWER, Journey
from kaiban.cli.waiting import NotReadyError, last_lines, time_used, wait_for
from kaiban.domain.hours.clock import HALL_TIME, StateCouncilDays

#: The event in the service's log when one of its own processes has ended; before it is ready, none may.
DIED = "child_ended"
TITLES = {"stubs": "模拟部门", "serve": "服务"}


@dataclass(frozen=True)
class Scene:
    """The demo city's processes: where they keep things, where they listen, how they are told."""

    folder: Path
    links: Path
    address: str
    stub_options: tuple[str, ...]
    environ: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @contextlib.contextmanager
    def played(self, kaiban: Kaiban) -> Iterator[None]:
        """Start the pretended departments, then the service; stop both at the end."""
        Path(kaiban.settings.var).mkdir(parents=True, exist_ok=True)
        with self._alone():
            prepare(kaiban)
            self.links.unlink(missing_ok=True)
            with self._child("stubs", *self._stubs(), KAIBAN_LINKS=""):
                wait_for(self._links_there, "模拟部门启动", self.signs)
                with self._child("serve", "serve", **self._told()):
                    self._wait_until_ready()
                    yield

    def signs(self) -> Hashable:
        """What changes as long as the processes get on; NotReadyError if one has died."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise NotReadyError(
                    f"{TITLES[name]}已退出（{process.returncode}）。{self.log(name)}"
                )
        sizes = [log.stat().st_size for log in self.folder.glob("*.log")]
        return (*sizes, *(time_used(process.pid) for process in self.processes.values()))

    def log(self, name: str) -> str:
        """Where a log is, and its end."""
        path = self.folder / f"{name}.log"
        return f"{path} 的最后几行：\n{last_lines(path)}"

    @property
    def hall_url(self) -> str:
        """The page of the pretended departments; they say themselves where it is."""
        links = tomllib.loads(self.links.read_text("utf-8"))
        return str(links["texts"]["settings"]["url"])

    def _told(self) -> dict[str, str]:
        """What the service is told of the pretended hall: its departments, and its authority of time unless it has another."""
        links = {"KAIBAN_LINKS": str(self.links)}
        if self.environ.get("KAIBAN_TIMESTAMP_URL"):
            return links
        stamps = f"{self.hall_url}/timestamp"
        trusted = self.folder / "signing" / "timestamp.pem"
        trusted.write_bytes(
            wait_for(
                lambda: _fetched(f"{stamps}/certificates.pem"), "模拟的时间戳机构", self.signs
            )
        )
        return {
            **links,
            "KAIBAN_TIMESTAMP_URL": stamps,
            "KAIBAN_TIMESTAMP_CERTIFICATES": str(trusted),
        }

    def _links_there(self) -> bool | None:
        return self.links.exists() or None

    def _wait_until_ready(self) -> None:
        journey = Journey(self.address, "", self.signs)
        wait_for(lambda: self._intact() and journey.is_ready(), "服务就绪", self.signs)

    def _intact(self) -> bool:
        """The service starts its own processes anew; while we wait for it, a first death is news."""
        log = self.folder / "serve.log"
        if DIED.encode() in log.read_bytes():
            raise NotReadyError(f"服务的一个进程已退出。{self.log('serve')}")
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two demonstrations must not share a folder: its cases, its departments, its keys."""
        with (self.folder / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotReadyError(
                    f"另一个示范市正在使用 {self.folder}：请用 KAIBAN_VAR（make run VAR=…）另选一个文件夹。"
                ) from None
            yield

    def _stubs(self) -> list[str]:
        return [
            "stubs", "up", "--folder", str(self.folder / "hall"), "--settings", str(self.links),
            "--callback-url", self.address, *self.stub_options,
        ]  # fmt: skip

    @contextlib.contextmanager
    def _child(self, name: str, *arguments: str, **environ: str) -> Iterator[None]:
        # A child must not outlive us, however we end: setpriv has the kernel see to that, at once, because whoever
        # starts us again wants the same ports. Asked to end, we give our children time to end well.
        command = [
            "setpriv",
            "--pdeathsig",
            "KILL",
            sys.executable,
            "-m",
            "kaiban.cli",
            *arguments,
        ]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                command, env={**self.environ, **environ}, stdout=log, stderr=subprocess.STDOUT
            )
            self.processes[name] = process
            try:
                yield
            finally:
                del self.processes[name]
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(40)
                process.kill()


def _fetched(address: str) -> bytes | None:
    """What is there, or None from whoever is still starting or very busy."""
    try:
        with requests.Session() as session:
            answer = session.get(address, timeout=ANSWER)
    except (requests.ConnectionError, requests.Timeout):
        return None
    return answer.content if answer.ok else None


def environ_of(folder: Path, address: str, clock: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return {
        **kept,
        "KAIBAN_VAR": str(folder),
        "KAIBAN_BASE_URL": address,
        "KAIBAN_PORT": address.rpartition(":")[2],
        "KAIBAN_DEMO_CLOCK": clock,
        "KAIBAN_POLL_SECONDS": "0.05",
    }


def next_at(at: time, now: datetime, weekdays: Sequence[int] = range(1, 8)) -> datetime:
    """That time, in the hall, on the next working day that is one of these days of the week (1: Monday)."""
    days, found = StateCouncilDays(), now.astimezone(HALL_TIME).date() + timedelta(days=1)
    while found.isoweekday() not in weekdays or not days.is_working(found):
        found += timedelta(days=1)
    return datetime.combine(found, at, HALL_TIME).astimezone(UTC)


class ClockLeader:
    """Writes what the demonstration's clocks run by: a file with its beginning, then by turns a pause and its end."""

    def __init__(self, file: Path, wall: Callable[[], datetime]) -> None:
        self._file, self._wall = file, wall
        self._instants: list[str] = []

    @property
    def runs(self) -> bool:
        """Whether it has begun and does not pause."""
        return bool(len(self._instants) % 2)

    def turn(self) -> None:
        """Begin, pause, or go on."""
        self._instants.append(self._wall().isoformat())
        part = self._file.with_suffix(".part")
        part.write_text("\n".join(self._instants), encoding="ascii")
        part.replace(self._file)
