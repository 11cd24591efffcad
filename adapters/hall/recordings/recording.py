"""Recordings: what went over the wire, case by case, and whether a stub still speaks that way.

One JSON document a line. The first says what hall it was; each other is one exchange or call:
bytes in base64, and beside them the fields as a person reads them, without what identifies
people. The lines of a case stand together in their order.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.hall.speech import Reading
from adapters.hall.store import Exchange

VERSION = 1


def recording(hall: Any) -> Iterator[str]:
    """Yield the lines of everything the hall's stubs have heard and said."""
    stubs = [hall.stub(name) for name in hall.names]
    return lines(hall.options, [(stub, stub.store.journal()) for stub in stubs])


def lines(
    options: Mapping[str, Any], said: Iterable[tuple[Any, Iterable[Exchange]]]
) -> Iterator[str]:
    """Yield the lines of a recording: what it says of the hall, then each stub's exchanges."""
    yield _line({"recording": VERSION, "hall": dict(options)})
    for stub, exchanges in said:
        read = [(_read(stub, each), each) for each in exchanges]
        for (asked, answered), each in sorted(read, key=lambda r: (r[0][0].case, r[1].n)):
            sides = stub.speech.masked(asked), stub.speech.masked(answered)
            yield _line(_recorded(stub.name, each, asked.case or answered.case, sides))


def _read(stub: Any, exchange: Exchange) -> tuple[Reading, Reading]:
    return stub.speech.asked(stub, exchange), stub.speech.answered(stub, exchange)


def _recorded(
    name: str, each: Exchange, case: str, read: tuple[Mapping[str, str], Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "department": name, "case": case, "n": each.n, "at": each.at, "wire_at": each.wire_at,
        "way": each.way, "operation": each.operation, "line": each.line, "status": each.status,
        "fault": each.fault, "asked": _side(each.asked, each.asked_head, read[0]),
        "answered": _side(each.answered, each.answered_head, read[1]),
    }  # fmt: skip


def _side(raw: bytes, head: Mapping[str, str], read: Mapping[str, str]) -> dict[str, Any]:
    return {"head": dict(head), "bytes": base64.b64encode(raw).decode(), "read": dict(read)}


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
