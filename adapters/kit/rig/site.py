"""Where a check is done: an adapter, and at the other end of its line a stub of its own or somebody's system."""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from adapters.base import AdapterBase
from adapters.counter import CounterAdapter
from adapters.hall.clock import HallClock, RealClock
from adapters.hall.driving import Driving
from adapters.hall.hall import MORNING
from adapters.hall.stub import HallContext, Stub
from adapters.kit.demanding import DEADLINE, HURRIED, TIMES_SLOWER, NotProvable
from adapters.kit.rig.hasty import hasty
from adapters.kit.rig.proxy import Proxy
from kaiban.ports import Manifest, Prepared

#: The case of every check against a stub; against somebody's system each check has one of its own.
CASE = "999900202603040001"
STATE = "stub.db"


def driving_of(adapter_class: type[AdapterBase]) -> Driving:
    """Return the ``Kit`` of the package of the class, or of the nearest class it inherits from.

    LookupError if none has one.
    """
    if issubclass(adapter_class, CounterAdapter) and adapter_class.stands_for:
        return driving_of(adapter_class.stands_for)
    for each in adapter_class.__mro__:
        package = each.__module__.rpartition(".")[0]
        try:
            made: Driving = import_module(f"{package}.kit" if package else "kit").Kit()
        except (ImportError, AttributeError, ValueError):
            continue
        return made
    raise LookupError(f"{adapter_class.__name__}: there is no module kit.py with a class Kit")


@dataclass(frozen=True)
class Target:
    """What the adapter is checked against: a stub of the stand's own, or the system at ``url``."""

    url: str = ""
    settings: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """How the report calls it."""
        return self.url or "stub"


STUB = Target()


@dataclass(frozen=True)
class Snapshot:
    """How everything stood at a stub at an instant of business."""

    state: bytes
    at: datetime


class Site:
    """An adapter with its clocks, its settings and a proxy before the other end of its line.

    Nothing is shared with others but, where ``keys`` are given, the keys of the stub: new ones take time.
    """

    def __init__(
        self,
        adapter_class: type[AdapterBase],
        target: Target,
        step: str,
        keys: Path | None = None,
        since: Snapshot | None = None,
    ) -> None:
        self.adapter_class = adapter_class
        self.driving = driving_of(adapter_class)
        self.target = target
        self.step = step
        self.part = 0
        self.case = _fresh_case() if target.url else CASE
        #: Real time, for the adapter and the stub alike: signatures and time-stamps.
        self.wire: RealClock = RealClock()
        #: What is changed in all needs: other people, say.
        self.others: Mapping[str, Any] = {}
        self._since = since
        self.clock = HallClock(since.at if since else MORNING, manual=True)
        self._resources = ExitStack()
        self._stub: Any = None
        self._folder = Path()
        self._keys = keys
        self.proxy: Proxy

    def __enter__(self) -> Self:
        with ExitStack() as building:
            if self.target.url:
                upstream = self.target.url
            else:
                made = tempfile.TemporaryDirectory(prefix="kaiban-kit-")
                self._folder = Path(building.enter_context(made))
                if self._since:
                    (self._folder / STATE).write_bytes(self._since.state)
                building.callback(self._stop_stub)
                self._start_stub(0)
                upstream = self._stub.url
            self.proxy = Proxy(upstream)
            building.callback(self.proxy.close)
            self.adapter = self.new_adapter()
            self._resources.push(building.pop_all())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._resources.close()

    # --- the parts ------------------------------------------------------------------------------

    @property
    def manifest(self) -> Manifest:
        """The adapter's."""
        return self.adapter_class.manifest

    @property
    def stub(self) -> Any:
        """The stub; NotProvable if a real system stands there."""
        if self._stub is None:
            raise NotProvable("this needs a stub")
        return self._stub

    @property
    def keys(self) -> Path:
        """Where the stub keeps its keys: another's, if it was given them."""
        return self._keys or self._folder / "keys"

    @property
    def settings(self) -> dict[str, Any]:
        """What the adapter is told; its address is the proxy's. A counter is told nothing."""
        if self.manifest.by_hand:
            return {}
        told = self._stub.settings() if self._stub else dict(self.target.settings or {})
        return {**told, "url": self.proxy.url}

    def new_adapter(self, **settings: Any) -> AdapterBase:
        """Return another instance, as another process would have it, with some other settings."""
        made = hasty(self.adapter_class)({**self.settings, **settings}, clock=self.wire)
        self._resources.callback(made.close)
        return made

    @contextmanager
    def hurried(
        self, asked: Prepared | None = None, **settings: Any
    ) -> Iterator[tuple[AdapterBase, float]]:
        """Have an adapter whose deadline is as short as the machine allows, and what a call of it may take.

        With ``asked`` it has a session already.
        """
        begin = time.monotonic()
        self.adapter.health()
        deadline = min(DEADLINE, max(HURRIED, TIMES_SLOWER * (time.monotonic() - begin)))
        made = hasty(self.adapter_class, deadline)({**self.settings, **settings}, clock=self.wire)
        try:
            if asked:
                made.query(asked.ref)
            yield made, 4 * deadline
        finally:
            made.close()

    def snapshot(self) -> Snapshot:
        """Return how everything stands at the stub now, to begin another stand with."""
        copy = sqlite3.connect(":memory:")
        with closing(copy), closing(sqlite3.connect(self._folder / STATE)) as now:
            now.backup(copy)
            return Snapshot(copy.serialize(), self.clock.now())

    def restart(self) -> None:
        """Let the stub die and come back."""
        port = int(self.stub.url.rpartition(":")[2])
        self._stop_stub()
        self._start_stub(port)

    def die(self) -> None:
        """Let the stub die."""
        self.stub.stop()
        self._stub = None

    # --- private ----------------------------------------------------------------------------------

    def _start_stub(self, port: int) -> None:
        self.keys.mkdir(exist_ok=True, mode=0o700)
        state = self._folder / STATE
        context = HallContext(
            clock=self.clock,
            secrets=self.keys,
            seed=self.driving.seed,
            state_path=state,
            real=self.wire,
        )
        stub: Stub = self.driving.stub(context)
        stub.start(port)
        self._stub = stub

    def _stop_stub(self) -> None:
        if self._stub is not None:
            self._stub.stop()
            self._stub = None


def _fresh_case() -> str:
    """Return a case number nobody has used, of today."""
    dice = f"{secrets.randbelow(10**8):08}"
    return f"99{dice[:4]}{RealClock().now():%Y%m%d}{dice[4:]}"
