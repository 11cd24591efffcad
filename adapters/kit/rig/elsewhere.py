"""``python -m adapters.kit.rig.elsewhere``: an adapter in a process of its own; what it is to do comes on standard input.

The first line is JSON: ``errand``, ``module``, ``class``, ``settings`` and what the errand needs.
Answers are JSON lines on standard output.
"""

import gc
import json
import sys
import threading
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from adapters.base import AdapterBase
from adapters.counter import CounterAdapter
from adapters.hall.clock import RealClock
from adapters.kit.demanding import restored, stored
from adapters.kit.rig.hasty import hasty
from kaiban.ports import AdapterError, Key, Prepared, Ref

#: Until then the interpreter and the libraries take what they keep anyway; it comes in ever smaller portions.
WARM_UP = 80
Asked = Mapping[str, Any]


def main() -> None:
    """Do one errand."""
    asked = json.loads(sys.stdin.readline())
    kind: Any = import_module(asked["module"])
    for name in asked["class"].split("."):
        kind = getattr(kind, name)
    if asked["by_hand"]:
        kind = CounterAdapter.by_hand(kind)
    ERRANDS[asked["errand"]](hasty(kind)(asked["settings"], clock=RealClock()), asked)


def prepare(adapter: AdapterBase, asked: Asked) -> None:
    """Prepare a message and tell it as it would be stored."""
    key = Key(asked["case"], adapter.manifest.department, asked["step"])
    found = adapter.prepare(adapter.Needs().load(asked["needs"]), key, asked["step"])
    _tell(stored(found) if isinstance(found, Prepared) else repr(found))


def submit(adapter: AdapterBase, asked: Asked) -> None:
    """Prepare, tell it, have a session; when told so, submit."""
    prepare(adapter, asked)
    key = Key(asked["case"], adapter.manifest.department, asked["step"])
    ready = adapter.prepare(adapter.Needs().load(asked["needs"]), key, asked["step"])
    assert isinstance(ready, Prepared)
    adapter.query(ready.ref)
    _tell("ready")
    if sys.stdin.readline():
        _tell(repr(adapter.submit(ready)))


def ask_often(adapter: AdapterBase, asked: Asked) -> None:
    """Query again and again, and tell what grew meanwhile: open files, threads, bytes.

    Caches fill, in bursts and ever more slowly; a leak goes on. So the smaller growth of two halves counts.
    """
    ref = restored(asked["prepared"]).ref
    tracemalloc.start()
    _grown(adapter, ref, WARM_UP)
    halves = [_grown(adapter, ref, asked["calls"] // 2) for _ in range(2)]
    _tell({name: min(each[name] for each in halves) for name in halves[0]})


ERRANDS: Mapping[str, Callable[[AdapterBase, Asked], None]] = {
    "prepare": prepare,
    "submit": submit,
    "ask often": ask_often,
}


def _grown(adapter: AdapterBase, ref: Ref, calls: int) -> dict[str, int]:
    before = _measured()
    for _ in range(calls):
        with suppress(AdapterError):
            adapter.query(ref)
    return {name: value - before[name] for name, value in _measured().items()}


def _measured() -> dict[str, int]:
    gc.collect()
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return {
        "files": files,
        "threads": threading.active_count(),
        "bytes": tracemalloc.get_traced_memory()[0],
    }


def _tell(told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
