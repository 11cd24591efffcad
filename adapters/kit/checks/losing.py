"""Silver, first part: answers that get lost."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from adapters.base import AdapterBase
from adapters.hall.driving import Message
from adapters.kit.check import Check
from adapters.kit.demanding import LIMIT, demand, raised, restored, told
from adapters.kit.rig import errand, faults
from adapters.kit.rig.proxy import Fault
from adapters.kit.rig.stand import Stand
from kaiban.ports import Done, NotFound, Pending, Prepared, Retryable, Unknown

QUERIES = 5
ERROR = "500 Internal Server Error"
#: More than a full queue of one holds.
FILLERS = 4


def not_sent_is_retryable(stand: Stand) -> None:
    """S01."""
    ready = stand.ready()
    with _closed_port() as refused, _full_queue() as silent:
        for where in (refused, "http://nobody.invalid", silent):
            with stand.hurried(url=where) as (adapter, limit):
                outcome = raised(adapter.submit, ready, limit=3 * limit)
            demand(
                isinstance(outcome, Retryable), f"{where}: not sent, but told as {told(outcome)}"
            )
    demand(stand.applied() == 0, "it was sent after all")
    demand(_done(stand, ready, stand.submit(ready)), "sent again, it was not granted")


def _lost(fault: Fault) -> Callable[[Stand], None]:
    def check(stand: Stand) -> None:
        _demand_found_again(stand, fault)

    return check


def _outlasted(fault: Fault) -> Callable[[Stand], None]:
    """Make a check of what goes on until the adapter's deadline is over."""

    def check(stand: Stand) -> None:
        ready = stand.ready()
        with stand.hurried(ready) as (adapter, limit):
            stand.proxy.plan(fault, stand.driving.commits_at)
            _demand_unknown_once(stand, ready, adapter, limit)
        demand(_done(stand, ready, None), "after the loss it was not found and granted")

    return check


def answered_with_500(stand: Stand) -> None:
    """S08."""
    for line in (ERROR, "502 Bad Gateway", "404 Not Found"):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            _demand_found_again(own, faults.relabelled(line))


def redirected(stand: Stand) -> None:
    """S09."""
    ready = stand.ready()

    def elsewhere(asked: Message, answer: Message) -> Message:
        headers = {**answer.headers, "location": stand.proxy.url + asked.target}
        return Message("HTTP/1.1 307 Temporary Redirect", headers, answer.body)

    stand.proxy.plan(faults.altered("redirect", elsewhere), stand.driving.commits_at)
    _demand_unknown_once(stand, ready)


def before_it_was_taken(stand: Stand) -> None:
    """S17."""
    for fault in (faults.status(ERROR, b"error"), faults.CLOSE_BEFORE):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            ready = own.ready()
            own.proxy.plan(fault, own.driving.commits_at)
            outcome = raised(own.submit, ready)
            demand(isinstance(outcome, Unknown), f"{fault.name}: told as {told(outcome)}")
            own.let_pass(own.manifest.settle)
            outcome = own.adapter.query(ready.ref)
            demand(isinstance(outcome, NotFound), f"never taken, but {told(outcome)}")
            demand(_done(own, ready, own.submit(ready)), "sent again, it was not granted")


def late_ones_are_waited_for(stand: Stand) -> None:
    """S18."""
    if not hasattr(stand.stub, "late_next"):
        # Whoever is found at once is found within any time to settle.
        ready = stand.ready()
        stand.submit(ready)
        found = stand.adapter.query(ready.ref)
        demand(not isinstance(found, NotFound), "taken, but not found: settle hides nothing here")
        return
    ready = stand.ready()
    stand.stub.late_next()
    outcome = stand.submit(ready)
    demand(isinstance(stand.adapter.query(ready.ref), NotFound), "the stub was not late")
    stand.let_pass(stand.manifest.settle)
    found = stand.adapter.query(ready.ref)
    demand(
        not isinstance(found, NotFound), "still not found after Manifest.settle: it is too short"
    )
    demand(_done(stand, ready, outcome), "the late application was not granted")


def asking_changes_nothing(stand: Stand) -> None:
    """S20."""
    ready = stand.ready()
    done = stand.finish(ready.ref, stand.submit(ready))
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    for _ in range(QUERIES):
        again = stand.adapter.query(done.ref)
        demand(again == done, f"asked again: {told(again)}")
    demand(stand.commits() == 1 and stand.applied() == 1, "asking applied for something")
    for fault in (faults.CLOSE_BEFORE, faults.status(ERROR, b"error"), faults.TRUNCATE):
        stand.proxy.plan(fault)
        again = raised(stand.adapter.query, done.ref)
        demand(again == done, f"one {fault.name} while asking: {told(again)}")


def a_crash_loses_nothing(stand: Stand) -> None:
    """S23."""
    for heard in (False, True):
        with Stand(stand.adapter_class, stand.target, stand.step) as own:
            own.go_before()
            own.open_up()
            kept = _killed(own, heard=heard)
            own.restart()
            adapter = own.new_adapter()
            found = own.finish(kept.ref, adapter=adapter)
            if not heard:
                demand(isinstance(found, NotFound), f"never heard, but {told(found)}")
                found = own.finish(kept.ref, own.submit(kept, adapter), adapter)
            demand(isinstance(found, Done), f"another process found {told(found)}")
            demand(own.commits() == 1, f"{own.commits()} applications are effective")


CHECKS = (
    Check("S01", "连接被拒、域名不明、连接超时：确未发送", "silver", not_sent_is_retryable),
    Check("S02", "受理后断线：Unknown，查询可得，只有一件", "silver", _lost(faults.CLOSE)),
    Check("S03", "受理后连接重置：同上", "silver", _lost(faults.RESET)),
    Check("S04", "受理后不应答：同上，且在时限内", "silver", _outlasted(faults.HANG)),
    Check("S05", "受理后应答逐字节滴漏：同上，且在总时限内", "silver", _outlasted(faults.DRIP)),
    Check("S06", "受理后应答被截断：同上", "silver", _lost(faults.TRUNCATE)),
    Check("S07", "受理后应答长度不足：同上", "silver", _lost(faults.SHORT_LENGTH)),
    Check("S08", "受理后 HTTP 5xx 带有效正文：不采信", "silver", answered_with_500),
    Check("S09", "受理后重定向：不跟随", "silver", redirected),
    Check("S17", "受理前失败：Unknown，未查到，再发一次", "silver", before_it_was_taken),
    Check("S18", "迟到的受理：settle 期内不重复申请", "silver", late_ones_are_waited_for),
    Check("S20", "反复查询不改变任何事，且经得起故障", "silver", asking_changes_nothing),
    Check("S23", "进程在发送前后被杀，新进程仅凭已存报文办完", "silver", a_crash_loses_nothing),
)


# --- private ------------------------------------------------------------------------------------


def _killed(stand: Stand, *, heard: bool) -> Prepared:
    """Let a process submit, kill it before or after the department heard it; return what it had stored."""
    with errand.begun(stand, "submit") as process:
        kept = restored(errand.heard(process))
        errand.heard(process)

        def kill(_line: socket.socket, _asked: Message, _answer: Message | None) -> None:
            process.kill()
            process.wait()

        stand.proxy.plan(Fault("killed", heard, kill), stand.driving.commits_at)
        errand.say(process, "submit")
        process.wait()
    demand(process.returncode < 0, "it did not submit, so it could not be killed while it did")
    return kept


def _demand_found_again(stand: Stand, fault: Fault) -> None:
    ready = stand.ready()
    stand.proxy.plan(fault, stand.driving.commits_at)
    _demand_unknown_once(stand, ready)
    demand(_done(stand, ready, None), "after the loss it was not found and granted")


def _demand_unknown_once(
    stand: Stand, ready: Prepared, adapter: AdapterBase | None = None, limit: float = LIMIT
) -> None:
    outcome = raised(stand.submit, ready, adapter, limit=limit)
    demand(
        isinstance(outcome, Unknown), f"it may have happened, but it was told as {told(outcome)}"
    )
    demand(stand.applied() == 1, f"the department heard the application {stand.applied()} times")


def _done(stand: Stand, ready: Prepared, outcome: object) -> bool:
    pending = outcome if isinstance(outcome, Pending | Done) else None
    found = stand.finish(ready.ref, pending)
    return isinstance(found, Done) and stand.commits() == 1


@contextmanager
def _closed_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def _full_queue() -> Iterator[str]:
    """An address that never answers a connection: its queue is full and nobody takes from it."""
    with ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(FILLERS):
            filler = open_ones.enter_context(socket.socket())
            filler.setblocking(False)  # noqa: FBT003 - the socket's own words
            with suppress(BlockingIOError):
                filler.connect(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
