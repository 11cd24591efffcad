"""Who takes part: how each is set up and started, and where its cases are seen to end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from sqlalchemy import Engine, text

from kaiban.app import Kaiban, prepare
from kaiban.cli.demo_city.ports import free_port
from tests.bench.peers import plain_adapters, work
from tests.city import ROOT
from tests.databases import Cluster
from tests.footprint import tree_cpu_seconds
from tests.waiting import until

_PYTHON: Final = (sys.executable, "-m")
_ENGINES: Final = "tests.bench.peers.engines"
_WEB: Final = ("waitress", "--threads=16")


@dataclass(frozen=True)
class Contestant:
    """One of them: its store, its engine's module and the command of its worker ("kaiban": ours)."""

    store: str
    engine: str
    worker: tuple[str, ...] = ()
    redis: bool = False
    schema: bool = True
    safe: bool = False


_HUEY = ("huey.bin.huey_consumer", f"{_ENGINES}.huey_engine.huey", "-w", "16", "-k", "thread", "-d", "0.1",
         "-m", "0.1", "-b", "1.0", "-q", "-n")  # fmt: skip
_CELERY = ("celery", "-A", f"{_ENGINES}.celery_engine", "worker", "-P", "threads", "-c", "16", "--without-gossip",
           "--without-mingle", "--without-heartbeat", "-Q", "peer", "-l", "WARNING")  # fmt: skip
CONTESTANTS: Final[Mapping[str, Contestant]] = {
    "floor": Contestant("sqlite", "floor_engine"),
    "floor-safe": Contestant("sqlite", "floor_engine", safe=True),
    "huey": Contestant("sqlite", "huey_engine", _HUEY, schema=False),
    "celery": Contestant("postgresql", "celery_engine", _CELERY, redis=True, schema=False),
    "procrastinate": Contestant("postgresql", "procrastinate_engine"),
    "dbos": Contestant("sqlite", "dbos_engine"),
    "dbos-pg": Contestant("postgresql", "dbos_engine"),
    "kaiban": Contestant("sqlite", "kaiban"),
    "kaiban-pg": Contestant("postgresql", "kaiban"),
}


@dataclass
class Running:
    """A contestant that runs: its processes, its addresses, its database."""

    folder: Path
    address: str
    stub: str
    database: str
    environ: Mapping[str, str]
    web_argv: tuple[str, ...]
    worker_argv: tuple[str, ...]
    ended: str
    headers: Mapping[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    servers: list[int] = field(default_factory=list)
    worker: subprocess.Popen[bytes] | None = None

    def start(self, *argv: str) -> subprocess.Popen[bytes]:
        """Start a process that dies with us."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *argv],
                env=self.environ, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def start_worker(self) -> None:
        """Start its worker, in the place of the one before."""
        self.worker = self.start(*_PYTHON, *self.worker_argv)

    def kill_worker(self) -> None:
        """Let the worker die at once."""
        assert self.worker is not None
        self.worker.kill()
        self.worker.wait()
        self.processes.remove(self.worker)

    def cpu_seconds(self) -> float:
        """What the worker and the servers that stand behind it have used so far."""
        assert self.worker is not None
        return sum(tree_cpu_seconds(pid) for pid in (self.worker.pid, *self.servers))

    def log(self) -> str:
        """Its processes' last words."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def close(self) -> None:
        """End everything."""
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running(name: str, folder: Path, cluster: Cluster, latency: float = 0) -> Iterator[Running]:
    """Start the contestant in a folder of its own; its departments take that long (seconds) for an answer."""
    who, folder = CONTESTANTS[name], folder / f"{name}-{time.monotonic_ns()}"
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        database, servers = f"sqlite:///{folder}/rows.db", []
        if who.store == "postgresql":
            database, servers = stack.enter_context(cluster.database()), [cluster.server.pid]
        set_up = _kaiban if who.engine == "kaiban" else _peer
        it = set_up(who, folder, database)
        it.servers += servers
        stack.callback(it.close)
        it.start(*_PYTHON, "tests.bench.peers.departments", it.stub.rpartition(":")[2])
        if who.redis:
            it.servers.append(_redis(it).pid)
        it.start(*_PYTHON, *it.web_argv)
        it.start_worker()
        until(lambda: _answers(f"{it.address}/readyz"), 90, it.log)
        until(lambda: _answers(f"{it.stub}/log"), 30, it.log)
        with requests.Session() as session:
            session.put(f"{it.stub}/latency", data=str(latency), timeout=5).raise_for_status()
        yield it


def _environ(folder: Path, stub: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return {
        **kept,
        "PEERS_STUB": stub,
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "KAIBAN_VAR": str(folder),
    }


def _addresses() -> tuple[str, str]:
    return f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"


def _peer(who: Contestant, folder: Path, database: str) -> Running:
    address, stub = _addresses()
    queue = f"redis://127.0.0.1:{free_port()}/0" if who.redis else str(folder / "queue.db")
    environ = {
        **_environ(folder, stub), "PEERS_DATABASE": database, "PEERS_QUEUE": queue,
        "PEERS_ENGINE": who.engine, "PEERS_SAFE": str(int(who.safe)),
    }  # fmt: skip
    module = f"{_ENGINES}.{who.engine}"
    if who.engine != "floor_engine":
        work.meta.create_all(work.engine_of(database))
    if who.schema:
        subprocess.run(
            [*_PYTHON, module, "schema"], check=True, env=environ, cwd=ROOT, capture_output=True
        )
    web = (*_WEB, f"--listen={address.removeprefix('http://')}", "tests.bench.peers.intake:app")
    worker = who.worker or (module, "worker")
    ended = "SELECT id FROM peer_cases WHERE state = 'done'"
    return Running(folder, address, stub, database, environ, web, worker, ended)


def _kaiban(_who: Contestant, folder: Path, database: str) -> Running:
    address, stub = _addresses()
    plain_adapters.install(folder)
    _write_profile(folder, stub)
    environ = {
        **_environ(folder, stub), "KAIBAN_DATABASE": database, "KAIBAN_BASE_URL": address,
        "KAIBAN_PORT": address.rpartition(":")[2], "KAIBAN_HALL": "allday",
        "KAIBAN_CITY": str(folder / "plain.toml"), "KAIBAN_LINKS": str(folder / "links.toml"),
    }  # fmt: skip
    sys.path.insert(0, str(folder))
    try:
        kaiban = Kaiban(environ)
        prepare(kaiban)
        now = kaiban.wall.now()
        token = kaiban.accounts.add_token("client", ("cases:read", "cases:write"), now)
        kaiban.database.close()
    finally:
        sys.path.remove(str(folder))
    web, worker = ("kaiban.cli", "web"), ("tests.bench.peers.kaiban_worker", "0")
    headers = {"Authorization": f"Bearer {token}"}
    ended = "SELECT case_no FROM packages"
    return Running(folder, address, stub, database, environ, web, worker, ended, headers)


def _write_profile(folder: Path, stub: str) -> None:
    profile = (ROOT / "kaiban/cities/shifan.toml").read_text(encoding="utf-8")
    chosen, settings = [profile], []
    for name in plain_adapters.DEPARTMENTS:
        chosen.append(f'\n[links.{name}]\nadapter = "{name}.plain"\n')
        settings.append(f"[{name}.settings]\nurl = {json.dumps(stub)}\n")
    (folder / "plain.toml").write_text("".join(chosen), encoding="utf-8")
    (folder / "links.toml").write_text("".join(settings), encoding="utf-8")


def _redis(it: Running) -> subprocess.Popen[bytes]:
    """A Redis that writes every command to its file before it answers."""
    port = it.environ["PEERS_QUEUE"].rpartition(":")[2].partition("/")[0]
    return it.start(
        "redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", str(it.folder),
        "--appendonly", "yes", "--appendfsync", "always", "--save", "",
    )  # fmt: skip


def _answers(url: str) -> bool:
    try:
        with requests.Session() as session:
            return session.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def ended_cases(it: Running, engine: Engine) -> list[str]:
    """The cases that have ended."""
    with engine.connect() as connection:
        return list(connection.execute(text(it.ended)).scalars())


def calls(it: Running) -> list[Any]:
    """What the departments were asked since the last time: case, step, began, ended."""
    with requests.Session() as session:
        return list(session.get(f"{it.stub}/log", timeout=10).json())
