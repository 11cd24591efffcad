"""A callback wakes somebody up: it is fresh, from them, and decides nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from adapters.hall.clock import RealClock
from adapters.kit.check import Check
from adapters.kit.checks.trust.signatures import SPOILS, as_written
from adapters.kit.checks.trusting import calls, message, planned
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.rig import faults
from adapters.kit.rig.away import Away
from adapters.kit.rig.hasty import hasty
from adapters.kit.rig.stand import Stand
from kaiban.ports import Done, Forged, Pending, RawCallback, Retryable, Unknown

#: How far another clock is from the moment at which they called.
AWAY = (timedelta(hours=1), timedelta(days=31), -timedelta(hours=1))
#: What is as long as that and no words may be a signature.
SIGNATURE = 40
HEADERS = frozenset({"content-type", "content-length", "host", "user-agent", "accept"})


def callbacks_are_believed_whole(stand: Stand) -> None:
    """S29."""
    done = _done(stand)
    raw = _last(stand)
    other = stand.new_adapter()
    hints = raised(other.parse_callback, _last(stand))
    demand(
        not isinstance(hints, Exception) and hints,
        f"another process took a good callback for {told(hints)}",
    )
    for name, forged in _partly_signed(raw):
        outcome = raised(stand.new_adapter().parse_callback, forged)
        demand(isinstance(outcome, Forged), f"{name}: taken as {told(outcome)}")
    if stand.driving.nonces:
        for away in AWAY:
            adapter = hasty(stand.adapter_class)(stand.settings, clock=Away(RealClock(), away))
            outcome = raised(adapter.parse_callback, raw)
            adapter.close()
            demand(
                isinstance(outcome, Forged),
                f"a callback of {-away} from now: taken as {told(outcome)}",
            )
    found = stand.adapter.query(done.ref)
    demand(found == done, f"after them the application is {told(found)}")


def callbacks_decide_nothing(stand: Stand) -> None:
    """S30."""
    ready = stand.ready()
    outcome = stand.submit(ready)
    if not isinstance(outcome, Pending):
        raise NotApplicable("the sample application is decided at once")
    undecided = stand.snapshot()
    done = stand.finish(ready.ref, outcome)
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    calls_now = planned(stand)
    if not calls_now:
        raise NotApplicable("the department called nobody about the sample application")
    good = [message(stand, call) for call in calls_now]
    # The same department, hours ago: it has decided nothing yet, whatever somebody has been told.
    with Stand(stand.adapter_class, stand.target, stand.step, stand.keys, undecided) as own:
        own.adapter.query(outcome.ref)
        for raw in good:
            raised(own.adapter.parse_callback, raw)
        found = raised(own.adapter.query, outcome.ref)
        waiting = isinstance(found, Pending)
        demand(waiting, f"they still examine it, but after a callback it is told as {told(found)}")
        own.proxy.always(faults.CLOSE_BEFORE)
        found = raised(own.adapter.query, outcome.ref)
        silent = isinstance(found, Unknown | Retryable)
        demand(silent, f"nobody could be asked, but after a callback it is told as {told(found)}")


CHECKS = (
    Check("S29", "回调：旧的、半截签名的不收；换一个进程照收", "silver", callbacks_are_believed_whole, calls),
    Check("S30", "回调说的不算数：结论只看查询", "silver", callbacks_decide_nothing, calls),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _done(stand: Stand) -> Done:
    ready = stand.ready()
    done = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    return done


def _last(stand: Stand) -> RawCallback:
    found = planned(stand)
    if not found:
        raise NotApplicable("the department called nobody about the sample application")
    return message(stand, found[-1])


def _partly_signed(raw: RawCallback) -> Iterator[tuple[str, RawCallback]]:
    """Yield the callback with each long value that is no words spoilt: one of them is the signature."""
    for header, value in raw.headers.items():
        if header.lower() in HEADERS or len(value) < SIGNATURE:
            continue
        for name, spoil in SPOILS.items():
            other = as_written(value.encode("latin-1"), spoil).decode("latin-1")
            headers = {key: each for key, each in raw.headers.items() if key != header}
            yield (
                f"{header} {name}",
                RawCallback(raw.path, headers | ({header: other} if other else {}), raw.body),
            )
    yield from _partly_signed_bodies(raw)


def _partly_signed_bodies(raw: RawCallback) -> Iterator[tuple[str, RawCallback]]:
    told_body = _object(raw.body)
    for field, value in told_body.items():
        if not isinstance(value, str) or len(value) < SIGNATURE or not value.isascii():
            continue
        for name, spoil in SPOILS.items():
            other = as_written(value.encode(), spoil).decode("latin-1")
            kept = {key: each for key, each in told_body.items() if key != field}
            body = _written(kept | ({field: other} if other else {}))
            yield f"{field} {name}", RawCallback(raw.path, raw.headers, body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _written(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()
