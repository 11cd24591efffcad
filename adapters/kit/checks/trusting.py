"""Silver, last part: callbacks, unreadable text, secrets."""

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from marshmallow import Schema, fields

from adapters.kit.check import Check
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.rig import faults
from adapters.kit.rig.stand import Stand
from kaiban.ports import Done, Forged, Manifest, NeedsCorrection, RawCallback

#: Shorter values are found everywhere by chance.
TELLING = 6
PLANNED = "_callback"


def callbacks_lead_to_one_end(stand: Stand) -> None:
    """S21."""
    ready = stand.ready()
    outcome = stand.submit(ready)
    early = [message(stand, call) for call in planned(stand)]
    done = stand.finish(ready.ref, outcome)
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    late = [message(stand, call) for call in reversed(planned(stand))]
    if not early + late:
        raise NotApplicable("the department called nobody about the sample application")
    asked = len(stand.proxy.seen)
    for raw in early + late + [message(stand, call) for call in planned(stand)]:
        hints = raised(stand.adapter.parse_callback, raw)
        demand(not isinstance(hints, Exception), f"their callback was told as {told(hints)}")
        ours = [
            each for each in hints if done.ref.key == each.key or done.ref.number == each.number
        ]
        demand(ours, f"the callback does not lead to the application: {told(hints)}")
        demand(len(stand.proxy.seen) == asked, "a callback made the adapter ask the department")
    found = stand.adapter.query(done.ref)
    demand(found == done and stand.commits() == 1, f"after all callbacks: {told(found)}")


def forged_callbacks_are_refused(stand: Stand) -> None:
    """S22."""
    ready = stand.ready()
    done = stand.finish(ready.ref, stand.submit(ready))
    calls = planned(stand)
    if not calls:
        raise NotApplicable("the department called nobody about the sample application")
    raw = message(stand, calls[-1])
    for name, forged in _forgeries(raw):
        outcome = raised(stand.adapter.parse_callback, forged)
        demand(isinstance(outcome, Forged), f"{name}: taken as {told(outcome)}")
    with Stand(stand.adapter_class, stand.target, stand.step) as stranger:
        theirs = stranger.ready()
        stranger.finish(theirs.ref, stranger.submit(theirs))
        strange = message(stranger, planned(stranger)[-1])
    outcome = raised(stand.adapter.parse_callback, strange)
    demand(isinstance(outcome, Forged), f"signed by somebody else: taken as {told(outcome)}")
    if stand.driving.nonces:
        stand.adapter.parse_callback(raw)
        outcome = raised(stand.adapter.parse_callback, raw)
        demand(isinstance(outcome, Forged), f"replayed: taken as {told(outcome)}")
    found = stand.adapter.query(ready.ref)
    demand(found == done, f"forged callbacks changed the application: {told(found)}")


def unreadable_text_is_corrected(stand: Stand) -> None:
    """S24."""
    before = len(stand.proxy.seen)
    for sample in stand.rounds("rare"):
        outcome = stand.prepare(sample.change)
        demand(
            isinstance(outcome, NeedsCorrection), f"unreadable text was prepared: {told(outcome)}"
        )
        assert isinstance(outcome, NeedsCorrection)
        paths = [item.path for item in outcome.items]
        demand(sample.path in paths, f"{sample.path} is not among {paths}")
    demand(len(stand.proxy.seen) == before, "something was sent")


def nothing_is_given_away(stand: Stand) -> None:
    """S25."""
    secrets = [str(stand.settings[name]) for name in stand.driving.secrets]
    needs = stand.adapter.Needs().load(stand.driving.needs(stand.step))
    secrets += [each for each in _sensitive(stand.adapter.Needs(), needs) if len(each) >= TELLING]
    with listened_to() as lines:
        shown = list(everything_shown(stand))
    for text in (*lines, *shown):
        leaked = [each[:2] + "…" for each in secrets if each in text]
        demand(not leaked, f"{leaked} can be read in {text[:60]!r}…")


def calls(manifest: Manifest) -> bool:
    """Whether the department calls."""
    return "callback" in manifest.finish


CHECKS = (
    Check(
        "S21", "回调重复、迟到、乱序、早到：同一结局", "silver", callbacks_lead_to_one_end, calls
    ),
    Check(
        "S22",
        "回调伪造、重放、篡改：Forged，状态不变",
        "silver",
        forged_callbacks_are_refused,
        calls,
    ),
    Check("S24", "生僻字与超长：发送前补正", "silver", unreadable_text_is_corrected, stub=False),
    Check("S25", "密钥与个人信息不进日志、异常与附注", "silver", nothing_is_given_away),
)


# --- shared with other checks of trust ------------------------------------------------------------


def planned(stand: Stand) -> list[dict[str, Any]]:
    """Return the calls the stub is to make."""
    return list(stand.stub.store.all(PLANNED).values())


def message(stand: Stand, call: Mapping[str, Any]) -> RawCallback:
    """Return a call as it is made now."""
    headers, body = stand.stub.callback_message(call["key"], call["topic"])
    named = {name.lower(): value for name, value in headers.items()}
    return RawCallback(call["path"], named, body)


def everything_shown(stand: Stand) -> Iterator[str]:
    """What an operator may come to see of an application, its failures included."""
    ready = stand.ready()
    yield repr((ready.key, ready.ref, dict(ready.meta)))
    troubles = [faults.CLOSE_BEFORE, faults.status("401 Unauthorized"), faults.GARBAGE]
    if "unlisted" in stand.driving.codes:
        troubles.append(faults.altered("unlisted", lambda *both: stand.saying("unlisted", *both)))
    for fault in troubles:
        stand.proxy.always(fault)
        for call in (stand.submit, stand.adapter.query):
            outcome = raised(call, ready if call == stand.submit else ready.ref)
            if isinstance(outcome, Exception):
                yield "".join(traceback.format_exception(outcome))
        yield repr(stand.adapter.health())
        stand.proxy.always(None)
    yield repr(stand.adapter.health())
    yield repr(stand.adapter)


@contextmanager
def listened_to() -> Iterator[list[str]]:
    """Collect what anybody logs meanwhile."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, collector = logging.getLogger(), Collector(logging.DEBUG)
    before = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(collector)


# --- private ------------------------------------------------------------------------------------


def _forgeries(raw: RawCallback) -> Iterator[tuple[str, RawCallback]]:
    yield "empty", RawCallback(raw.path, raw.headers, b"")
    yield "no object", RawCallback(raw.path, raw.headers, b"[]")
    size = len(raw.body)
    for at in (size // 4, size // 2, size * 3 // 4):
        other = b"7" if raw.body[at : at + 1] != b"7" else b"8"
        body = raw.body[:at] + other + raw.body[at + 1 :]
        yield f"altered at byte {at}", RawCallback(raw.path, raw.headers, body)
    if set(raw.headers) - {"content-type"}:
        yield "without its headers", RawCallback(raw.path, {}, raw.body)


def _sensitive(schema: Schema, values: Mapping[str, Any]) -> Iterator[str]:
    for name, declared in schema.fields.items():
        value = values.get(name)
        inner = declared.inner if isinstance(declared, fields.List) else declared
        if isinstance(inner, fields.Nested):
            rows = value if isinstance(value, list) else [value]
            for row in rows:
                if isinstance(row, Mapping):
                    yield from _sensitive(inner.schema, row)
        elif declared.metadata.get("sensitive") and isinstance(value, str):
            yield value
