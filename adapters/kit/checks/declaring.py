"""Bronze, first part: what is declared, and what is prepared."""

import copy
import random
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields

from adapters.base import AdapterBase
from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, stored, told
from adapters.kit.rig import errand, silence
from adapters.kit.rig.stand import Stand
from kaiban.ports import (
    Misconfigured,
    Prepared,
    Ref,
)

APIS = frozenset({1})
#: Fields whose names say that they hold somebody's own data.
PERSONAL = re.compile(r"(cert_no|cerNo|mobile)$")
KEY_BYTES = 64


def manifest_is_complete(stand: Stand) -> None:
    """B01."""
    manifest = stand.manifest
    for name in ("name", "department", "title", "office", "version", "protocol", "owner", "steps"):
        demand(getattr(manifest, name), f"the manifest has no {name}")
    demand(manifest.api in APIS, f"api {manifest.api} is not supported")
    demand(manifest.limit >= manifest.promise, "the limit is shorter than the promise")
    demand(
        set(stand.driving.operations) == set(stand.steps),
        "kit.py does not name every step's operation",
    )
    result = set(stand.adapter_class.Result().fields)
    lacking = {fact for step in manifest.steps for fact in step.provides} - result
    demand(not lacking, f"the Result lacks facts that steps provide: {sorted(lacking)}")
    unlabelled = list(_without(stand.adapter_class.Result().fields, "label"))
    demand(not unlabelled, f"results without a Chinese label: {unlabelled}")


def wrong_settings_are_named(stand: Stand) -> None:
    """B02."""
    before = len(stand.proxy.seen)
    good = stand.settings
    declared = stand.adapter_class.Settings().fields
    required = {name for name, each in declared.items() if each.required}
    for name in sorted(required | (declared.keys() & set(stand.driving.secrets))):
        error = raised(_made, stand, {each: good[each] for each in good if each != name})
        demand(isinstance(error, Misconfigured), f"without {name}: {told(error)}")
        demand(name in str(error), f"without {name} the message does not name it: {error}")
    error = raised(_made, stand, {**good, "url": "not an address"})
    demand(isinstance(error, Misconfigured), f"with a wrong url: {told(error)}")
    stand.new_adapter()
    demand(len(stand.proxy.seen) == before, "the department was asked while settings were checked")


def needs_name_their_paths(stand: Stand) -> None:
    """B03."""
    needs = stand.adapter_class.Needs().fields
    lacking = list(_without(needs, "path"))
    demand(not lacking, f"needs without a form path: {lacking}")
    open_ones = [
        name for name in _without(needs, "sensitive", leaves=True) if PERSONAL.search(name)
    ]
    demand(not open_ones, f"personal needs that are not marked sensitive: {open_ones}")


def prepare_is_pure(stand: Stand) -> None:
    """B04."""
    needs = stand.adapter.Needs().load(stand.needs(stand.step))
    untouched = copy.deepcopy(needs)
    first = stand.adapter.prepare(needs, stand.key(), stand.step)
    demand(needs == untouched, "prepare changed the needs it was given")
    other = stand.new_adapter()
    again = other.prepare(copy.deepcopy(untouched), stand.key(), stand.step)
    demand(again == first, "the same needs gave other bytes in another instance")
    demand(isinstance(first, Prepared), f"prepare said {told(first)} to the sample needs")
    assert isinstance(first, Prepared)
    demand(len(first.key.encode()) <= KEY_BYTES, "the key is longer than 64 bytes")
    second = stand.prepare(key=stand.key(2, first.ref))
    demand(isinstance(second, Prepared) and second.key != first.key,
           "another revision has the same key")  # fmt: skip
    demand(_elsewhere(stand) == stored(first), "another process gave other bytes")


def prepare_asks_nobody(stand: Stand) -> None:
    """B05."""
    needs = stand.adapter.Needs().load(stand.needs(stand.step))
    adapter = stand.new_adapter()
    adapter.clock = _NoClock()
    dice = random.getstate()
    with silence.listening() as heard:
        found = raised(lambda: heard.here(adapter.prepare, needs, stand.key(), stand.step))
    demand(not isinstance(found, Exception), f"prepare failed without a clock: {told(found)}")
    demand(not heard.events, f"prepare used {sorted(set(heard.events))}")
    demand(random.getstate() == dice, "prepare rolled dice")


def the_message_is_the_sample(stand: Stand) -> None:
    """B08."""
    sample = stand.driving.samples.get("golden", {}).get(stand.step)
    demand(sample, "golden/needs.json names no sample message for this step")
    raw = stand.driving.golden().joinpath(sample["file"]).read_bytes()
    before = sample.get("corrects")
    corrects = (
        Ref(before["key"], before.get("number", ""), before.get("extra", {})) if before else None
    )
    key = stand.key(sample.get("revision", 1), corrects, sample["case"])
    found = stand.adapter.prepare(stand.adapter.Needs().load(sample["needs"]), key, stand.step)
    demand(isinstance(found, Prepared), f"prepare said {told(found)} to the sample")
    assert isinstance(found, Prepared)
    # Some messages are closed only when they are sent, after what is added then.
    body = found.body[: len(found.body) - sample.get("open_end", 0)]
    demand(body in raw, "the message is not what the sample file says, byte for byte")


CHECKS = (
    Check("B01", "声明完整：名称、部门、版本、步骤、负责人", "bronze", manifest_is_complete,
          stub=False, each_step=False),
    Check("B02", "配置缺失或错误：指明字段，不联网", "bronze", wrong_settings_are_named,
          stub=False, each_step=False),
    Check("B03", "所需字段都有表单路径与敏感标记", "bronze", needs_name_their_paths,
          stub=False, each_step=False),
    Check("B04", "prepare 纯净：同样输入、同样字节、不改输入", "bronze", prepare_is_pure, stub=False),
    Check("B05", "prepare 不用网络、时钟、随机数", "bronze", prepare_asks_nobody, stub=False),
    Check("B08", "报文与协议样例逐字节一致", "bronze", the_message_is_the_sample, stub=False),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


class _NoClock:
    def now(self) -> datetime:
        raise AssertionError("prepare asked for the time")


def _made(stand: Stand, settings: Mapping[str, Any]) -> AdapterBase:
    return stand.adapter_class(settings, clock=stand.adapter.clock)


def _without(
    declared: Mapping[str, fields.Field[Any]], mark: str, at: str = "", *, leaves: bool = False
) -> Iterator[str]:
    for name, each in declared.items():
        inner = each.inner if isinstance(each, fields.List) else each
        nested = isinstance(inner, fields.Nested)
        if not each.metadata.get(mark) and not (leaves and nested):
            yield at + name
        if isinstance(inner, fields.Nested):
            yield from _without(inner.schema.fields, mark, f"{at}{name}.", leaves=leaves)


def _elsewhere(stand: Stand) -> Any:
    """Prepare in another process, with another hash seed, and return what it would store."""
    with errand.begun(stand, "prepare") as process:
        return errand.heard(process)
