"""Has the adapter of a stand do something in another process (``adapters.kit.rig.elsewhere``)."""

import json
import os
import subprocess
import sys
from typing import Any

from adapters.kit.demanding import demand
from adapters.kit.rig.stand import Stand

Process = subprocess.Popen[str]


def begun(stand: Stand, errand: str, **more: Any) -> Process:
    """Start a process that does the errand; whoever starts it ends it (``with``)."""
    by_hand = getattr(stand.adapter_class, "stands_for", None)
    kind = by_hand or stand.adapter_class
    process = subprocess.Popen(
        [sys.executable, "-m", "adapters.kit.rig.elsewhere"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # An adapter may lie where only this process looks.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    asked = {
        "errand": errand,
        "by_hand": bool(by_hand),
        "module": kind.__module__,
        "class": kind.__qualname__,
        "settings": stand.settings,
        "needs": stand.needs(stand.step),
        "case": stand.case,
        "step": stand.step,
    }
    say(process, json.dumps({**asked, **more}))
    return process


def say(process: Process, line: str) -> None:
    """Tell the process a line."""
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def heard(process: Process) -> Any:
    """Return what the process tells next; Failed with its last words if it says nothing more."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    demand(line, f"another process failed: {'' if line else process.stderr.read().strip()[-200:]}")
    return json.loads(line)
