"""A pretended bank in a process of its own, and the adapter that talks to it from this one."""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.bank import BankAdapter
from adapters.bank.kit import Kit
from adapters.hall.clock import RealClock
from kaiban.ports import Key, Prepared
from tests.waiting import until

THREADS = 8


@dataclass(frozen=True)
class Bank:
    """The process's number, and its adapter."""

    pid: int
    adapter: BankAdapter

    def application(self, number: int) -> Prepared:
        """The application of that case, another one for each number."""
        key = Key(f"KB{number:018}", "bank", "main")
        needs = self.adapter.Needs().load(Kit().needs("main"))
        prepared = self.adapter.prepare(needs, key, "main")
        assert isinstance(prepared, Prepared), prepared
        return prepared


@contextmanager
def bank(scenario: str) -> Iterator[Bank]:
    """Run the bank by ``kaiban stubs up``, as an integrator does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "links.toml"
        command = [
            sys.executable, "-m", "kaiban.cli", "stubs", "up", "--only", "bank", "--port", "0",
            "--always-open", "--scenario", scenario, "--folder", folder, "--settings", str(settings),
        ]  # fmt: skip
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            until(settings.exists, 60, lambda: "the bank does not open")
            told = tomllib.loads(settings.read_text(encoding="utf-8"))["bank"]["settings"]
            adapter = BankAdapter(told, clock=RealClock())
            yield Bank(process.pid, adapter)
            adapter.http.close()
        finally:
            process.terminate()
            process.wait()
