"""What a check is, and what comes of it."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from adapters.base import AdapterBase
from adapters.kit.demanding import Failed, NotApplicable, NotProvable
from adapters.kit.paper import REASONS
from adapters.kit.proxy import Seen
from adapters.kit.stand import NO_STEP, STUB, Stand, Target
from kaiban.ports import Manifest

Level = Literal["bronze", "silver", "gold"]
LEVELS: tuple[Level, ...] = ("bronze", "silver", "gold")
TITLES = {"bronze": "铜", "silver": "银", "gold": "金"}
SECONDS = 60.0


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
    asked for each step anew.
    """

    id: str
    title: str
    level: Level
    run: Callable[[Stand], None]
    claims: Callable[[Manifest], bool] = lambda _: True
    stub: bool = True
    each_step: bool = True
    seconds: float = SECONDS


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
    """Run a check on a stand of its own, for each step; its worst finding counts."""
    if not check.claims(adapter_class.manifest):
        return Finding(check, Verdict.NOT_APPLICABLE, "the manifest does not claim it")
    if adapter_class.manifest.by_hand and check.id in REASONS:
        return Finding(check, Verdict.NOT_APPLICABLE, REASONS[check.id])
    if check.stub and target.url:
        return Finding(check, Verdict.NOT_PROVABLE, "this needs a stub")
    steps = [each.name for each in adapter_class.manifest.steps]
    if not check.each_step:
        steps = steps[:1]
    findings: list[Finding] = []
    for step in steps:
        findings.append(_limited(check, adapter_class, target, step))
        if findings[-1].verdict is Verdict.FAILED:
            break
    return min(findings, key=lambda each: ORDER.index(each.verdict))


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


def _limited(check: Check, adapter_class: type[AdapterBase], target: Target, step: str) -> Finding:
    """Run it on a thread, so that nothing an adapter does can hold the kit up."""
    found: list[Finding] = []
    stands: list[Stand] = []

    def run() -> None:
        found.append(_once(check, adapter_class, target, step, stands))

    thread = threading.Thread(target=run, name=f"check-{check.id}", daemon=True)
    thread.start()
    thread.join(check.seconds)
    if found:
        return found[0]
    for stand in stands:
        stand.__exit__(None, None, None)
    return Finding(check, Verdict.FAILED, f"not done within {check.seconds:g} seconds", step)


def _once(
    check: Check,
    adapter_class: type[AdapterBase],
    target: Target,
    step: str,
    stands: list[Stand],
) -> Finding:
    exchanges: tuple[Seen, ...] = ()
    where = step if len(adapter_class.manifest.steps) > 1 and check.each_step else NO_STEP
    try:
        with Stand(adapter_class, target, step) as stand:
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
