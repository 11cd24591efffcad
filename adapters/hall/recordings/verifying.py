"""Whether a stub still speaks as a recording of it, or of the real department, does."""

import base64
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.hall.clock import RealClock
from adapters.hall.hall import Hall
from adapters.hall.recordings.recording import VERSION
from adapters.hall.store import Exchange, instant

NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]+(?![0-9A-Za-z])|#[0-9]+")
NOT_REPLAYED = frozenset({"host", "content-length", "connection", "transfer-encoding"})


class RecordingError(ValueError):
    """Not a recording; the message names the line."""


@dataclass(frozen=True)
class Difference:
    """An exchange in which the stub does not speak as the recording does."""

    department: str
    n: int
    operation: str
    what: tuple[str, ...]


@dataclass
class Report:
    """How many exchanges were compared, how many could not be, and where they differ."""

    compared: int = 0
    skipped: int = 0
    differences: list[Difference] = field(default_factory=list)


class _WireClock(RealClock):
    """Shows the instant of the exchange at hand, so that old signatures are in time."""

    def __init__(self) -> None:
        self.shown = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.shown


def verify(lines: Iterable[str], keys: Path | None = None) -> Report:
    """Put every recorded request to fresh stubs and compare their answers with the recorded ones.

    ``keys`` is the folder of the keys the recording was made with. Compared are the HTTP status,
    the names of the fields, and the values of those that say how it went. Exchanges spoilt on
    purpose are not compared. Raises RecordingError.
    """
    options, recorded = _parsed(lines)
    report = Report()
    if not recorded:
        return report
    clock = _WireClock()
    with tempfile.TemporaryDirectory(prefix="kaiban-verify-") as folder:
        if keys is not None:
            shutil.copytree(keys, Path(folder) / "keys")
        names = sorted({name for name, _ in recorded})
        first = min(instant(each.at) for _, each in recorded)
        with Hall(
            only=names, manual=True, epoch=first, folder=Path(folder), real=clock, **options
        ) as hall:
            for name, each in sorted(recorded, key=lambda r: (r[1].at, r[1].n)):
                hall.clock.advance_to(instant(each.at))
                clock.shown = instant(each.wire_at)
                _compare(hall.stub(name), each, report)
    return report


def _compare(stub: Any, each: Exchange, report: Report) -> None:
    if each.way != "in" or "before-" in each.fault:
        report.skipped += 1
        return
    again = _again(stub, each)
    if each.fault:
        report.skipped += 1
        return
    report.compared += 1
    what = tuple(_differences(stub, each, again))
    if what:
        report.differences.append(Difference(stub.name, each.n, each.operation, what))
    stub.speech.adopt(stub, each)


def _again(stub: Any, each: Exchange) -> Exchange:
    method, _, path = each.line.partition(" ")
    head = {n: v for n, v in each.asked_head.items() if n.lower() not in NOT_REPLAYED}
    head |= stub.speech.login(stub)
    with stub.app.test_client() as client:
        got = client.open(path, method=method, headers=head, data=each.asked)
    return Exchange(
        each.at, each.operation, each.line, each.asked, got.get_data(), got.status_code,
        each.asked_head, dict(got.headers),
    )  # fmt: skip


def _differences(stub: Any, then: Exchange, now: Exchange) -> Iterator[str]:
    if then.status != now.status:
        yield f"HTTP {now.status} instead of {then.status}"
    before, after = (stub.speech.answered(stub, each).fields for each in (then, now))
    names_before, names_after = _names(before), _names(after)
    for name in sorted(names_before - names_after):
        yield f"{name} is missing"
    for name in sorted(names_after - names_before):
        yield f"{name} is new"
    for name in sorted(before.keys() & after.keys()):
        if stub.speech.codes.search(name) and before[name] != after[name]:
            yield f"{name} is {after[name]!r} instead of {before[name]!r}"


def _names(fields: Mapping[str, str]) -> set[str]:
    """Return the names with ``*`` for every number: how many there are may differ."""
    return {NUMBER.sub("*", name).removesuffix("*") for name in fields}


def _parsed(lines: Iterable[str]) -> tuple[dict[str, Any], list[tuple[str, Exchange]]]:
    options: dict[str, Any] = {}
    recorded = []
    for number, line in enumerate(lines, 1):
        try:
            raw = json.loads(line)
            if number == 1:
                options = _options(raw)
            else:
                recorded.append((raw["department"], _exchange(raw)))
        except (ValueError, KeyError, TypeError) as error:
            raise RecordingError(f"line {number}: {error!r}") from error
    if not options:
        raise RecordingError("line 1: it is empty")
    return options, recorded


def _options(raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw["recording"] != VERSION:
        raise ValueError(f"recordings of version {VERSION} only")
    return {name: raw["hall"][name] for name in ("seed", "pace", "always_open")}


def _exchange(raw: Mapping[str, Any]) -> Exchange:
    asked, answered = raw["asked"], raw["answered"]
    instant(raw["at"]), instant(raw["wire_at"])
    return Exchange(
        raw["at"], raw["operation"], raw["line"], base64.b64decode(asked["bytes"]),
        base64.b64decode(answered["bytes"]), raw["status"], asked["head"], answered["head"],
        raw["way"], raw["fault"], raw["wire_at"], raw["n"],
    )  # fmt: skip
