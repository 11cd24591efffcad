"""Gold, second part: upgrades, and everything going wrong at once."""

import json
from datetime import datetime, timedelta
from random import Random

from adapters.kit.check import Check
from adapters.kit.demanding import NotApplicable, demand, raised, reloaded, restored, told
from adapters.kit.rig import faults
from adapters.kit.rig.stand import Stand
from kaiban.ports import Closed, Done, NotFound, Pending, Prepared, Retryable, Unknown

#: In a check; ``make faults`` carries two hundred.
CASES, PARTS = 24, 4
ROUNDS = 60
PAUSE = timedelta(minutes=5)
#: How often something goes wrong with an exchange, and with whoever carries the case.
TROUBLED, DIES = 0.5, 0.1
TROUBLES = (
    faults.CLOSE,
    faults.RESET,
    faults.TRUNCATE,
    faults.SHORT_LENGTH,
    faults.GARBAGE,
    faults.CLOSE_BEFORE,
    faults.status("500 Internal Server Error", b"error"),
    faults.status("503 Service Unavailable"),
    faults.status("429 Too Many Requests", b""),
    faults.relabelled("502 Bad Gateway"),
    faults.recoded("no text", lambda _: bytes(range(256))),
    faults.recoded("nothing", lambda _: b""),
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
            ready = restored(kept[own.step])
            outcome = own.finish(ready.ref, own.submit(ready))
            demand(isinstance(outcome, Done), f"an older message ended as {told(outcome)}")
            again = own.new_adapter().query(ready.ref)
            demand(isinstance(again, Done), f"an older reference was told as {told(again)}")


def nothing_is_lost_or_doubled(stand: Stand) -> None:
    """G10."""
    for seed in range(stand.part, CASES, PARTS):
        survive(stand, seed)


def survive(stand: Stand, seed: int) -> None:
    """Carry one case through all steps while exchanges fail and its carrier dies; Failed if it shows."""
    with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
        dice = Random(seed)  # noqa: S311 - the same chaos every time
        for step in own.steps:
            own.step = step
            own.open_up()
            outcome = _carried(own, reloaded(own.prepared()), dice)
            case = f"chaos {seed}, {own.step}"
            demand(isinstance(outcome, Done), f"{case}: ended as {told(outcome)}")
            assert isinstance(outcome, Done)
            demand(own.commits() == 1, f"{case}: {own.commits()} became effective")
            own.proxy.calm()
            after = own.adapter.query(outcome.ref)
            demand(after == outcome, f"{case}: asked again, it is {told(after)}")


CHECKS = (
    Check("G09", "旧版本存下的报文与引用仍可办结", "gold", older_versions_can_be_finished),
    Check("G10", "故障混杂：不丢、不重、不卡、不错", "gold", nothing_is_lost_or_doubled,
          each_step=False, parts=PARTS, seconds=110),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _carried(stand: Stand, ready: Prepared, dice: Random) -> object:
    """Do as the engine does: send, look up what is unknown, send again what surely is not there."""
    sending, asked_since, ref = True, stand.clock.now(), ready.ref
    for _ in range(ROUNDS):
        _trouble(stand, dice)
        if sending:
            asked_since = stand.clock.now()
        call, asked = (stand.adapter.submit, ready) if sending else (stand.adapter.query, ref)
        outcome = raised(call, asked)
        if isinstance(outcome, Pending):
            sending, ref = False, outcome.ref
        elif isinstance(outcome, Unknown):
            sending = False
        elif isinstance(outcome, NotFound):
            sending = stand.clock.now() >= asked_since + stand.manifest.settle
        elif not isinstance(outcome, Retryable | Closed):
            return outcome
        stand.clock.advance_to(_next(stand, outcome))
    return f"neither granted nor refused after {ROUNDS} exchanges"


def _trouble(stand: Stand, dice: Random) -> None:
    if dice.random() < TROUBLED:
        stand.proxy.plan(dice.choice(TROUBLES), dice.choice((1, 1, 2)))
    if dice.random() < DIES:
        stand.adapter = stand.new_adapter()


def _next(stand: Stand, outcome: object) -> datetime:
    """When the engine would come back."""
    now = stand.clock.now()
    if isinstance(outcome, Closed) and outcome.until:
        return outcome.until
    return now + max(getattr(outcome, "poll_after", PAUSE), PAUSE)
