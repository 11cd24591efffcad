"""The test stand: one adapter, a proxy, and behind it a stub of its own (or a test system)."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from adapters.base import AdapterBase
from adapters.counter import CounterAdapter
from adapters.hall.clock import HallClock, RealClock
from adapters.hall.driving import Driving, Message, Round
from adapters.hall.hall import MORNING
from adapters.hall.stub import HallContext, Stub
from adapters.kit.demanding import Failed, NotApplicable, NotProvable, demand, told
from adapters.kit.rig.hasty import hasty
from adapters.kit.rig.proxy import Proxy
from kaiban.ports import (
    Closed,
    Done,
    Key,
    Manifest,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    Ref,
)

CASE = "999900202603040001"
LONGEST = timedelta(days=5)
#: After so long without an end, a wait is at least that part of all the waiting so far: whatever lies minutes
#: apart at a department was looked at by then.
PATIENT, SPARINGLY = timedelta(hours=12), 20
NO_STEP = "-"


def driving_of(adapter_class: type[AdapterBase]) -> Driving:
    """Return the ``Kit`` of the package of the class, or of the nearest class it inherits from.

    LookupError if none has one.
    """
    if issubclass(adapter_class, CounterAdapter) and adapter_class.stands_for:
        return driving_of(adapter_class.stands_for)
    for each in adapter_class.__mro__:
        package = each.__module__.rpartition(".")[0]
        try:
            made: Driving = import_module(f"{package}.kit").Kit()
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


class Stand:
    """Everything one check needs, for one step of the department.

    Nothing is shared with others but, where ``keys`` are given, the keys of the stub: new ones take time.
    """

    def __init__(
        self,
        adapter_class: type[AdapterBase],
        target: Target,
        step: str,
        keys: Path | None = None,
    ) -> None:
        self.adapter_class = adapter_class
        self.driving = driving_of(adapter_class)
        self.target = target
        self.step = step
        self.part = 0
        self.clock = HallClock(MORNING, manual=True)
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
        made = hasty(self.adapter_class)({**self.settings, **settings}, clock=RealClock())
        self._resources.callback(made.close)
        return made

    def restart(self) -> None:
        """Let the stub die and come back."""
        port = int(self.stub.url.rpartition(":")[2])
        self._stop_stub()
        self._start_stub(port)

    def die(self) -> None:
        """Let the stub die."""
        self.stub.stop()
        self._stub = None

    # --- preparing ------------------------------------------------------------------------------

    @property
    def steps(self) -> list[str]:
        """The department's steps, in order."""
        return [each.name for each in self.manifest.steps]

    def rounds(self, kind: str) -> list[Round]:
        """Return the samples of a kind for this step; NotApplicable if there are none."""
        found = [each for each in self.driving.rounds(kind) if each.step == self.step]
        if not found:
            raise NotApplicable(f"golden/needs.json has no sample {kind!r} for this step")
        return found

    def key(self, revision: int = 1, corrects: Ref | None = None, case: str = CASE) -> Key:
        """Name an application of this step."""
        return Key(case, self.manifest.department, self.step, revision, corrects)

    def prepare(
        self, change: Mapping[str, Any] | None = None, key: Key | None = None
    ) -> Prepared | NeedsCorrection:
        """Let the adapter prepare as the engine does: from needs loaded by their schema."""
        key = key or self.key()
        needs = self.adapter.Needs().load(self.driving.needs(key.step, change))
        return self.adapter.prepare(needs, key, key.step)

    def prepared(
        self, change: Mapping[str, Any] | None = None, key: Key | None = None
    ) -> Prepared:
        """Return what is ready to be sent; Failed if the adapter wants it corrected."""
        found = self.prepare(change, key)
        demand(isinstance(found, Prepared), f"prepare said {told(found)} to the sample needs")
        assert isinstance(found, Prepared)
        return found

    def ready(self, change: Mapping[str, Any] | None = None, key: Key | None = None) -> Prepared:
        """Take earlier steps to their end, warm the session up, prepare this one."""
        self.go_before()
        ready = self.prepared(change, key)
        self.warm_up(ready)
        return ready

    def warm_up(self, prepared: Prepared) -> None:
        """Have a session, so that the next submission takes only the exchanges it must."""
        self.open_up()
        self.adapter.query(prepared.ref)

    # --- ways through -----------------------------------------------------------------------------

    def open_up(self) -> None:
        """Let business time pass until the department works."""
        if self._stub is not None:
            self.clock.advance_to(self._stub.next_opening(self.clock.now()))

    def submit(self, prepared: Prepared, adapter: AdapterBase | None = None) -> Outcome:
        """Submit while the department works."""
        self.open_up()
        return (adapter or self.adapter).submit(prepared)

    def finish(
        self, ref: Ref, outcome: Outcome | None = None, adapter: AdapterBase | None = None
    ) -> Outcome:
        """Query, letting business time pass, until it is neither pending nor unsettled."""
        asker = adapter or self.adapter
        begin = self.clock.now()
        while self.clock.now() < begin + LONGEST:
            if isinstance(outcome, Pending):
                ref = outcome.ref
            elif outcome is not None and not self._unsettled(outcome, begin):
                return outcome
            if outcome is not None:
                asked_for = getattr(outcome, "poll_after", timedelta(minutes=1))
                waited = self.clock.now() - begin
                self.let_pass(
                    max(asked_for, waited / SPARINGLY if waited > PATIENT else asked_for)
                )
            outcome = self._queried(asker, ref)
        raise Failed(f"after five days of business it is still {told(outcome)}")

    def let_pass(self, span: timedelta) -> None:
        """Let business time pass; NotProvable where nobody can move the clock."""
        if self._stub is None:
            raise NotProvable("this needs a clock that can be moved")
        self.clock.advance(max(span, timedelta(minutes=1)))

    def go(self, change: Mapping[str, Any] | None = None, key: Key | None = None) -> Outcome:
        """Take this step to its end."""
        ready = self.prepared(change, key)
        return self.finish(ready.ref, self.submit(ready))

    def go_before(self) -> None:
        """Take every earlier step to its end."""
        here = self.step
        for name in self.steps[: self.steps.index(here)]:
            self.step = name
            outcome = self.go()
            self.step = here
            demand(isinstance(outcome, Done), f"the step {name} before ended as {told(outcome)}")

    def commits(self) -> int:
        """Return how many applications of this step became effective."""
        return len([line for line in self.stub.commits() if line.step == self.step])

    def applied(self) -> int:
        """Return how often the stub heard this step's submission."""
        operation = self.driving.operations[self.step]
        return len([each for each in self.stub.store.journal() if each.operation == operation])

    def says(self, code: str) -> str:
        """Return their code of that meaning; NotApplicable if they have none."""
        if code not in self.driving.codes:
            raise NotApplicable(f"the protocol has no answer {code!r} here")
        return self.driving.codes[code]

    def saying(self, code: str, asked: Message, answer: Message) -> Message:
        """Return their answer with another code, or as it is where none has its place."""
        return self.driving.says(self.stub, asked, self.says(code)) or answer

    # --- private ----------------------------------------------------------------------------------

    def _queried(self, adapter: AdapterBase, ref: Ref) -> Outcome:
        try:
            return adapter.query(ref)
        except Closed as closed:
            if self._stub is None:
                raise
            self.clock.advance_to(closed.until or self.clock.now() + timedelta(minutes=30))
            return Pending(ref)

    def _unsettled(self, outcome: Outcome, begin: Any) -> bool:
        return isinstance(outcome, NotFound) and self.clock.now() <= begin + self.manifest.settle

    def _start_stub(self, port: int) -> None:
        self.keys.mkdir(exist_ok=True, mode=0o700)
        state = self._folder / "stub.db"
        context = HallContext(
            clock=self.clock, secrets=self.keys, seed=self.driving.seed, state_path=state
        )
        stub: Stub = self.driving.stub(context)
        stub.start(port)
        self._stub = stub

    def _stop_stub(self) -> None:
        if self._stub is not None:
            self._stub.stop()
            self._stub = None
