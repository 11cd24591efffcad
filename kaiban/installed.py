"""What is installed: the adapters of departments, and who serves one by hand, found by entry points."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog

from kaiban.config import ConfigError, Profile
from kaiban.ports import Adapter, Counter, Misconfigured

log = structlog.get_logger()

ADAPTERS = "kaiban.adapters"
COUNTERS = "kaiban.counters"

#: What the profile may say of any link; the rest describes a department only the profile knows.
_OF_EVERY_LINK = frozenset({"adapter", "enabled", "settings", "instead_of"})

Kinds = dict[str, list[tuple[str, type[Adapter]]]]


def find_departments(profile: Profile) -> dict[str, type[Adapter]]:
    """The adapter of every department of this city, in the city's order.

    A broken one is reported and left out. Raises ConfigError when two serve one department and
    the profile does not choose, and for a department only the profile knows that it does not
    describe.
    """
    kinds, counters = _installed(), dict(_points(COUNTERS))
    declared = [name for name in profile.links if _counter(name, profile, counters)]
    here = dict.fromkeys((*kinds, *declared))
    names = dict.fromkeys((*(name for name in profile.order if name in here), *here))
    enabled = [name for name in names if profile.links.get(name, {}).get("enabled", True)]
    return {name: _in_charge(name, kinds, profile, counters) for name in enabled}


def find_others(profile: Profile) -> dict[str, type[Adapter]]:
    """For each department with a system, whoever would be in charge if the profile said otherwise.

    That is the counter where the system is in charge, and the system where people carry paper.
    """
    kinds, counters = _installed(), dict(_points(COUNTERS))
    usual = next(iter(counters.values()), None)
    found: dict[str, type[Adapter]] = {}
    for name in find_departments(profile).keys() & kinds:
        system = _system(name, kinds, profile, counters)
        if _counter(name, profile, counters):
            found[name] = system
        elif usual:
            found[name] = usual.by_hand(system)
    return found


def _installed() -> Kinds:
    kinds: Kinds = {}
    for label, kind in _points(ADAPTERS):
        kinds.setdefault(kind.manifest.department, []).append((label, kind))
    return kinds


def _points(group: str) -> Iterator[tuple[str, Any]]:
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        kind = _loaded(point)
        if kind is not None:
            yield point.name, kind


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # noqa: BLE001 - one bad plug-in must not take the city down
        log.error("adapter_broken", adapter=point.name, error=f"{type(error).__name__}: {error}")
        return None


def _counter(name: str, profile: Profile, counters: Mapping[str, Counter]) -> Counter | None:
    """The counter that serves the department, if the profile says that one does."""
    return counters.get(str(profile.links.get(name, {}).get("adapter")))


def _in_charge(
    name: str, kinds: Kinds, profile: Profile, counters: Mapping[str, Counter]
) -> type[Adapter]:
    counter = _counter(name, profile, counters)
    if counter is None:
        return _system(name, kinds, profile, counters)
    if name in kinds:
        return counter.by_hand(_system(name, kinds, profile, counters))
    told = profile.links[name]
    try:
        return counter.declared(name, {key: told[key] for key in told.keys() - _OF_EVERY_LINK})
    except Misconfigured as error:
        raise ConfigError(f"links.{name}: {error}") from error


def _system(
    name: str, kinds: Kinds, profile: Profile, counters: Mapping[str, Counter]
) -> type[Adapter]:
    """The adapter that speaks with the department's system, also where people stand in for it."""
    entry = "instead_of" if _counter(name, profile, counters) else "adapter"
    wanted = profile.links.get(name, {}).get(entry)
    fitting = [kind for label, kind in kinds[name] if wanted in (None, label)]
    if len(fitting) != 1:
        labels = ", ".join((*(label for label, _ in kinds[name]), *counters))
        raise ConfigError(f"links.{name}.{entry}: choose one of {labels}")
    return fitting[0]
