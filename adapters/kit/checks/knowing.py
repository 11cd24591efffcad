"""Silver, third part: what an answer means for what happens next."""

from adapters.hall.driving import Message
from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, told
from adapters.kit.rig import faults
from adapters.kit.rig.proxy import Fault
from adapters.kit.rig.stand import Stand
from kaiban.ports import (
    Cancelled,
    Done,
    NeedsCorrection,
    NotFound,
    Pending,
    Rejected,
    Retryable,
    Unknown,
)

SURELY_NOTHING = NotFound | Rejected | Cancelled | NeedsCorrection


def idempotency_is_as_declared(stand: Stand) -> None:
    """S15."""
    ready = stand.ready()
    first = stand.submit(ready)
    second = raised(stand.submit, ready)
    if stand.manifest.idempotency == "key":
        taken = isinstance(second, Pending | Done)
        demand(taken, f"declared 'key', but the second time it said {told(second)}")
    else:
        demand(isinstance(second, Unknown), f"the second time it said {told(second)}")
    for outcome in (first, None):
        found = stand.finish(ready.ref, outcome)
        demand(isinstance(found, Done), f"sent twice, it ended as {told(found)}")
    demand(stand.commits() == 1, f"sent twice, {stand.commits()} became effective")


def duplicates_are_looked_up(stand: Stand) -> None:
    """S16."""
    stand.says("duplicate")
    ready = stand.ready()
    duplicate = faults.altered("duplicate", lambda *both: stand.saying("duplicate", *both))
    stand.proxy.plan(duplicate, stand.driving.commits_at)
    outcome = raised(stand.submit, ready)
    demand(isinstance(outcome, Unknown), f"'we have that already' was told as {told(outcome)}")
    found = stand.finish(ready.ref)
    demand(isinstance(found, Done) and stand.commits() == 1, f"looked up, it is {told(found)}")


def received_is_not_done(stand: Stand) -> None:
    """S19."""
    if "busy" in stand.driving.codes:
        _busy_is_tried_again(stand)
        _busy_for_ever_is_retryable(stand)
    with Stand(stand.adapter_class, stand.target, stand.step) as own:
        ready = own.ready()
        for outcome in (own.submit(ready), own.adapter.query(ready.ref)):
            surely = isinstance(outcome, SURELY_NOTHING)
            demand(not surely, f"received, but told as {told(outcome)}")
            effective = own.commits() > 0
            demand(
                not isinstance(outcome, Done) or effective, "told as done before it was effective"
            )


CHECKS = (
    Check("S15", "声明的幂等性属实：发两次，只生效一件", "silver", idempotency_is_as_declared),
    Check("S16", "“重复”应答要去查询，不是不予办理", "silver", duplicates_are_looked_up),
    Check("S19", "繁忙再发同样报文；已收到不等于已办结", "silver", received_is_not_done),
)


# --- private ------------------------------------------------------------------------------------


def _busy_is_tried_again(stand: Stand) -> None:
    with Stand(stand.adapter_class, stand.target, stand.step) as own:
        ready = own.ready()
        own.proxy.plan(_busy(own), own.driving.commits_at)
        outcome = raised(own.submit, ready)
        # Some busy offices want a pause the adapter may not take: then the engine takes it.
        if isinstance(outcome, Retryable):
            outcome = own.submit(ready)
        found = own.finish(ready.ref, outcome if isinstance(outcome, Pending | Done) else None)
        demand(isinstance(found, Done), f"once busy, it ended as {told(found)}")
        demand(own.commits() == 1 and own.applied() == 1, "once busy, it was taken twice")


def _busy_for_ever_is_retryable(stand: Stand) -> None:
    with Stand(stand.adapter_class, stand.target, stand.step) as own:
        ready = own.ready()
        own.proxy.always(_busy(own))
        before = len(own.proxy.seen)
        outcome = raised(own.submit, ready)
        demand(isinstance(outcome, Retryable), f"always busy was told as {told(outcome)}")
        tries = len(own.proxy.seen) - before
        demand(1 < tries <= 3 * own.driving.commits_at, f"busy was tried {tries} times in place")


def _busy(stand: Stand) -> Fault:
    code = stand.says("busy")

    def answer(asked: Message) -> Message:
        said = stand.driving.says(stand.stub, asked, code)
        assert said is not None
        return said

    return faults.instead("busy", answer)
