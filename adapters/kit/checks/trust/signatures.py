"""A signature is whole or it is none."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.hall.driving import Driving, Message
from adapters.kit.check import Check
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.rig import faults
from adapters.kit.rig.proxy import Fault
from adapters.kit.rig.stand import Stand
from kaiban.ports import Done, Unknown

#: The value of a signature that is not theirs, made of theirs.
Spoil = Callable[[bytes], bytes]


def partly_signed_is_unsigned(stand: Stand) -> None:
    """S28."""
    if getattr(type(stand.driving), "forged") is Driving.forged:  # noqa: B009 - compared, not called
        raise NotApplicable("nothing in this protocol is signed")
    ready = stand.ready()
    outcome = stand.submit(ready)
    done = stand.finish(ready.ref, outcome)
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    for name in SPOILS:
        fault = _fault(stand, name)
        stand.proxy.always(fault)
        found = raised(stand.adapter.query, done.ref)
        stand.proxy.always(None)
        demand(
            isinstance(found, Unknown), f"signature {name}: believed, and told as {told(found)}"
        )
    if stand.driving.signed:
        for name in ("absent", "its first byte only", "all but its last byte"):
            _demand_unknown_submission(stand, name)


CHECKS = (Check("S28", "签名、MAC 只对一段或没有：等于没有", "silver", partly_signed_is_unsigned),)


def spoilt(driving: Driving, answer: Message, name: str) -> Message:
    """Return the answer with the signature spoilt in that way; as it is, if it has none."""
    try:
        other = driving.forged(answer)
    except (ValueError, KeyError, IndexError):
        return answer
    for header, value in answer.headers.items():
        if other.headers.get(header) != value:
            told_value = as_written(value.encode("latin-1"), SPOILS[name])
            headers = {key: each for key, each in answer.headers.items() if key != header}
            if told_value:
                headers[header] = told_value.decode("latin-1")
            return replace(answer, headers=headers)
    return replace(answer, body=_spoilt_body(answer.body, other.body, SPOILS[name]))


def as_written(value: bytes, spoil: Spoil) -> bytes:
    """Spoil what a value says, if it is base64 or hexadecimal, and write it as it was written."""
    try:
        if _hexadecimal(value):
            spoiled = spoil(bytes.fromhex(value.decode())).hex().encode()
            return spoiled.upper() if value.isupper() else spoiled
        return base64.b64encode(spoil(base64.b64decode(value, validate=True)))
    except (binascii.Error, ValueError):
        return spoil(value)


def _other(byte: int) -> int:
    return byte ^ 0x15


def _keeping(start: int, end: int | None) -> Spoil:
    """Keep this part of it, change every byte of the rest."""

    def spoil(value: bytes) -> bytes:
        kept = range(*slice(start, end).indices(len(value)))
        return bytes(each if n in kept else _other(each) for n, each in enumerate(value))

    return spoil


SPOILS: Mapping[str, Spoil] = {
    "absent": lambda _: b"",
    "of zeros": lambda value: bytes(len(value)),
    "its first byte only": _keeping(0, 1),
    "its last byte only": _keeping(-1, None),
    "its first half": lambda value: _keeping(0, len(value) // 2)(value),
    "its last half": lambda value: _keeping(len(value) // 2, None)(value),
    "all but its last byte": _keeping(0, -1),
    "all but its first byte": _keeping(1, None),
    "cut in half": lambda value: value[: len(value) // 2],
}


# --- private ------------------------------------------------------------------------------------


def _fault(stand: Stand, name: str) -> Fault:
    return faults.altered(name, lambda _, answer: spoilt(stand.driving, answer, name))


def _demand_unknown_submission(stand: Stand, name: str) -> None:
    with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
        ready = own.ready()
        fault = _fault(own, name)
        own.proxy.plan(fault, own.driving.commits_at)
        outcome = raised(own.submit, ready)
        demand(
            isinstance(outcome, Unknown),
            f"signature {name} after a submission: told as {told(outcome)}",
        )


def _spoilt_body(body: bytes, other: bytes, spoil: Spoil) -> bytes:
    try:
        ours, theirs = json.loads(body), json.loads(other)
    except ValueError:
        return _spoilt_text(body, other, spoil)
    for name in _differing(ours, theirs):
        value = as_written(str(ours[name]).encode(), spoil).decode("latin-1")
        kept = {key: each for key, each in ours.items() if key != name}
        return json.dumps(kept | ({name: value} if value else {})).encode()
    return body


def _differing(ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        yield from (
            name for name in ours if ours[name] != theirs.get(name) and isinstance(ours[name], str)
        )


def _spoilt_text(body: bytes, other: bytes, spoil: Spoil) -> bytes:
    """The signature is the stretch in which they differ; in a message of fixed width it stays as long as it was."""
    if len(body) != len(other) or body == other:
        return body
    places = [n for n, pair in enumerate(zip(body, other, strict=True)) if pair[0] != pair[1]]
    begin, end = places[0], places[-1] + 1
    value = (
        spoil(body[begin:end])
        if not _hexadecimal(body[begin:end])
        else as_written(body[begin:end], spoil)
    )
    return body[:begin] + value.ljust(end - begin) + body[end:]


def _hexadecimal(value: bytes) -> bool:
    return len(value) % 2 == 0 and set(value.lower()) <= set(b"0123456789abcdef")
