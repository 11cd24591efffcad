"""Throw-away PostgreSQL databases for tests, on a server of the tests' own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.waiting import until

OWNER = "kaiban"
# Checksums as in production; the server is guarded by the directory its socket lies in.
INITDB = ("--data-checksums", "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync")
DEBIAN = Path("/usr/lib/postgresql")
INSTALL_LINE = "sudo apt-get install -y postgresql"
# Durability costs most of the time of a small test and protects nothing that outlives it.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# What survives the death of the server; the machine itself stays up, so no disk need be waited for.
SAFE = ("fsync=off",)
# A socket in a private directory needs no free port and no password.
PRIVATE = ("listen_addresses=''", "max_connections=200")


class PostgreSQLMissingError(RuntimeError):
    """No PostgreSQL server on this machine; the message holds the line that installs it."""


@dataclass(frozen=True)
class Cluster:
    """A running server that this test run owns; its socket lies in `socket_directory`."""

    server: "_Server"

    @property
    def socket_directory(self) -> Path:
        """Return where its socket lies."""
        return self.server.home

    @property
    def programs(self) -> Path:
        """Return where pg_dump and its like are."""
        return self.server.programs

    def start(self, within: float = 60) -> None:
        """Start it again after a crash; the processes of its former life may take a moment to end."""
        until(self._started, within, lambda: "the server does not start again")

    def _started(self) -> bool:
        try:
            self.server.start()
        except subprocess.CalledProcessError:
            return False
        return True

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: ``immediate`` is a crash, ``fast`` what an administrator does."""
        self.server.stop(mode)

    def kill(self) -> None:
        """Let the postmaster die at once (kill -9); its other processes notice and end."""
        os.kill(self.server.pid, signal.SIGKILL)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Take the server away inside the block; what was committed is there again afterwards."""
        self.stop("fast")
        try:
            yield
        finally:
            self.start()

    def url(self, database: str) -> str:
        """Return the address as SQLAlchemy, psycopg and DBOS understand it."""
        return f"postgresql://{OWNER}@/{database}?host={self.socket_directory}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Lend the URL of a fresh copy of `template`; it is dropped with whoever is still connected."""
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {{}} TEMPLATE {{}} {self._quickly}", name, template)
        try:
            yield self.url(name)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    @cached_property
    def _quickly(self) -> str:
        """Copy files instead of logging every page of them: half the work; before 15 there was no other way."""
        with psycopg.connect(self.url("postgres")) as connection:
            return "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""

    def _run(self, statement: str, *names: str) -> None:
        # CREATE and DROP DATABASE refuse to run inside a transaction.
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def programs(debian: Path = DEBIAN, path: str | None = None) -> Path:
    """Return the directory of initdb and pg_ctl: Debian's newest, else the one in `path`.

    :raises PostgreSQLMissingError: there is none.
    """
    versions = [p.parent for p in debian.glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda directory: float(directory.parent.name))
    found = shutil.which("initdb", path=path)
    if found is None:
        message = f"The tests need a PostgreSQL server. Run: {INSTALL_LINE}"
        raise PostgreSQLMissingError(message)
    return Path(found).resolve().parent


def dump(url: str, file: Path) -> None:
    """Save a database as an operator does."""
    _client("pg_dump", "--format=custom", f"--file={file}", url)


def put_back(file: Path, url: str) -> None:
    """Bring a saved database back in the place of what is there."""
    _client("pg_restore", "--clean", "--if-exists", f"--dbname={url}", str(file))


def _client(program: str, *arguments: str) -> None:
    subprocess.run([programs() / program, *arguments], check=True, stdin=subprocess.DEVNULL)


@contextmanager
def running_cluster(durability: Sequence[str] = FAST) -> Iterator[Cluster]:
    """Make a cluster in a temporary directory, run it, and leave nothing behind.

    With ``durability=SAFE`` what was committed survives the server's death.

    :raises PostgreSQLMissingError: there is no server to run, or as root no account to run it.
    """
    directory, identity = programs(), _identity()
    # Not pytest's tmp_path: a socket's path may have 107 bytes and no more.
    home = Path(tempfile.mkdtemp(prefix="kaiban-pg-"))
    server = _Server(directory, home, identity, durability)
    try:
        server.create()
        server.start()
        yield Cluster(server)
    finally:
        server.stop()
        shutil.rmtree(home)


def _identity() -> dict[str, Any]:
    """Say who runs the server: PostgreSQL refuses root, so Debian's account takes its place."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        message = f"As root the tests need the account postgres. Run: {INSTALL_LINE}"
        raise PostgreSQLMissingError(message) from None
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


@dataclass(frozen=True)
class _Server:
    programs: Path
    home: Path
    identity: dict[str, Any]
    durability: Sequence[str]

    @property
    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def create(self) -> None:
        if self.identity:
            shutil.chown(self.home, self.identity["user"], self.identity["group"])
        self._call("initdb", f"--username={OWNER}", *INITDB)

    def start(self) -> None:
        settings = (*self.durability, *PRIVATE, f"unix_socket_directories={self.home}")
        options = " ".join(f"-c {setting}" for setting in settings)
        self._call("pg_ctl", "start", "--wait", f"--log={self._log}", f"--options={options}")

    def stop(self, mode: str = "immediate") -> None:
        if self._lives():
            self._call("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def _lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return False
        return True

    def _call(self, program: str, *arguments: str) -> None:
        try:
            subprocess.run(
                [self.programs / program, *arguments, f"--pgdata={self._data}"],
                check=True,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                **self.identity,
            )
        except subprocess.CalledProcessError as error:
            if self._log.exists():
                error.add_note(self._log.read_text())
            raise

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _log(self) -> Path:
        return self.home / "log"
