"""What can be seen of a hall, and what can be done to it: one place for the API and the page."""

import re
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.hall import scenarios
from adapters.hall.clerk import VERDICTS, Case, ClerkError
from adapters.hall.fault_injection.faults import FORGERIES, KINDS, FaultError, fault
from adapters.hall.fault_injection.troubles import Trouble
from adapters.hall.hours import BEIJING, beijing_instant
from adapters.hall.store import Exchange

#: ISO 8601, the part of it that people type: PT90M, P1DT2H30M.
SPAN = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
DIGITS = 6
LONGEST = timedelta(days=366)
FASTEST = 100_000.0
CALL_ACTS = ("redeliver", "forge", "hold")


class InputError(ValueError):
    """What was asked for cannot be; the message says why."""


class Control:
    """Looks at a hall and moves it; changes one after the other."""

    def __init__(self, hall: Any) -> None:
        self.hall = hall
        self._turn = threading.Lock()

    # --- what is seen ---------------------------------------------------------------------------

    def hall_shown(self) -> dict[str, Any]:
        """Return the hall as it stands."""
        clock = self.hall.clock
        return {
            "clock": {
                "now": clock.now().astimezone(BEIJING).isoformat(timespec="seconds"),
                "speed": clock.speed, "manual": clock.manual,
            },
            "stubs": [self.stub_shown(name) for name in self.hall.names],
            "broken": dict(self.hall.broken),
            "scenarios": list(scenarios.names()),
        }  # fmt: skip

    def stub_shown(self, name: str) -> dict[str, Any]:
        """Return how a stub stands; KeyError if it is not up."""
        stub, now = self.hall.stub(name), self.hall.clock.now()
        opens = stub.next_opening(now).astimezone(BEIJING)
        return {
            "name": name, "title": stub.title, "url": stub.url,
            "scenario": self.hall.scenario(name).name,
            "scenario_title": self.hall.scenario(name).title,
            "open": stub.open_at(now), "opens": opens.isoformat(timespec="minutes"),
            "pace": stub.hall.pace, "latency": stub.hall.latency, "calls": stub.calls,
            "faults": [trouble_shown(each) for each in stub.hall.troubles.all()],
        }  # fmt: skip

    def cases(self, name: str) -> list[Case]:
        """Return a stub's applications, as they stand now; KeyError if it is not up."""
        listed: list[Case] = self.hall.stub(name).cases()
        return listed

    def calls(self, name: str) -> dict[str, dict[str, Any]]:
        """Return a stub's calls to Kaiban by number; KeyError if it is not up."""
        planned: dict[str, dict[str, Any]] = self.hall.stub(name).callbacks.all()
        return planned

    def journal(self, name: str, after: int = 0, last: int = -1) -> list[Exchange]:
        """Return what went over the wire; KeyError if the stub is not up."""
        exchanges: list[Exchange] = self.hall.stub(name).store.journal(after, last)
        return exchanges

    def exchange(self, name: str, number: int) -> Exchange:
        """Return one exchange; KeyError if there is none."""
        found: Exchange | None = self.hall.stub(name).store.exchange(number)
        if found is None:
            raise KeyError(number)
        return found

    # --- what is done ---------------------------------------------------------------------------

    def set_clock(self, asked: Mapping[str, Any]) -> None:
        """Move the clock: ``advance`` (ISO 8601), ``to`` (an instant), ``speed``, ``running``."""
        _only(asked, ("advance", "to", "speed", "running"))
        span = _span(asked["advance"]) if "advance" in asked else timedelta(0)
        until = _instant(asked["to"]) if "to" in asked else None
        speed = _speed(asked["speed"]) if "speed" in asked else None
        running = asked.get("running")
        if running not in {None, True, False}:
            raise InputError("running is true or false")
        with self._turn:
            clock = self.hall.clock
            if until is not None and not timedelta(0) <= until - clock.now() <= LONGEST:
                raise InputError("to must lie ahead, by a year at most")
            if speed is not None:
                clock.set_speed(speed)
            clock.advance_to(until) if until is not None else clock.advance(span)
            if running is not None and running == clock.manual:
                clock.start() if running else clock.stop()

    def reset(self) -> None:
        """Let every stub forget."""
        with self._turn:
            self.hall.reset()

    def play(self, name: str, asked: Mapping[str, Any]) -> None:
        """Let a stub play ``scenario``."""
        _only(asked, ("scenario",))
        with self._turn:
            self.hall.play(name, str(asked.get("scenario", "")))

    def answers(self) -> list[dict[str, Any]]:
        """Return the answers of one's own, and what has become of them."""
        return [
            {"department": name, **trouble_shown(each)}
            for name in self.hall.names
            for each in self.hall.stub(name).hall.troubles.all()
            if each.of_file
        ]

    def answer(self, text: str) -> None:
        """Take a file of answers instead of the one before."""
        with self._turn:
            self.hall.answer(text)

    def add_fault(self, name: str, asked: Mapping[str, Any]) -> Trouble:
        """Set a fault."""
        added: Trouble = self.hall.stub(name).mischief.add(fault(asked))
        return added

    def remove_faults(self, name: str, number: int | None = None) -> None:
        """Take one fault back, or all."""
        troubles = self.hall.stub(name).hall.troubles
        if number is None:
            troubles.clear()
        else:
            troubles.remove(number)

    def decide(self, name: str, case_id: str, verdict: str) -> None:
        """Decide a case by hand."""
        stub = self.hall.stub(name)
        if verdict not in VERDICTS:
            raise KeyError(verdict)
        stub.commits()
        with stub.store.atomic():
            stub.clerk.decide(stub, case_id, verdict)

    def call(self, name: str, number: str, act: str, how: str = "body") -> dict[str, Any]:
        """Redeliver, forge or hold a call."""
        callbacks = self.hall.stub(name).callbacks
        if act not in CALL_ACTS:
            raise KeyError(act)
        if how not in FORGERIES:
            raise InputError(f"how is one of {', '.join(FORGERIES)}")
        if act == "forge":
            return {"status": callbacks.forge(number, how)}
        {"redeliver": callbacks.redeliver, "hold": callbacks.hold}[act](number)
        return {}


def possible(stub: Any) -> list[str]:
    """Return the kinds of faults a stub can commit."""
    return [do for do in KINDS if _can(stub, do)]


def trouble_shown(trouble: Trouble) -> dict[str, Any]:
    """Return a fault that is set, and what it has done."""
    return {
        "number": trouble.number, "fault": trouble.fault.shown(), "scenario": trouble.scenario,
        "met": trouble.met, "done": trouble.done, "over": trouble.over, "of_file": trouble.of_file,
    }  # fmt: skip


def exchange_shown(name: str, each: Exchange) -> dict[str, Any]:
    """Return an exchange in one line, without its bytes."""
    return {
        "stub": name, "n": each.n, "at": each.at, "way": each.way, "operation": each.operation,
        "line": each.line, "status": each.status, "fault": each.fault,
        "asked_bytes": len(each.asked), "answered_bytes": len(each.answered),
    }  # fmt: skip


def _can(stub: Any, do: str) -> bool:
    try:
        stub.mischief.check(fault({"do": do}))
    except FaultError:
        return False
    return True


def _only(asked: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if not isinstance(asked, Mapping) or not asked or set(asked) - set(known):
        raise InputError(f"expected an object with {', '.join(known)}")


def _span(text: Any) -> timedelta:
    found = SPAN.fullmatch(text) if isinstance(text, str) else None
    if (
        found is None
        or not any(found.groups())
        or not all(len(n or "") <= DIGITS for n in found.groups())
    ):
        raise InputError("advance is a span like PT90M or P1DT2H")
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span > LONGEST:
        raise InputError("advance is a year at most")
    return span


def _instant(text: Any) -> datetime:
    try:
        return beijing_instant(text)
    except (TypeError, ValueError):
        raise InputError("to is an instant like 2026-03-04T15:00+08:00") from None


def _speed(value: Any) -> float:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right or not 0 < value <= FASTEST:
        raise InputError(f"speed is a number above 0, {FASTEST:.0f} at most")
    return float(value)


__all__ = ["ClerkError", "Control", "InputError", "exchange_shown", "possible", "trouble_shown"]
