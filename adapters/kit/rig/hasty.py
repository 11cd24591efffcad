"""Adapters as the stand has them: what they wait for real is short."""

from dataclasses import replace

from adapters.base import AdapterBase
from adapters.kit.demanding import DEADLINE

PAUSE = 0.01


def hasty(kind: type[AdapterBase]) -> type[AdapterBase]:
    """Return the adapter with a short deadline and short pauses; nothing else is another."""
    brief = {"manifest": replace(kind.manifest, deadline=DEADLINE), "PAUSE": PAUSE}
    made = type(kind.__name__, (kind,), brief)
    made.__module__ = kind.__module__
    return made
