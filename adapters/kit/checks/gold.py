"""Gold: it can be lived with."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from adapters.kit import faults
from adapters.kit.check import Check
from adapters.kit.checks.bronze import CHINESE
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.stand import Stand
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
)

THREADS = 8
CALLS = 80
#: By then any application is decided, whatever the calendar.
LONG_ENOUGH = timedelta(days=4)
#: Connections that may come and go without being a leak.
SLACK = 20
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
    troubles = [faults.status("401 Unauthorized", b"no"), faults.status("403 Forbidden", b"no")]
    for fault in troubles:
        stand.proxy.always(fault)
        outcome = raised(stand.adapter.submit, ready)
        stand.proxy.always(None)
        demand(isinstance(outcome, Misconfigured), f"{fault.name}: told as {told(outcome)}")
    if "config" in stand.driving.codes and "busy" in stand.driving.codes:
        refused = faults.altered("config", lambda *both: stand.saying("config", *both))
        stand.proxy.always(refused)
        outcome = raised(stand.adapter.query, ready.ref)
        stand.proxy.always(None)
        demand(isinstance(outcome, Misconfigured), f"wrong credentials: told as {told(outcome)}")
    found = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(found, Done), f"with the keys mended: {told(found)}")


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
    with ThreadPoolExecutor(min(THREADS, stand.manifest.concurrency)) as threads:
        found = list(threads.map(lambda ref: raised(stand.adapter.query, ref, limit=30), refs))
    for ref, outcome in zip(refs, found, strict=True):
        right = outcome == done if ref == done.ref else _nothing_of(outcome, ref.key)
        demand(right, f"with {THREADS} threads {ref.key} was told as {told(outcome)}")


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
    before = _open_files()
    for number in range(CALLS):
        if number % 50 == 0:
            stand.proxy.plan(faults.CLOSE_BEFORE)
        stand.adapter.query(ready.ref)
    grown = _open_files() - before
    demand(grown <= SLACK, f"{grown} more files and sockets are open after {CALLS} calls")


def it_is_written_down(stand: Stand) -> None:
    """G11."""
    package = type(stand.driving).__module__.rpartition(".")[0]
    for name in ("protocol.md", "quality.json"):
        demand(files(package).joinpath(name).is_file(), f"there is no {name}")
    for each in files(package).iterdir():
        left = each.name.endswith((".py", ".md")) and "TODO" in each.read_text(encoding="utf-8")
        demand(not left, f"{each.name} still says TODO")
    for text in (stand.manifest.title, stand.manifest.office):
        demand(CHINESE.search(text), f"{text!r} is not Chinese")
    demand(stand.manifest.hours, "the manifest does not tell the hours")


def _cancels(manifest: Manifest) -> bool:
    return manifest.cancel != "never"


CHECKS = (
    Check("G01", "下班、日终、维护：Closed，开门时间正确", "gold", closed_until_it_opens),
    Check("G02", "密钥、权限不对：Misconfigured，申请无损", "gold", wrong_keys_need_a_person),
    Check("G03", "会话失效续一次，多线程共用，别处签到不怕", "gold", sessions_are_shared, each_step=False),
    Check("G04", "多线程：应答不串", "gold", threads_do_not_mix, each_step=False),
    Check("G05", "限流：遵守 Retry-After", "gold", rate_limits_are_kept, each_step=False),
    Check("G06", "撤回：办结前后、撤回应答丢失", "gold", cancelling, _cancels),
    Check("G07", "部分成功：逐人告知", "gold", partial_success_is_told_by_line),
    Check("G08", "长期运行不泄漏", "gold", nothing_leaks, each_step=False, seconds=110),
    Check("G11", "协议页、质量文件、负责人、中文名称齐全", "gold", it_is_written_down,
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
    ref = getattr(outcome, "ref", None)
    return isinstance(outcome, NotFound | Rejected) or (ref is not None and ref.key == key)


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


def _open_files() -> int:
    return sum(1 for _ in _descriptors())


def _descriptors() -> Iterator[str]:
    try:
        yield from (each.name for each in Path("/proc/self/fd").iterdir())
    except OSError as gone:
        raise NotApplicable("this system does not show open files") from gone
