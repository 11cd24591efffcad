"""Many checks at once: most of their time they wait for a deadline or for one another.

Each worker is a process, so that checks of a whole process (its log, its dice, its open files) stay
as strict as one after another. They are forked, and threads do not survive that: whoever asks for
more than one at once must not have started any.
"""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from adapters.base import AdapterBase
from adapters.kit.check import Check, Finding, Turn, Verdict, carry_out, take, turns, worst
from adapters.kit.checks import find
from adapters.kit.rig.site import Target

#: While some wait, others calculate.
AT_ONCE = 3 * (os.cpu_count() or 1)
Asked = tuple[Check, type[AdapterBase]]


def carried_out(asked: Iterable[Asked], target: Target, at_once: int) -> Iterator[Finding]:
    """Yield the finding of each check on each adapter, in the order in which they are asked for.

    They are begun from the end, where those that take longest stand.
    """
    if at_once == 1:
        yield from (carry_out(check, kind, target) for check, kind in asked)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(at_once, context) as workers:
        begun = [(check, _begun(workers, check, kind, target)) for check, kind in [*asked][::-1]]
        for check, futures in reversed(begun):
            yield worst([_found(check, each) for each in futures])


def _begun(
    workers: ProcessPoolExecutor, check: Check, kind: type[AdapterBase], target: Target
) -> list[Future[dict[str, Any]]]:
    return [workers.submit(_take, check.id, kind, turn, target) for turn in turns(check, kind)]


def _take(id_: str, kind: type[AdapterBase], turn: Turn, target: Target) -> dict[str, Any]:
    (check,) = find(id_)
    # A check is code, which does not travel between processes.
    return {**vars(take(check, kind, turn, target)), "check": None}


def _found(check: Check, future: Future[dict[str, Any]]) -> Finding:
    try:
        return Finding(**{**future.result(), "check": check})
    except BrokenProcessPool:
        return Finding(check, Verdict.FAILED, "the process of the check died")
