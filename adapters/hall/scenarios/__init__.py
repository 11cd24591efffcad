"""Scenarios: how a day in the hall goes, as files beside this module.

A file has ``title``, ``about``, perhaps ``[hall]`` (``begins``: time of day in Beijing or
``month-end``; ``pace`` times the hall's own, more ``latency``, ``always_open``), and ``[[fault]]`` tables as
``adapters.hall.fault_injection.faults`` reads them, each perhaps with ``stubs``: without it everybody who can
commits the fault.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from adapters.hall.fault_injection.faults import Fault, FaultError, fault
from adapters.hall.hours import BEIJING, is_working_day

FOLDER = Path(__file__).parent
HALL: Mapping[str, type] = {"begins": str, "pace": float, "latency": float, "always_open": bool}
MONTH_END = "month-end"


class ScenarioError(ValueError):
    """No such scenario, or its file is wrong; the message says what there is, or what is wrong."""


@dataclass(frozen=True)
class Scenario:
    """A scenario as its file has it; ``faults`` go with the stubs named, or with () for all."""

    name: str
    title: str
    about: str
    begins: str = ""
    hall: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[tuple[tuple[str, ...], Fault], ...] = ()

    def epoch(self, usual: datetime) -> datetime:
        """Return when it begins: on the next working day from ``usual``, or the last of a month."""
        if not self.begins:
            return usual
        day = usual.astimezone(BEIJING).date()
        while not is_working_day(day):
            day += timedelta(days=1)
        if self.begins == MONTH_END:
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            while not is_working_day(day):
                day -= timedelta(days=1)
            return datetime.combine(day, time(15, 0), BEIJING)
        return datetime.combine(day, time.fromisoformat(self.begins), BEIJING)

    def mood(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hall's options as they are then: pace multiplied, latency added."""
        return {
            **usual,
            "pace": usual["pace"] * self.hall.get("pace", 1),
            "latency": usual["latency"] + self.hall.get("latency", 0),
            "always_open": usual["always_open"] or self.hall.get("always_open", False),
        }

    def faults_of(self, department: str) -> Iterable[tuple[Fault, bool]]:
        """Yield its faults for the department, and whether they are meant for it by name."""
        for stubs, each in self.faults:
            if not stubs or department in stubs:
                yield each, bool(stubs)


class _Stub(Protocol):
    name: ClassVar[str]
    mischief: Any


def names() -> tuple[str, ...]:
    """Return the scenarios there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def scenario(name: str) -> Scenario:
    """Read a scenario by name; ScenarioError if there is none."""
    if name not in names():
        raise ScenarioError(f"no scenario is called {name!r}; there are {', '.join(names())}")
    return parsed(name, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def parsed(name: str, raw: Mapping[str, Any]) -> Scenario:
    """Read a scenario from its table; ScenarioError says what is wrong with it."""
    unknown = set(raw) - {"title", "about", "hall", "fault"}
    hall = dict(raw.get("hall", {}))
    wrong = [n for n, value in hall.items() if not isinstance(value, HALL.get(n, ()))]
    if unknown or wrong:
        raise ScenarioError(f"{name}: unknown or of a wrong type: {sorted([*unknown, *wrong])}")
    begins = hall.pop("begins", "")
    try:
        faults = tuple(_fault(each) for each in raw.get("fault", ()))
        made = Scenario(name, raw["title"], raw["about"], begins, hall, faults)
        made.epoch(datetime(2026, 3, 4, tzinfo=BEIJING))
    except (FaultError, KeyError, ValueError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    return made


def play(stub: _Stub, chosen: Scenario) -> None:
    """Set a stub the scenario's faults instead of the ones before; faults set by hand stay.

    FaultError if a fault is meant for this stub by name and it cannot commit it.
    """
    stub.mischief.troubles.clear(of_scenarios=True)
    for each, named in chosen.faults_of(stub.name):
        try:
            stub.mischief.add(each, chosen.name)
        except FaultError:
            if named:
                raise


def _fault(raw: Mapping[str, Any]) -> tuple[tuple[str, ...], Fault]:
    rest = dict(raw)
    return tuple(rest.pop("stubs", ())), fault(rest)
