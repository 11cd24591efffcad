"""Gold, second part: upgrades, and everything going wrong at once."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from adapters.kit import faults
from adapters.kit.check import Check
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.stand import Stand
from kaiban.ports import Done, NotFound, Pending, Prepared, Ref, Retryable, Unknown

CASES = 4
ROUNDS = 60
PAUSE = timedelta(minutes=5)
TROUBLES = (
    faults.CLOSE,
    faults.RESET,
    faults.TRUNCATE,
    faults.SHORT_LENGTH,
    faults.GARBAGE,
    faults.CLOSE_BEFORE,
    faults.status("500 Internal Server Error", b"error"),
    faults.status("503 Service Unavailable"),
)


def older_versions_can_be_finished(stand: Stand) -> None:
    """G09."""
    found = [
        json.loads(each.read_text(encoding="utf-8"))
        for each in stand.driving.golden().iterdir()
        if each.name.startswith("prepared-")
    ]
    if not found:
        raise NotApplicable("no version was released yet: golden/ has no prepared-<version>.json")
    for kept in found:
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            ready = _prepared(kept[own.step])
            outcome = own.finish(ready.ref, own.submit(ready))
            demand(isinstance(outcome, Done), f"an older message ended as {told(outcome)}")
            again = own.new_adapter().query(ready.ref)
            demand(isinstance(again, Done), f"an older reference was told as {told(again)}")


def nothing_is_lost_or_doubled(stand: Stand) -> None:
    """G10."""
    for seed in range(CASES):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            ready = own.ready()
            outcome = _carried(own, ready, Random(seed))  # noqa: S311 - the same chaos every time
            demand(isinstance(outcome, Done), f"chaos {seed}: ended as {told(outcome)}")
            demand(own.commits() == 1, f"chaos {seed}: {own.commits()} became effective")


CHECKS = (
    Check("G09", "旧版本存下的报文与引用仍可办结", "gold", older_versions_can_be_finished),
    Check("G10", "故障混杂：不丢、不重、不卡", "gold", nothing_is_lost_or_doubled, seconds=110),
)


# --- private ------------------------------------------------------------------------------------


def _prepared(kept: dict[str, Any]) -> Prepared:
    """Return it as it was written down, in the words of ``reloaded``."""
    body = bytes.fromhex(kept["body"])
    return Prepared(kept["key"], body, Ref(*kept["ref"]), kept["content_type"], kept["meta"])


def _carried(stand: Stand, ready: Prepared, dice: Random) -> object:
    """Do as the engine does: send, look up what is unknown, send again what surely is not there."""
    sending, asked_since, ref = True, stand.clock.now(), ready.ref
    for _ in range(ROUNDS):
        if dice.random() < 0.5:  # noqa: PLR2004 - every second exchange
            stand.proxy.plan(dice.choice(TROUBLES), dice.choice((1, 1, 2)))
        if sending:
            asked_since = stand.clock.now()
        outcome = raised(stand.submit, ready) if sending else raised(stand.adapter.query, ref)
        if isinstance(outcome, Pending):
            sending, ref = False, outcome.ref
        elif isinstance(outcome, Unknown):
            sending = False
        elif isinstance(outcome, NotFound):
            sending = stand.clock.now() >= asked_since + stand.manifest.settle
        elif not isinstance(outcome, Retryable):
            return outcome
        stand.let_pass(PAUSE)
    return "neither granted nor refused"
