"""``python -m adapters.kit.elsewhere``: prepare a message in a process of its own, print its digest."""

import json
import sys
from importlib import import_module
from typing import Any

from adapters.counter import CounterAdapter
from adapters.hall.clock import RealClock
from kaiban.ports import Key, Prepared


def main() -> None:
    """Read what to prepare from standard input."""
    asked = json.load(sys.stdin)
    kind: Any = import_module(asked["module"])
    for name in asked["class"].split("."):
        kind = getattr(kind, name)
    if asked["by_hand"]:
        kind = CounterAdapter.by_hand(kind)
    adapter = kind(asked["settings"], clock=RealClock())
    key = Key(asked["case"], kind.manifest.department, asked["step"])
    found = adapter.prepare(adapter.Needs().load(asked["needs"]), key, asked["step"])
    sys.stdout.write(found.digest if isinstance(found, Prepared) else repr(found))


if __name__ == "__main__":
    main()
