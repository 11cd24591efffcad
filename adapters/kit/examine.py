"""Finding adapters by name, and running checks on them."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from adapters.base import AdapterBase
from adapters.counter import CounterAdapter
from adapters.kit import pool
from adapters.kit.check import LEVELS, Check, Finding
from adapters.kit.checks import CHECKS, find
from adapters.kit.reporting.quality import exemptions_of
from adapters.kit.rig.site import STUB, Target

GROUP = "kaiban.adapters"
COUNTER = ".counter"


def adapter_names() -> list[str]:
    """The names of all installed adapters."""
    return sorted(each.name for each in entry_points(group=GROUP))


def adapter_class(name: str) -> type[AdapterBase]:
    """Return the adapter of an entry point's name, of a department, or of ``module:Class``.

    ``NAME.counter`` is the counter that stands for it.

    LookupError, with the names there are, if there is none.
    """
    if name.endswith(COUNTER):
        return CounterAdapter.by_hand(adapter_class(name.removesuffix(COUNTER)))
    if ":" in name:
        found: Any = _imported(name)
    else:
        points = [
            each
            for each in entry_points(group=GROUP)
            if name in (each.name, each.name.partition(".")[0])
        ]
        found = points[0].load() if points else None
    if isinstance(found, type) and issubclass(found, AdapterBase):
        return found
    what = f"no adapter {name!r}" if found is None else f"{name!r} is no adapter"
    raise LookupError(f"{what}; there are {', '.join(adapter_names())}")


def _imported(name: str) -> Any:
    module, _, attribute = name.partition(":")
    if not all(part.isidentifier() for part in [*module.split("."), attribute]):
        raise LookupError(f"{name!r} is not module:Class, like adapters.bank:BankAdapter")
    return getattr(import_module(module), attribute, None)


def chosen(level: str, only: str = "") -> list[Check]:
    """Return the checks up to a level, or those of a list (KeyError if one is not there)."""
    if only:
        return find(only)
    wanted = LEVELS[: LEVELS.index(level) + 1] if level in LEVELS else LEVELS
    return [check for check in CHECKS if check.level in wanted]


def examine(
    kind: type[AdapterBase], checks: list[Check], target: Target = STUB, at_once: int = 1
) -> Iterator[Finding]:
    """Run the checks, so many at once (more than one: see ``pool``); exemptions are applied."""
    exempt = exemptions_of(kind)
    asked = [(check, kind) for check in checks]
    for finding in pool.carried_out(asked, target, at_once):
        yield exempt.applied(finding)
