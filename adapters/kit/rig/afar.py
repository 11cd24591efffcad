"""A system of the department's at some address, to check an adapter against: what it takes to begin."""

import json
import tomllib
from pathlib import Path
from typing import Any

from adapters.base import AdapterBase
from adapters.hall.clock import RealClock
from adapters.kit.rig.hasty import hasty
from adapters.kit.rig.site import Target
from kaiban.ports import AdapterError, Misconfigured, Silent, Unreachable


class AfarError(ValueError):
    """It makes no sense to begin; the message says why."""


def target(url: str, settings: Path | None) -> Target:
    """Return the system at an address, with what a file tells about it; raises AfarError."""
    if not url.startswith(("http://", "https://")):
        raise AfarError("--against is 'stub' or an address beginning with http")
    return Target(url, _read(settings) if settings else {})


def reach(kind: type[AdapterBase], system: Target) -> None:
    """Ask for a sign of life; raises AfarError if the settings do not fit or nobody is there.

    Whatever else it answers is for the checks to judge.
    """
    told = {**(system.settings or {}), "url": system.url}
    try:
        adapter = hasty(kind)(told, clock=RealClock())
    except Misconfigured as wrong:
        raise AfarError(f"--settings: {wrong}") from wrong
    try:
        adapter.ping()
    except (Unreachable, Silent) as nobody:
        raise AfarError(f"--against: no answer from {system.url} ({nobody})") from nobody
    except AdapterError:
        return
    finally:
        adapter.close()


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, OSError) as wrong:  # what both say of bad text, and what is no text at all
        raise AfarError(f"--settings: {path} cannot be read: {wrong}") from wrong
    if not isinstance(told, dict):
        raise AfarError(f"--settings: {path} holds no names with values")
    return told
