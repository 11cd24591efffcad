"""Gold: it can be lived with."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from operator import attrgetter

from adapters.hall.clock import RealClock
from adapters.hall.driving import room
from adapters.kit.check import Check
from adapters.kit.checks.bronze import CHINESE
from adapters.kit.demanding import NotApplicable, demand, raised, stored, told
from adapters.kit.rig import certificates, errand, faults
from adapters.kit.rig.proxy import Proxy
from adapters.kit.rig.stand import Stand
from adapters.kit.scaffolding import scaffold_left
from kaiban.ports import (
    Cancelled,
    Closed,
    Done,
    Manifest,
    Misconfigured,
    NotFound,
    Outcome,
    Partial,
    Pending,
    Prepared,
    Rejected,
    Retryable,
    Unknown,
    Unprocessable,
)

LATE_FILE = b"%PDF-1.7 what comes late"
THREADS = 8
CALLS = 100
#: By then any application is decided, whatever the calendar.
LONG_ENOUGH = timedelta(days=4)
#: What may come and go without being a leak: kept connections, a cache that fills.
GROWTH = {"files": 8, "threads": 2, "bytes": 300 * CALLS // 2}
FAILURES = (faults.CLOSE_BEFORE, faults.TRUNCATE, faults.GARBAGE, faults.status("500 Error", b""))
ASKED_TO_WAIT = timedelta(seconds=30)


def closed_until_it_opens(stand: Stand) -> None:
    """G01."""
    ready = stand.ready()
    stub, end = stand.stub, stand.clock.now() + timedelta(days=40)
    while stub.open_at(stand.clock.now()):
        stand.let_pass(timedelta(minutes=20))
        if stand.clock.now() > end:
            raise NotApplicable("the department never closes")
    outcome = raised(stand.adapter.submit, ready)
    if isinstance(outcome, Pending):
        stand.let_pass(LONG_ENOUGH)
        granted = isinstance(stand.finish(ready.ref), Done) and stand.commits() == 1
        demand(granted, "closed was told as pending, and it never was granted")
        raise NotApplicable("the department takes applications at any hour")
    demand(isinstance(outcome, Closed), f"closed was told as {told(outcome)}")
    opens = stub.next_opening(stand.clock.now())
    demand(outcome.until == opens, f"it opens at {opens}, the adapter says {outcome.until}")
    stand.clock.advance_to(opens)
    found = stand.finish(ready.ref, stand.adapter.submit(ready))
    demand(isinstance(found, Done) and stand.commits() == 1, f"once open: {told(found)}")


def wrong_keys_need_a_person(stand: Stand) -> None:
    """G02."""
    ready = stand.ready()
    for fault in (faults.status("401 Unauthorized", b"no"), faults.status("403 Forbidden", b"no")):
        stand.proxy.always(fault)
        for call, asked in ((stand.submit, ready), (stand.adapter.query, ready.ref)):
            _demand_misconfigured(raised(call, asked), fault.name)
        demand(not stand.adapter.health().ok, f"{fault.name}, and healthy")
        stand.proxy.always(None)
    if "config" in stand.driving.codes and "busy" in stand.driving.codes:
        refused = faults.altered("config", lambda *both: stand.saying("config", *both))
        stand.proxy.always(refused)
        _demand_misconfigured(raised(stand.adapter.query, ready.ref), "wrong credentials")
        stand.proxy.always(None)
    _expired_certificate(stand, ready)
    demand(stand.applied() == 0, "it was sent to whom nobody should trust")
    found = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(found, Done), f"with the keys mended: {told(found)}")
    demand(stand.commits() == 1, f"{stand.commits()} applications are effective")


def sessions_are_shared(stand: Stand) -> None:
    """G03."""
    operation = stand.driving.sign_in
    if not operation:
        raise NotApplicable("the protocol has no sessions")
    ready = stand.ready()
    other = stand.new_adapter()
    other.query(ready.ref)
    found = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(found, Done) and stand.commits() == 1,
           f"somebody else signed in, then: {told(found)}")  # fmt: skip
    fresh, before = stand.new_adapter(), _heard(stand, operation)
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: _quietly(fresh.query, ready.ref), range(THREADS)))
    signed_in = _heard(stand, operation) - before
    demand(signed_in == 1, f"{THREADS} threads signed in {signed_in} times")


def threads_do_not_mix(stand: Stand) -> None:
    """G04."""
    ready = stand.ready()
    done = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    unknown = [_unknown(stand, number).ref for number in range(THREADS)]
    refs = [ref for each in unknown for ref in (done.ref, each)]
    at_once = min(THREADS, stand.manifest.concurrency)
    # Answers are held back for one another: the deadline is the adapter's own, not the stand's short one.
    with closing(stand.adapter_class(stand.settings, clock=RealClock())) as adapter:
        adapter.query(done.ref)  # whatever it does once, signing in perhaps, is done
        stand.proxy.always(faults.together(at_once))
        with ThreadPoolExecutor(at_once) as threads:
            found = list(threads.map(lambda ref: raised(adapter.query, ref), refs))
    stand.proxy.calm()
    for ref, outcome in zip(refs, found, strict=True):
        right = outcome == done if ref == done.ref else _nothing_of(outcome, ref.key)
        demand(right, f"with {at_once} threads {ref.key} was told as {told(outcome)}")


def rate_limits_are_kept(stand: Stand) -> None:
    """G05."""
    ready = stand.ready()
    seconds = str(int(ASKED_TO_WAIT.total_seconds()))
    stand.proxy.always(faults.status("429 Too Many Requests", b"", retry_after=seconds))
    before = len(stand.proxy.seen)
    outcome = raised(stand.submit, ready)
    stand.proxy.always(None)
    demand(isinstance(outcome, Retryable), f"429 was told as {told(outcome)}")
    demand(
        outcome.after == ASKED_TO_WAIT,
        f"they asked for {seconds} s, the adapter says {outcome.after}",
    )
    demand(len(stand.proxy.seen) - before == 1, "it did not wait")


def cancelling(stand: Stand) -> None:
    """G06."""
    ready = stand.ready()
    outcome = raised(stand.adapter.cancel, ready.ref)
    demand(isinstance(outcome, NotFound), f"cancelling nothing: {told(outcome)}")
    first = stand.submit(ready)
    ref = first.ref if isinstance(first, Pending | Done) else ready.ref
    outcome = raised(stand.adapter.cancel, ref)
    demand(isinstance(outcome, Cancelled), f"cancelling in time: {told(outcome)}")
    for _ in range(2):
        found = stand.adapter.query(ref)
        demand(isinstance(found, Cancelled), f"cancelled, then asked: {told(found)}")
        stand.let_pass(timedelta(hours=5))
        stand.open_up()
    _lost_cancellation(stand)
    _late_cancellation(stand)


def late_materials(stand: Stand) -> None:
    """G14."""
    ready = stand.ready()
    first = stand.submit(ready)
    ref = first.ref if isinstance(first, Pending | Done) else ready.ref
    digest = hashlib.sha256(LATE_FILE).hexdigest()
    late = {"key": "late", "name": "补交的材料", "media_type": "application/pdf", "digest": digest}
    outcome = raised(stand.adapter.supply, ref, [late])
    demand(isinstance(outcome, Unprocessable), f"named before it was put: {told(outcome)}")
    demand(raised(stand.adapter.enclose, digest, LATE_FILE) is None, "the file was not taken")
    stand.proxy.plan(faults.CLOSE)
    for _ in range(2):
        outcome = raised(stand.adapter.supply, ref, [late])
        demand(outcome is None, f"said again after a lost answer: {told(outcome)}")
    found = stand.finish(ready.ref, first)
    demand(isinstance(found, Done), f"the application with a late file ended as {told(found)}")


def partial_success_is_told_by_line(stand: Stand) -> None:
    """G07."""
    for sample in stand.rounds("partial"):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            first = own.go(sample.change)
            demand(isinstance(first, Partial), f"granted for some: told as {told(first)}")
            assert isinstance(first, Partial)
            paths = [item.path for item in first.items]
            demand(sample.path in paths, f"{sample.path} is not among {paths}")
            second = own.go(sample.then, own.key(2, first.ref))
            demand(isinstance(second, Done), f"the lines mended: {told(second)}")
            demand(own.commits() == 1, f"{own.commits()} applications are effective")


def nothing_leaks(stand: Stand) -> None:
    """G08."""
    ready = stand.ready()
    for nth in range(CALLS // 10, 5 * CALLS, CALLS // 10):
        stand.proxy.plan(FAILURES[nth % len(FAILURES)], nth)
    with errand.begun(stand, "ask often", prepared=stored(ready), calls=CALLS) as process:
        grown = errand.heard(process)
    for name, most in GROWTH.items():
        demand(grown[name] <= most, f"{grown[name]} more {name} in {CALLS // 2} calls")
    stand.proxy.calm()
    with stand.hurried(ready) as (hurried, limit):
        stand.proxy.always(faults.DRIP)
        outcome = raised(hurried.query, ready.ref, limit=limit)
    demand(isinstance(outcome, Unknown), f"dripping while asking: told as {told(outcome)}")


def it_is_written_down(stand: Stand) -> None:
    """G11."""
    folder = room(type(stand.driving))
    for name in ("protocol.md", "quality.json"):
        demand(folder.joinpath(name).is_file(), f"there is no {name}")
    for each in folder.iterdir():
        left = each.name.endswith((".py", ".md")) and "TODO" in each.read_text(encoding="utf-8")
        demand(not left, f"{each.name} still says TODO")
    for text in (stand.manifest.title, stand.manifest.office):
        demand(CHINESE.search(text), f"{text!r} is not Chinese")
    demand(stand.manifest.hours, "the manifest does not tell the hours")


def it_is_no_scaffold_any_more(stand: Stand) -> None:
    """G16."""
    left = list(scaffold_left.left(stand.adapter_class, room(type(stand.driving))))
    demand(not left, "; ".join(left))


def _cancels(manifest: Manifest) -> bool:
    return manifest.cancel != "never"


CHECKS = (
    Check("G01", "下班、日终、维护：Closed，开门时间正确", "gold", closed_until_it_opens),
    Check("G02", "密钥、权限、证书不对：Misconfigured，申请无损", "gold", wrong_keys_need_a_person),
    Check("G03", "会话失效续一次，多线程共用，别处签到不怕", "gold", sessions_are_shared, each_step=False),
    Check("G04", "多线程：应答不串", "gold", threads_do_not_mix, each_step=False),
    Check("G05", "限流：遵守 Retry-After", "gold", rate_limits_are_kept, each_step=False),
    Check("G06", "撤回：办结前后、撤回应答丢失", "gold", cancelling, _cancels),
    Check("G14", "补交材料：先传后报，丢了应答可以重报", "gold", late_materials, attrgetter("late_materials")),
    Check("G07", "部分成功：逐人告知", "gold", partial_success_is_told_by_line),
    Check("G08", "应答滴漏守总时限；长期运行不泄漏连接、线程、内存", "gold", nothing_leaks, each_step=False, seconds=110),
    Check("G11", "协议页、质量文件、负责人、中文名称齐全", "gold", it_is_written_down,
          stub=False, each_step=False),
    Check("G16", "不再是脚手架：协议页、所需与办结内容都是这个部门的", "gold", it_is_no_scaffold_any_more,
          stub=False, each_step=False),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _heard(stand: Stand, operation: str) -> int:
    return len([each for each in stand.stub.store.journal() if each.operation == operation])


def _quietly(call: object, *arguments: object) -> None:
    # An office that serves one at a time may say so; here only the sessions count.
    with suppress(Retryable):
        call(*arguments)  # type: ignore[operator]  # a bound method


def _unknown(stand: Stand, number: int) -> Prepared:
    return stand.prepared(key=stand.key(case=f"99990020260304{number + 5000}"))


def _nothing_of(outcome: object, key: str) -> bool:
    """Whether nobody else's application was told as this one's."""
    # Nobody applied under this key: granted is somebody else's, even if our key stands on it.
    ref = getattr(outcome, "ref", None)
    mine = ref is not None and ref.key == key and not isinstance(outcome, Done)
    return mine or isinstance(outcome, NotFound | Rejected)


def _lost_cancellation(stand: Stand) -> None:
    with Stand(stand.adapter_class, stand.target, stand.step) as own:
        ready = own.ready()
        first = own.submit(ready)
        ref = first.ref if isinstance(first, Pending | Done) else ready.ref
        own.proxy.plan(faults.CLOSE)
        outcome = raised(own.adapter.cancel, ref)
        demand(isinstance(outcome, Unknown), f"a lost cancellation: {told(outcome)}")
        found = own.adapter.query(ref)
        demand(isinstance(found, Cancelled), f"looked up after it: {told(found)}")


def _late_cancellation(stand: Stand) -> None:
    with Stand(stand.adapter_class, stand.target, stand.step) as own:
        ready = own.ready()
        done: Outcome = own.finish(ready.ref, own.submit(ready))
        demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
        assert isinstance(done, Done)
        own.open_up()
        outcome = raised(own.adapter.cancel, done.ref)
        allowed = Rejected | Cancelled if own.manifest.cancel == "always" else Rejected
        demand(isinstance(outcome, allowed), f"cancelling what is granted: {told(outcome)}")
        after = own.adapter.query(done.ref)
        same = isinstance(after, Cancelled) if isinstance(outcome, Cancelled) else after == done
        demand(same, f"asked after it: {told(after)}")


def _demand_misconfigured(outcome: object, trouble: str) -> None:
    demand(isinstance(outcome, Misconfigured), f"{trouble}: told as {told(outcome)}")


def _expired_certificate(stand: Stand, ready: Prepared) -> None:
    """Only the day makes the difference: the same certificate is good a year longer."""
    now = RealClock().now()
    for until in (now - timedelta(days=1), now + timedelta(days=365)):
        tls, trusted = certificates.context(stand.keys, until)
        with closing(Proxy(stand.stub.url, tls)) as proxy:
            adapter = stand.new_adapter(url=proxy.url, ca_file=str(trusted))
            outcome = raised(adapter.query, ready.ref)
            if until > now:
                demand(isinstance(outcome, NotFound), f"a good certificate: {told(outcome)}")
                continue
            _demand_misconfigured(outcome, "an expired certificate")
            outcome = raised(adapter.submit, ready)
            _demand_misconfigured(outcome, "an expired certificate")
