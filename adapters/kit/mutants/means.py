"""What several planted faults are made with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kaiban.ports import NeedsCorrection, Outcome, Pending, Prepared

Ready = Prepared | NeedsCorrection
Needs = Mapping[str, Any]


def altered(ready: Ready, **changed: Any) -> Ready:
    """Return what was prepared with other members; a correction stays what it is."""
    return replace(ready, **changed) if isinstance(ready, Prepared) else ready


def asking_after(pause: timedelta, found: Outcome) -> Outcome:
    """Return the outcome with another pause before the next question, if it is pending."""
    return replace(found, poll_after=pause) if isinstance(found, Pending) else found


def rewritten(values: Any, change: Callable[[str], str]) -> Any:
    """Return needs, or a result, with every text in them changed."""
    if isinstance(values, Mapping):
        return {name: rewritten(value, change) for name, value in values.items()}
    if isinstance(values, list):
        return [rewritten(value, change) for value in values]
    return change(values) if isinstance(values, str) else values
