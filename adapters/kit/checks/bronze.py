"""Bronze, second part: it works."""

import re
from typing import Any

from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, told
from adapters.kit.rig.stand import Stand
from kaiban.ports import (
    Correction,
    Done,
    NeedsCorrection,
    NotFound,
    Prepared,
    Rejected,
)

CHINESE = re.compile("[\u4e00-\u9fff]")
FEWEST_CHARACTERS = 4


def the_application_is_granted(stand: Stand) -> None:
    """B06."""
    stand.go_before()
    outcome = stand.go()
    demand(isinstance(outcome, Done), f"the sample application ended as {told(outcome)}")
    assert isinstance(outcome, Done)
    stand.adapter_class.Result().load(dict(outcome.result))
    spec = next(each for each in stand.manifest.steps if each.name == stand.step)
    lacking = [fact for fact in spec.provides if not isinstance(outcome.result.get(fact), str)]
    demand(not lacking, f"the result lacks the facts the step provides: {lacking}")
    for paper in outcome.documents:
        demand(paper.content and paper.title and paper.name, f"an empty document: {paper.title}")
        if paper.media_type == "application/pdf":
            demand(paper.content.startswith(b"%PDF"), f"{paper.name} is not a PDF")
    if not stand.target.url:
        demand(stand.commits() == 1, f"{stand.commits()} applications became effective")


def our_key_comes_back(stand: Stand) -> None:
    """B07."""
    ready = stand.ready()
    first = stand.finish(ready.ref, stand.submit(ready))
    demand(
        isinstance(first, Done) and first.ref.key == ready.ref.key,
        f"our key is lost in {told(first)}",
    )
    other = stand.prepared(key=stand.key(case=stand.another_case))
    demand(other.key != ready.key, "two cases have the same key")
    demand(
        other.body != ready.body or other.key not in ready.key, "two cases have the same message"
    )


def awkward_names_arrive(stand: Stand) -> None:
    """B09."""
    for sample in stand.rounds("awkward"):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            outcome = own.prepare(sample.change)
            if isinstance(outcome, Prepared):
                outcome = raised(_to_the_end, own, outcome)
            good = isinstance(outcome, Done | NeedsCorrection)
            demand(good, f"{list(sample.change.values())}: {told(outcome)}")


def a_refusal_is_a_value(stand: Stand) -> None:
    """B10."""
    for sample in stand.rounds("rejected"):
        outcome = stand.go(sample.change)
        demand(isinstance(outcome, Rejected), f"a refusal was told as {told(outcome)}")
        assert isinstance(outcome, Rejected)
        demand(outcome.code, "a refusal without a code")
        readable = len(CHINESE.findall(outcome.reason)) >= FEWEST_CHARACTERS
        demand(readable, f"nobody at a window can read this reason: {outcome.reason!r}")
        demand(stand.commits() == 0, "refused, but effective")


def what_is_wrong_is_named(stand: Stand) -> None:
    """B11."""
    for sample in stand.rounds("correction"):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            outcome = own.go(sample.change)
            demand(
                isinstance(outcome, NeedsCorrection), f"a correction was told as {told(outcome)}"
            )
            assert isinstance(outcome, NeedsCorrection)
            _demand_readable(outcome.items)
            paths = [item.path for item in outcome.items]
            demand(not sample.path or sample.path in paths, f"{sample.path} is not among {paths}")


def health_writes_nothing(stand: Stand) -> None:
    """B12."""
    health = stand.adapter.health()
    demand(health.ok, f"a living department is not healthy: {health.detail}")
    if stand.target.url:
        return
    demand(stand.applied() == 0 and not stand.stub.commits(), "health applied for something")
    unknown = stand.adapter.query(stand.prepared().ref)
    demand(isinstance(unknown, NotFound), f"after asking for health: {told(unknown)}")
    stand.die()
    dead = raised(stand.adapter.health)
    demand(getattr(dead, "ok", None) is False, f"a dead department: {told(dead)}")


def a_correction_belongs_to_its_application(stand: Stand) -> None:
    """B13."""
    for sample in stand.rounds("correction"):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            first = own.go(sample.change)
            ref = first.ref if isinstance(first, NeedsCorrection) else None
            outcome = own.go(sample.then, own.key(2, ref))
            demand(
                isinstance(outcome, Done), f"the corrected application ended as {told(outcome)}"
            )
            demand(own.commits() == 1, f"{own.commits()} applications are effective")
            if ref is not None:
                bare = own.prepared(sample.then, own.key(2))
                linked = own.prepared(sample.then, own.key(2, ref))
                demand((bare.body, dict(bare.meta)) != (linked.body, dict(linked.meta)),
                       "the message does not say what it corrects")  # fmt: skip


def the_unknown_is_not_found(stand: Stand) -> None:
    """B14."""
    outcome = stand.adapter.query(stand.prepared().ref)
    demand(isinstance(outcome, NotFound), f"nobody applied, and they say {told(outcome)}")


CHECKS = (
    Check("B06", "正常办结：结果合规、文书可读", "bronze", the_application_is_granted, stub=False),
    Check("B07", "我方流水号随报文往返", "bronze", our_key_comes_back),
    Check("B09", "汉字与特殊字符往返无损", "bronze", awkward_names_arrive),
    Check("B10", "不予办理是结果，理由窗口看得懂", "bronze", a_refusal_is_a_value),
    Check("B11", "字段错误变成带表单路径的补正", "bronze", what_is_wrong_is_named),
    Check("B12", "健康检查有应答且不写入", "bronze", health_writes_nothing, each_step=False),
    Check("B13", "补正仍属同一申请", "bronze", a_correction_belongs_to_its_application),
    Check("B14", "查询不存在的申请：NotFound", "bronze", the_unknown_is_not_found, stub=False),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _to_the_end(stand: Stand, prepared: Prepared) -> Any:
    return stand.finish(prepared.ref, stand.submit(prepared))


def _demand_readable(items: tuple[Correction, ...]) -> None:
    demand(items, "a correction that names nothing")
    for item in items:
        demand(item.path and CHINESE.search(item.message), f"nobody can act on {told(item)}")
