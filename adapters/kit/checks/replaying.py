"""Gold, third part: what was recorded comes out the same again."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, cast

from adapters.base import AdapterBase
from adapters.hall.clock import RealClock
from adapters.hall.driving import Message
from adapters.hall.recordings.verifying import RecordingError, verify
from adapters.kit.check import Check
from adapters.kit.demanding import NotProvable, demand, told
from adapters.kit.rig.hasty import hasty
from adapters.kit.rig.proxy import Fault, Proxy, Seen, written
from adapters.kit.rig.stand import Stand
from adapters.kit.rig.tape import Tape
from kaiban.ports import AdapterError, Done, Outcome, Prepared, Ref


def a_recorded_case_replays(stand: Stand) -> None:
    """G12."""
    stand.go_before()
    ready = stand.prepared()
    tape, clock = Tape(), _StandingClock(RealClock().now())
    first = len(stand.proxy.seen)
    with tape.recording(), _made(stand, stand.proxy.url, clock) as adapter:
        carrier = cast("AdapterBase", recorder := _Recorder(adapter))
        outcome = stand.finish(ready.ref, stand.submit(ready, carrier), carrier)
    demand(isinstance(outcome, Done), f"the case ended as {told(outcome)}")
    with (
        _Player(stand.proxy.seen[first:]) as player,
        tape.playing(),
        _made(stand, player.url, clock) as again,
    ):
        _the_same(recorder, _Recorder(again), player)


def the_stub_agrees_with_recordings(stand: Stand) -> None:
    """G13."""
    found = stand.driving.recordings()
    if not found:
        raise NotProvable("recordings/ holds no recording (*.jsonl) of the real system")
    for each in found:
        try:
            report = verify(each.lines, each.keys)
        except RecordingError as error:
            demand(condition=False, text=f"{each.name}: {error}")
            continue
        demand(report.compared, f"{each.name} holds no exchange that could be compared")
        differing = [
            f"{one.n} {one.operation}: {'; '.join(one.what)}" for one in report.differences
        ]
        demand(not differing, f"{each.name}: the stub speaks otherwise: {differing[:3]}")


CHECKS = (
    Check("G12", "录下的办件重放：报文逐字节相同，结论相同", "gold", a_recorded_case_replays),
    Check("G13", "桩系统与真实系统的录音一致", "gold", the_stub_agrees_with_recordings,
          each_step=False),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _StandingClock:
    """Wire time that stands still, so that both runs fall on the same moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@contextmanager
def _made(stand: Stand, url: str, clock: _StandingClock) -> Iterator[AdapterBase]:
    adapter = hasty(stand.adapter_class)({**stand.settings, "url": url}, clock=clock)
    try:
        yield adapter
    finally:
        adapter.close()


class _Recorder:
    """An adapter whose calls are kept, each with what came of it."""

    def __init__(self, adapter: AdapterBase) -> None:
        self._adapter = adapter
        self.calls: list[tuple[str, Any, Outcome | AdapterError]] = []

    def submit(self, prepared: Prepared) -> Outcome:
        return self._kept("submit", prepared)

    def query(self, ref: Ref) -> Outcome:
        return self._kept("query", ref)

    def repeat(self, name: str, argument: Any) -> Outcome | AdapterError:
        """Make a call; whatever comes of it is a value."""
        try:
            outcome: Outcome = getattr(self._adapter, name)(argument)
        except AdapterError as error:
            return error
        return outcome

    def _kept(self, name: str, argument: Any) -> Outcome:
        found = self.repeat(name, argument)
        self.calls.append((name, argument, found))
        if isinstance(found, AdapterError):
            raise found
        return found


@dataclass
class _Player:
    """A department that has only the answers of a recording, and gives them to the same requests."""

    left: Sequence[Seen]
    strange: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.left = list(self.left)
        self._proxy = Proxy("http://127.0.0.1:9")
        self._proxy.always(Fault("replay", forward=False, act=self._answer))
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.close()

    @property
    def url(self) -> str:
        return self._proxy.url

    def _answer(self, line: socket.socket, asked: Message, _answer: Message | None) -> None:
        then = self.left[0] if self.left else None
        if then is None or then.answer is None:
            self.strange.append(f"nothing was recorded for {asked.line!r}")
        elif (asked.line, asked.body) != (then.asked.line, then.asked.body):
            self.strange.append(_difference(then.asked, asked))
        else:
            self.left = self.left[1:]
            line.sendall(written(then.answer))


def _difference(then: Message, now: Message) -> str:
    if then.line != now.line:
        return f"{now.line!r} instead of {then.line!r}"
    pairs = zip(then.body, now.body, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(then.body), len(now.body)))
    here = slice(max(0, at - 20), at + 20)
    return (
        f"{now.line!r} differs from byte {at}: {now.body[here]!r} instead of {then.body[here]!r}"
    )


def _the_same(recorded: _Recorder, again: _Recorder, player: _Player) -> None:
    for name, argument, then in recorded.calls:
        now = again.repeat(name, argument)
        demand(not player.strange, f"replayed, {name} sent {' '.join(player.strange[:1])}")
        demand(
            (type(now), str(now)) == (type(then), str(then)),
            f"replayed, {name} was told as {told(now)} instead of {told(then)}",
        )
    demand(not player.left, f"{len(player.left)} recorded exchanges were not asked for again")
