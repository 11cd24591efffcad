"""The processes of a city with pretended departments: started together, on one clock, ended together."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaiban.app import Kaiban, prepare
from kaiban.cli.journey import NotReadyError

#: Real seconds until everything must have answered.
READY_WITHIN = 60.0


@dataclass(frozen=True)
class Scene:
    """The demo city's processes: where they keep things, where they listen, how they are told."""

    folder: Path
    links: Path
    address: str
    stub_options: tuple[str, ...]
    environ: Mapping[str, str]

    @contextlib.contextmanager
    def played(self, kaiban: Kaiban) -> Iterator[None]:
        """Start the pretended departments, then the service; stop both at the end."""
        prepare(kaiban)
        self.links.unlink(missing_ok=True)
        with self._child("stubs", *self._stubs(), KAIBAN_LINKS=""):
            self._wait_for_links()
            with self._child("serve", "serve", KAIBAN_LINKS=str(self.links)):
                yield

    def last_words(self) -> str:
        """The ends of both logs."""
        logs = (self.folder / f"{name}.log" for name in ("stubs", "serve"))
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    def _stubs(self) -> list[str]:
        return [
            "stubs", "up", "--folder", str(self.folder / "hall"), "--settings", str(self.links),
            "--callback-url", self.address, *self.stub_options,
        ]  # fmt: skip

    @contextlib.contextmanager
    def _child(self, name: str, *arguments: str, **environ: str) -> Iterator[None]:
        # A child must not outlive us, however we end: setpriv has the kernel see to that.
        command = [
            "setpriv",
            "--pdeathsig",
            "TERM",
            sys.executable,
            "-m",
            "kaiban.cli",
            *arguments,
        ]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                command, env={**self.environ, **environ}, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                yield
            finally:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(40)
                process.kill()

    def _wait_for_links(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while not self.links.exists():
            if time.monotonic() > end:
                raise NotReadyError("模拟部门没有启动（端口 7101-7106 被占用？）。")
            time.sleep(0.1)


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


def begin(file: Path, now: datetime) -> None:
    """Let the demonstration's clocks run: everybody is there."""
    part = file.with_suffix(".part")
    part.write_text(now.isoformat(), encoding="ascii")
    part.replace(file)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
