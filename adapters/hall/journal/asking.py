"""Which exchanges are meant: every filter is a table's entry, and an unknown one is refused."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.hall.hours import beijing_instant
from adapters.hall.store import Exchange, instant

Found = tuple[str, Exchange]
Test = Callable[[Any, Exchange, Any], bool]


class AskedWrongError(ValueError):
    """That cannot be asked; the message says what can."""


def _says(stub: Any, exchange: Exchange, wanted: str) -> bool:
    """Whether a value stands in the exchange as the stub reads it, question or answer."""
    read = stub.speech.asked(stub, exchange), stub.speech.answered(stub, exchange)
    values = [value for reading in read for value in reading.fields.values()]
    return wanted in exchange.line or any(wanted in value for value in values)


def _at(text: str) -> datetime:
    try:
        return beijing_instant(text)
    except ValueError:
        raise AskedWrongError("since, until: an instant like 2026-03-04T15:00+08:00") from None


#: Filter -> whether an exchange of a stub passes it. Times are business time, ISO 8601; Beijing's, if they do not say.
FILTERS: Mapping[str, Test] = {
    "stub": lambda stub, _, wanted: bool(stub.name == wanted),
    "operation": lambda _, exchange, wanted: exchange.operation == wanted,
    "way": lambda _, exchange, wanted: exchange.way == wanted,
    "status": lambda _, exchange, wanted: str(exchange.status) == wanted,
    # "close" is every one, "close after-commit" only that.
    "fault": lambda _, exchange, wanted: f"{exchange.fault} ".startswith(f"{wanted} "),
    "since": lambda _, exchange, wanted: instant(exchange.at) >= wanted,
    "until": lambda _, exchange, wanted: instant(exchange.at) < wanted,
    "contains": _says,
}
#: What is asked for, as it is compared; text, if it is not here.
READ: Mapping[str, Callable[[str], Any]] = {"since": _at, "until": _at}


def asked_for(hall: Any, wanted: Mapping[str, str]) -> list[Found]:
    """Return the exchanges that pass every filter, in the order of real time; AskedWrongError for an unknown one."""
    strange = sorted(set(wanted) - set(FILTERS))
    if strange:
        raise AskedWrongError(f"{', '.join(strange)}: one can ask by {', '.join(FILTERS)}")
    # The cheap filters first: reading a message takes longest.
    order = sorted(wanted, key=lambda name: name == "contains")
    tests = [(FILTERS[name], READ.get(name, str)(wanted[name])) for name in order]
    names = (wanted["stub"],) if "stub" in wanted else hall.names  # KeyError if it is not up
    found = [pair for name in names for pair in _of(hall.stub(name), tests)]
    return sorted(found, key=lambda pair: (pair[1].wire_at, pair[1].n))


def counted(found: list[Found]) -> dict[str, Any]:
    """Return how many there are, altogether and by stub and operation."""
    by = Counter((name, exchange.operation) for name, exchange in found)
    rows = [
        {"stub": stub, "operation": name, "count": n} for (stub, name), n in sorted(by.items())
    ]
    return {"count": len(found), "by": rows}


def _of(stub: Any, tests: Sequence[tuple[Test, Any]]) -> Iterator[Found]:
    for exchange in stub.store.journal():
        if all(passes(stub, exchange, value) for passes, value in tests):
            yield stub.name, exchange
