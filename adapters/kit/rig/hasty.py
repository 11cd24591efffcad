"""Adapters as the stand has them: pauses are short, and a deadline is never what a busy machine fails by."""

from dataclasses import replace

from adapters.base import AdapterBase
from adapters.kit.demanding import DEADLINE

PAUSE = 0.01


def hasty(kind: type[AdapterBase], deadline: float = DEADLINE) -> type[AdapterBase]:
    """Return the adapter with the stand's deadline and short pauses; nothing else is another."""
    brief = {"manifest": replace(kind.manifest, deadline=deadline), "PAUSE": PAUSE}
    made = type(kind.__name__, (kind,), brief)
    made.__module__ = kind.__module__
    return made
