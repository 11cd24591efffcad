"""What somebody expects to have happened, and whether it has: "one application of X at tax, none at the bank"."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.hall.journal.asking import AskedWrongError, asked_for

BOUNDS: Mapping[str, Callable[[int, int], bool]] = {
    "exactly": lambda found, wanted: found == wanted,
    "at_least": lambda found, wanted: found >= wanted,
    "at_most": lambda found, wanted: found <= wanted,
}
MOST = 100


def verified(hall: Any, expected: Any) -> dict[str, Any]:
    """Return for each expectation what was found and whether it holds; AskedWrongError if one cannot be understood.

    ``count`` says of what: ``applications`` (as the stub's clerk lists them), ``effective`` (the oracle: what became
    effective) or ``exchanges`` (by the journal's filters).
    """
    if not isinstance(expected, list) or not 0 < len(expected) <= MOST:
        raise AskedWrongError(f"expect is a list of 1 to {MOST} expectations")
    rows = [_judged(hall, each) for each in expected]
    return {"ok": all(row["ok"] for row in rows), "expectations": rows}


def _judged(hall: Any, one: Any) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise AskedWrongError("an expectation is an object")
    kind = one.get("count", "applications")
    if kind not in KINDS:
        raise AskedWrongError(f"count is one of {', '.join(KINDS)}")
    bounds = {name: one[name] for name in BOUNDS if name in one}
    if not bounds or not all(type(value) is int and value >= 0 for value in bounds.values()):
        raise AskedWrongError(f"how many: a number for {', '.join(BOUNDS)}")
    wanted = {name: value for name, value in one.items() if name not in (*BOUNDS, "count")}
    if not all(isinstance(value, str) for value in wanted.values()):
        raise AskedWrongError("what is asked for is text")
    found = KINDS[kind](hall, wanted)
    right = all(BOUNDS[name](found, value) for name, value in bounds.items())
    return {"expected": one, "found": found, "ok": right}


def _applications(hall: Any, wanted: Mapping[str, str]) -> int:
    stub = hall.stub(_stub(wanted, ("stub", "enterprise", "step", "stage")))
    return _how_many([each.shown() for each in stub.cases()], wanted)


def _effective(hall: Any, wanted: Mapping[str, str]) -> int:
    stub = hall.stub(_stub(wanted, ("stub", "enterprise", "step", "key")))
    return _how_many([vars(each) for each in stub.commits()], wanted)


def _exchanges(hall: Any, wanted: Mapping[str, str]) -> int:
    return len(asked_for(hall, wanted))


KINDS: Mapping[str, Callable[[Any, Mapping[str, str]], int]] = {
    "applications": _applications,
    "effective": _effective,
    "exchanges": _exchanges,
}


def _stub(wanted: Mapping[str, str], known: Sequence[str]) -> str:
    strange = sorted(set(wanted) - set(known))
    if strange or "stub" not in wanted:
        raise AskedWrongError(f"expected {', '.join(known)}, of which stub must be said")
    return wanted["stub"]


def _how_many(rows: Sequence[Mapping[str, Any]], wanted: Mapping[str, str]) -> int:
    asked = {name: value for name, value in wanted.items() if name != "stub"}
    return sum(all(str(row[name]) == value for name, value in asked.items()) for row in rows)
