"""Serves a department by hand: what would be a message is a sheet of paper, and people carry it.

There is nobody to call. ``submit`` says that the sheet lies ready, and whatever a person brings
back is entered and ends the waiting: as long as anybody asks, nothing has been entered, so
``query`` truly says that it is pending.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, NoReturn

from marshmallow import Schema, fields

from adapters.base import AdapterBase, WireClock
from adapters.counter.declared import needs_of, result_of, told_of
from kaiban.ports import (
    Forged,
    Health,
    Key,
    Manifest,
    Outcome,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Requirement,
    StepSpec,
)

VERSION = "1.0.0"
PROTOCOL = "paper/1"


class CounterAdapter(AdapterBase):
    """A department without its system; ``by_hand`` and ``declared`` say which one."""

    Settings = Schema
    #: The adapter of the department's system, if it has one.
    stands_for: ClassVar[type[AdapterBase] | None] = None

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        # Nothing of the base's is needed but this: there is no address to speak to.
        self.settings = self._load_settings(settings)
        self.clock = clock

    @classmethod
    def by_hand(cls, kind: type[AdapterBase]) -> type["CounterAdapter"]:
        """The same department with the same steps, needs and results, carried by people."""
        manifest = replace(
            kind.manifest,
            name=f"{kind.manifest.department}.counter",
            version=VERSION,
            protocol=PROTOCOL,
            **_ON_PAPER,
        )
        return cls._made(manifest, kind.Needs, kind.Result, kind)

    @classmethod
    def declared(cls, department: str, told: Mapping[str, Any]) -> type["CounterAdapter"]:
        """A department known only from a city profile; raises Misconfigured naming what is wrong."""
        found = told_of(department, told)
        manifest = Manifest(
            name=f"{department}.counter",
            department=department,
            title=found["title"],
            office=found["office"],
            version=VERSION,
            protocol=PROTOCOL,
            steps=(StepSpec("main", tuple(map(Requirement, found["requires"]))),),
            owner=found["office"],
            hours=found["hours"],
            promise=timedelta(minutes=found["promise_minutes"]),
            limit=timedelta(minutes=found["limit_minutes"]),
            **_ON_PAPER,
        )
        return cls._made(manifest, needs_of(found), result_of(found))

    @classmethod
    def _made(
        cls,
        manifest: Manifest,
        needs: type[Schema],
        result: type[Schema],
        stands_for: type[AdapterBase] | None = None,
    ) -> type["CounterAdapter"]:
        members = {
            "manifest": manifest, "Needs": needs, "Result": result, "stands_for": stands_for,
            "__module__": __name__,
        }  # fmt: skip
        return type(cls.__name__, (cls,), members)

    def close(self) -> None:
        """Nothing is open."""

    # --- what a department writes ---------------------------------------------------------------

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared:
        """Write down what the sheet will say, in the shape of the form, whose words people read."""
        number = key.corrects.number if key.corrects else ""
        said = {"answers": answers_of(self.Needs(), needs), "corrects": number}
        body = json.dumps(said, ensure_ascii=False, default=_plain).encode()
        return Prepared(key.text, body, Ref(key.text, number), "application/json", {"step": step})

    def send(self, prepared: Prepared) -> Outcome:
        """The sheet lies ready."""
        return Pending(prepared.ref, reason=f"请打印办件单，送交{self.manifest.office}办理")

    def look(self, ref: Ref) -> Outcome:
        """Nothing has been entered yet."""
        reason = f"请向{self.manifest.office}核实办理情况，并录入结果"
        return Pending(ref, reason=reason)

    def take_back(self, ref: Ref) -> Outcome:
        """Only people can fetch it."""
        reason = (
            f"申请人已撤回：请从{self.manifest.office}取回办件单并录入；已办结的，录入办理结果"
        )
        return Pending(ref, reason=reason)

    def refuse_stubs(self) -> None:
        """Nobody answers here but people."""

    def ping(self) -> Health:
        """There is nothing that could fail to answer."""
        return Health(ok=True, detail="人工窗口：打印办件单，录入结果")

    def parse_callback(self, raw: RawCallback) -> NoReturn:  # noqa: ARG002 - nobody calls a counter
        """Nobody calls for a counter."""
        raise Forged("a counter has no system that could call")


_ON_PAPER: dict[str, Any] = {
    # The same sheet printed twice is one application: it bears its number.
    "idempotency": "key",
    "lookup": "by-key",
    "finish": ("person",),
    "cancel": "before-done",
    "settle": timedelta(0),
    "encoding": "utf-8",
    # Whoever carries the sheet carries what comes later, too.
    "late_materials": False,
}


def answers_of(schema: Schema, needs: Mapping[str, Any]) -> dict[str, Any]:
    """The needs where the form has them: ``{"rep_name": x}`` -> ``{"people": {"legal_rep": {"name": x}}}``."""
    found: dict[str, Any] = {}
    for path, value in _placed(schema, needs):
        *above, last = path.split(".")
        place = found
        for name in above:
            place = place.setdefault(name, {})
        place[last] = _merged(place.get(last), value)
    return found


def _placed(schema: Schema, needs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, field in schema.fields.items():
        value = needs.get(name)
        if value in (None, "", [], {}):
            continue
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            rows = [answers_of(inner.schema, each) for each in _rows(value)]
            value = rows if isinstance(field, fields.List) else rows[0]
        yield field.metadata.get("path", name), value


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _merged(before: Any, value: Any) -> Any:
    """Two needs may read different parts of one group, or of the same rows."""
    if isinstance(before, dict) and isinstance(value, Mapping):
        keys = before.keys() | value.keys()
        return {key: _merged(before.get(key), value.get(key)) for key in sorted(keys)}
    if isinstance(before, list) and isinstance(value, list) and len(before) == len(value):
        return [_merged(*pair) for pair in zip(before, value, strict=True)]
    return before if value is None else value


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place on a sheet")
