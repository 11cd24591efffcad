"""Which exchanges are meant: every filter is a table's entry, and an unknown one is refused."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.hall.store import Exchange

Found = tuple[str, Exchange]
Test = Callable[[Any, Exchange, str], bool]


class AskedWrongError(ValueError):
    """That cannot be asked; the message says what can."""


def _says(stub: Any, exchange: Exchange, wanted: str) -> bool:
    """Whether a value stands in the exchange as the stub reads it, question or answer."""
    read = stub.speech.asked(stub, exchange), stub.speech.answered(stub, exchange)
    values = [value for reading in read for value in reading.fields.values()]
    return wanted in exchange.line or any(wanted in value for value in values)


#: Filter -> whether an exchange of a stub passes it. Times are business time, ISO 8601.
FILTERS: Mapping[str, Test] = {
    "stub": lambda stub, _, wanted: bool(stub.name == wanted),
    "operation": lambda _, exchange, wanted: exchange.operation == wanted,
    "way": lambda _, exchange, wanted: exchange.way == wanted,
    "status": lambda _, exchange, wanted: str(exchange.status) == wanted,
    # "close" is every one, "close after-commit" only that.
    "fault": lambda _, exchange, wanted: f"{exchange.fault} ".startswith(f"{wanted} "),
    "since": lambda _, exchange, wanted: exchange.at >= wanted,
    "until": lambda _, exchange, wanted: exchange.at < wanted,
    "contains": _says,
}


def asked_for(hall: Any, wanted: Mapping[str, str]) -> list[Found]:
    """Return the exchanges that pass every filter, in the order of real time; AskedWrongError for an unknown one."""
    strange = sorted(set(wanted) - set(FILTERS))
    if strange:
        raise AskedWrongError(f"{', '.join(strange)}: one can ask by {', '.join(FILTERS)}")
    if "stub" in wanted:
        hall.stub(wanted["stub"])  # KeyError if it is not up
    found = [pair for name in hall.names for pair in _of(hall.stub(name), wanted)]
    return sorted(found, key=lambda pair: (pair[1].wire_at, pair[1].n))


def counted(found: list[Found]) -> dict[str, Any]:
    """Return how many there are, altogether and by stub and operation."""
    by = Counter((name, exchange.operation) for name, exchange in found)
    rows = [
        {"stub": stub, "operation": name, "count": n} for (stub, name), n in sorted(by.items())
    ]
    return {"count": len(found), "by": rows}


def _of(stub: Any, wanted: Mapping[str, str]) -> Iterator[Found]:
    for exchange in stub.store.journal():
        # The cheap filters first: reading a message takes longest.
        tests = sorted(wanted.items(), key=lambda each: each[0] == "contains")
        if all(FILTERS[name](stub, exchange, value) for name, value in tests):
            yield stub.name, exchange
