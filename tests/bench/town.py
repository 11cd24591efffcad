"""A service as `kaiban serve` runs it, with its stubs and its own SQLite, for measurements of the pages."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kaiban.app import Kaiban
from kaiban.cli.demo_city.ports import free_port
from kaiban.cli.demo_city.scene import ClockLeader, Scene, environ_of
from kaiban.config import SETTINGS

#: A Wednesday morning in the hall; business time runs as fast as real time.
MORNING = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@contextmanager
def town() -> Iterator[str]:
    """The address of the service; its processes end with the block."""
    with tempfile.TemporaryDirectory(prefix="kaiban-bench-") as name:
        folder = Path(name)
        begins = folder / "begins"
        clock = f"{MORNING.isoformat()}@{begins}x1"
        address = f"http://127.0.0.1:{free_port()}"
        # The demonstration looks for due jobs more often than a city does.
        often = SETTINGS["poll_seconds"].usual
        environ = environ_of(folder, address, clock) | {
            "KAIBAN_HALL": "allday",
            "KAIBAN_POLL_SECONDS": often,
        }
        options = ("--port", "0", "--clock", clock, "--always-open")
        scene = Scene(folder, folder / "links.toml", address, options, environ)
        with scene.played(Kaiban(environ)):
            ClockLeader(begins, lambda: datetime.now(UTC)).turn()  # noqa: TID251 - the demonstration clock begins now
            yield address
