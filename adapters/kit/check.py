"""What a check is, and what comes of it."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, NamedTuple

from adapters.base import AdapterBase
from adapters.kit.demanding import Failed, NotApplicable, NotProvable
from adapters.kit.paper import REASONS
from adapters.kit.rig.proxy import Seen
from adapters.kit.rig.site import STUB, Target
from adapters.kit.rig.stand import NO_STEP, Stand
from kaiban.ports import Manifest

Level = Literal["bronze", "silver", "gold"]
LEVELS: tuple[Level, ...] = ("bronze", "silver", "gold")
TITLES = {"bronze": "铜", "silver": "银", "gold": "金"}
SECONDS = 60.0
#: A check that goes on and on is given up after so many times its limit.
FOR_EVER = 10
#: How often one looks whether it gets on, and what is no work yet (seconds of a processor; waiting takes some, too).
BREATH, LITTLE = 0.2, 0.05


class Verdict(Enum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    NOT_PROVABLE = "not provable here"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Check:
    """One question with one purpose.

    ``run`` raises Failed, NotApplicable or NotProvable, or nothing. ``claims`` tells whether a
    manifest claims what it is about; ``stub`` whether it needs a stub; ``each_step`` whether it is
    asked for each step anew; ``parts`` into how many its work is divided (``Stand.part`` counts
    them from 0).
    """

    id: str
    title: str
    level: Level
    run: Callable[[Stand], None]
    claims: Callable[[Manifest], bool] = lambda _: True
    stub: bool = True
    each_step: bool = True
    parts: int = 1
    seconds: float = SECONDS


class Turn(NamedTuple):
    """One of the times a check is run: for this step, this part of the work."""

    step: str
    part: int


@dataclass(frozen=True)
class Finding:
    """What one check found; ``exchanges`` only where it failed."""

    check: Check
    verdict: Verdict
    reason: str = ""
    step: str = ""
    seconds: float = 0.0
    exchanges: tuple[Seen, ...] = field(default=())


#: Worse findings hide better ones of other steps.
ORDER = (
    Verdict.FAILED, Verdict.NOT_PROVABLE, Verdict.PASSED, Verdict.EXEMPT, Verdict.NOT_APPLICABLE,
)  # fmt: skip


def carry_out(check: Check, adapter_class: type[AdapterBase], target: Target = STUB) -> Finding:
    """Run a check on a stand of its own, for each turn; its worst finding counts."""
    findings: list[Finding] = []
    for turn in turns(check, adapter_class):
        findings.append(take(check, adapter_class, turn, target))
        if findings[-1].verdict is Verdict.FAILED:
            break
    return worst(findings)


def turns(check: Check, adapter_class: type[AdapterBase]) -> list[Turn]:
    """Return how often the check is run: for each step, for each part."""
    steps = [each.name for each in adapter_class.manifest.steps]
    asked = steps if check.each_step else steps[:1]
    return [Turn(step, part) for step in asked for part in range(check.parts)]


def take(
    check: Check, adapter_class: type[AdapterBase], turn: Turn, target: Target = STUB
) -> Finding:
    """Run a check once; nothing an adapter does can hold the kit up."""
    begin = time.monotonic()
    finding = _pointless(check, adapter_class, target) or _limited(
        check, adapter_class, target, turn
    )
    return replace(finding, seconds=time.monotonic() - begin)


def worst(findings: Sequence[Finding]) -> Finding:
    """Return the finding that counts; its seconds are those of all."""
    seconds = sum(each.seconds for each in findings)
    return replace(min(findings, key=lambda each: ORDER.index(each.verdict)), seconds=seconds)


def reached(findings: Iterable[Finding]) -> Level | None:
    """Compute the highest level all of whose checks, and those below, are passed or do not count.

    Something not provable here counts as not passed; a level none of whose checks ran is not reached.
    """
    good = {Verdict.PASSED, Verdict.NOT_APPLICABLE, Verdict.EXEMPT}
    found = list(findings)
    level: Level | None = None
    for each in LEVELS:
        mine = [one for one in found if one.check.level == each]
        if not mine or any(one.verdict not in good for one in mine):
            break
        level = each
    return level


def _pointless(check: Check, adapter_class: type[AdapterBase], target: Target) -> Finding | None:
    if not check.claims(adapter_class.manifest):
        return Finding(check, Verdict.NOT_APPLICABLE, "the manifest does not claim it")
    if adapter_class.manifest.by_hand and check.id in REASONS:
        return Finding(check, Verdict.NOT_APPLICABLE, REASONS[check.id])
    if check.stub and target.url:
        return Finding(check, Verdict.NOT_PROVABLE, "this needs a stub")
    return None


def _limited(
    check: Check, adapter_class: type[AdapterBase], target: Target, turn: Turn
) -> Finding:
    """Run it on a thread, which is left alone when it does not come back."""
    found: list[Finding] = []
    stands: list[Stand] = []

    def run() -> None:
        found.append(_once(check, adapter_class, target, turn, stands))

    thread = threading.Thread(target=run, name=f"check-{check.id}", daemon=True)
    thread.start()
    _wait(thread, check.seconds)
    if found:
        return found[0]
    for stand in stands:
        stand.__exit__(None, None, None)
    return Finding(
        check, Verdict.FAILED, f"nothing has moved for {check.seconds:g} seconds", turn.step
    )


def _wait(thread: threading.Thread, seconds: float) -> None:
    """Wait as long as it gets on: a busy machine makes it slow, only a hung adapter makes it stand still."""
    begin = moved = time.monotonic()
    worked = time.process_time()
    while thread.is_alive() and moved + seconds > time.monotonic() < begin + FOR_EVER * seconds:
        thread.join(min(BREATH, seconds / 4))
        if time.process_time() > worked + LITTLE:
            moved, worked = time.monotonic(), time.process_time()


def _once(
    check: Check,
    adapter_class: type[AdapterBase],
    target: Target,
    turn: Turn,
    stands: list[Stand],
) -> Finding:
    exchanges: tuple[Seen, ...] = ()
    where = turn.step if len(adapter_class.manifest.steps) > 1 and check.each_step else NO_STEP
    try:
        with Stand(adapter_class, target, turn.step) as stand:
            stand.part = turn.part
            stands.append(stand)
            try:
                check.run(stand)
            finally:
                exchanges = tuple(stand.proxy.seen[-8:])
    except NotApplicable as reason:
        return Finding(check, Verdict.NOT_APPLICABLE, str(reason), where)
    except NotProvable as reason:
        return Finding(check, Verdict.NOT_PROVABLE, str(reason), where)
    except Failed as reason:
        return Finding(check, Verdict.FAILED, str(reason), where, exchanges=exchanges)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything
        text = f"{type(error).__name__}: {error}"
        return Finding(check, Verdict.FAILED, text, where, exchanges=exchanges)
    return Finding(check, Verdict.PASSED, step=where)
