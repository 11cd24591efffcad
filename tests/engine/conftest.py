"""A database with both kinds of tables, and worker processes on it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaiban.app.clock import WallClock
from kaiban.engine.dbos import DbosEngine, migrate
from kaiban.storage.database import Database

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    database = Database(migrated_url)
    migrate(database.engine)
    yield database
    database.close()


@pytest.fixture
def engine(database: Database) -> Iterator[DbosEngine]:
    engine = DbosEngine(database.engine, WallClock().now)
    yield engine
    engine.close()


class Floor:
    """Where worker processes run and write down what they do."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.processes: list[subprocess.Popen] = []

    def start(self, executor: str) -> subprocess.Popen:
        argv = [sys.executable, "-m", "tests.engine.worker_program", self.url]
        process = subprocess.Popen([*argv, str(self.folder), executor], cwd=ROOT)
        self.processes.append(process)
        return process

    def tell(self, name: str, text: str) -> None:
        """Put a file there at once: whoever looks finds it whole."""
        part = self.folder / f"{name}.part"
        part.write_text(text)
        part.replace(self.folder / name)

    def lines(self, name: str) -> list[str]:
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def floor(migrated_url: str, tmp_path: Path) -> Iterator[Floor]:
    folder = tmp_path / "floor"
    folder.mkdir()
    floor = Floor(migrated_url, folder)
    yield floor
    floor.close()
