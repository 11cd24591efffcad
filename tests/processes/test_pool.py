"""Children that do jobs: within limits, never believed, replaced when they end, gone when their parent is."""

import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kaiban.processes.limits import NICENESS, Limits
from kaiban.processes.places import NoPlace, Places
from kaiban.processes.pool import JobFailed, JobStopped, Pool, PoolFull
from tests.footprint import children
from tests.waiting import until

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
#: Longer than any test lasts.
FOR_EVER = 600
#: A job for a processor, in C, without a look at anything else; harmless, and never at an end.
BURN = ("hashlib:pbkdf2_hmac", "sha256", b"", b"", 2_000_000_000)
PARENT = """
import sys, threading, time
from kaiban.processes.pool import Pool
pool = Pool(children=2, places=2)
for job in (("time:sleep", 600), ("hashlib:pbkdf2_hmac", "sha256", b"", b"", 2_000_000_000)):
    threading.Thread(target=pool.run, args=job, daemon=True).start()
while len(pool.pids) < 2:
    time.sleep(0.01)
print(*pool.pids, flush=True)
time.sleep(600)
"""
#: Ends while a thread waits for a child, which begins with the job only after that.
ENDING = """
import os, signal, threading
from concurrent.futures import ThreadPoolExecutor
from kaiban.processes.pool import Pool
from tests.waiting import until

pool, threads = Pool(children=1, places=1), ThreadPoolExecutor(1)
pid = pool.run("os:getpid")

def ending():
    try:
        threads.submit(int)
    except RuntimeError:
        return True

def go_on():
    until(ending, 60)
    os.kill(pid, signal.SIGCONT)

os.kill(pid, signal.SIGSTOP)
threads.submit(lambda: print(pool.run("math:sqrt", 16.0), flush=True))
until(lambda: pool.inside, 60)
threading.Thread(target=go_on).start()
"""


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(") ", 1)[1][0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def beside(pool, *job):
    """Let the pool do a job in another thread; lend the number of its child and what became of it."""
    became = []

    def run():
        try:
            became.append(pool.run(*job))
        except (JobStopped, JobFailed, PoolFull) as error:
            became.append(error)

    before = set(pool.pids)
    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: set(pool.pids) - before, 60, lambda: "no child")
    (pid,) = set(pool.pids) - before
    yield pid, became
    if runs(pid):
        os.kill(pid, signal.SIGKILL)
    thread.join()


def stopped(pool, *job):
    with pytest.raises(JobStopped) as raised:
        pool.run(*job)
    return raised.value.reason


def test_a_child_does_one_job_after_the_other():
    pool = Pool(children=1, places=1)
    assert pool.pids == []
    pid = pool.run("os:getpid")
    assert pid != os.getpid()
    assert (pool.run("os:getpid"), pool.pids) == (pid, [pid])


def test_a_child_outlives_the_thread_that_asked_for_it():
    pool, found = Pool(children=1, places=1), []
    thread = threading.Thread(target=lambda: found.append(pool.run("os:getpid")))
    thread.start()
    thread.join()
    assert pool.run("os:getpid") == found[0]


def test_too_much_of_a_processor_ends_the_child_and_the_next_job_has_another():
    pool = Pool(1, 1, Limits(cpu_seconds=1, seconds=FOR_EVER))
    assert stopped(pool, *BURN) == "cpu"
    assert pool.run("math:sqrt", 16.0) == 4.0


def test_the_seconds_of_a_processor_are_counted_for_each_job():
    pool = Pool(1, 1)

    def end():
        return pool.run("resource:getrlimit", resource.RLIMIT_CPU)[0]

    first, pid = end(), pool.run("os:getpid")
    until(lambda: pool.run(*BURN[:4], 200_000) and end() >= first + 2, 100, lambda: "it stays")
    assert pool.run("os:getpid") == pid


def test_too_long_by_the_clock_ends_the_child_and_is_the_fault_of_a_busy_machine():
    pool = Pool(1, 1, Limits(seconds=1))
    with pytest.raises(PoolFull):
        pool.run("time:sleep", FOR_EVER)
    assert pool.pids == []


def test_pools_of_one_machine_share_its_places(tmp_path):
    machine = Places(tmp_path / "places", 1)
    first, second = (Pool(1, 1, patience=0.1, machine=machine) for _ in range(2))
    with beside(first, "time:sleep", FOR_EVER) as (pid, _):
        with pytest.raises(PoolFull):
            second.run("math:sqrt", 16.0)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not first.inside, 60, lambda: "the place is not given back")
    assert second.run("math:sqrt", 16.0) == 4.0


def test_a_place_comes_back_from_whoever_dies(tmp_path):
    program = f"""
import pathlib, time
from kaiban.processes.places import Places
with Places(pathlib.Path({str(tmp_path)!r}), 1).one(0):
    print("held", flush=True)
    time.sleep({FOR_EVER})
"""
    machine = Places(tmp_path, 1)
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline()
        with pytest.raises(NoPlace), machine.one(0):
            pass
        holder.kill()
        with machine.one(60):
            pass


def test_where_no_place_can_be_made_there_is_none(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PoolFull):
        Pool(1, 1, machine=Places(tmp_path / "file", 1)).run("math:sqrt", 16.0)


def test_too_much_memory_is_told_and_the_next_job_has_another_child():
    pool = Pool(1, 1, Limits(memory=400 * MB))
    before = pool.run("os:getpid")
    assert stopped(pool, "builtins:bytes", 500 * MB) == "memory"
    assert stopped(pool, "mmap:mmap", -1, 500 * MB) == "memory", "as the system says it"
    assert pool.run("os:getpid") != before


def test_a_child_makes_room_for_another_after_so_many_jobs():
    pool = Pool(1, 1, Limits(jobs=2))
    first, second, third = (pool.run("os:getpid") for _ in range(3))
    assert first == second != third
    assert not runs(first)


def test_a_child_that_has_kept_too_much_makes_room_for_another():
    pool = Pool(1, 1, Limits(kept=100 * MB))
    pid = pool.run("os:getpid")
    assert pool.run("os:getpid") == pid
    pool.run("logging:addLevelName", 1, "x" * 100 * MB)  # remembers what it is given
    assert pool.run("os:getpid") != pid


def test_what_is_under_way_in_a_process_that_ends_gets_done():
    ended = subprocess.run(
        [sys.executable, "-c", ENDING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("4.0\n", "")


def test_no_file_grows_beyond_the_limit(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(20_000))
    with pytest.raises(JobFailed, match="OSError"):
        Pool(1, 1, Limits(file=10_000)).run("shutil:copyfile", str(source), str(target))
    assert target.stat().st_size <= 10_000


def test_a_longer_answer_than_agreed_ends_the_child():
    pool = Pool(1, 1, Limits(answer=1_000))
    assert stopped(pool, "builtins:bytes", 2_000) == "died"
    assert pool.run("math:sqrt", 16.0) == 4.0


def test_a_child_that_breaks_is_replaced():
    pool = Pool(1, 1)
    assert stopped(pool, "os:abort") == "died"
    assert pool.run("math:sqrt", 16.0) == 4.0


def test_an_exception_is_told_by_its_kind_without_what_it_says():
    pool = Pool(1, 1)
    with pytest.raises(JobFailed) as raised:
        pool.run("builtins:int", "身份证号")
    assert raised.value.args[0] == "ValueError"
    assert "身份证号" not in str(raised.value)


def test_a_child_killed_in_the_middle_is_replaced():
    pool = Pool(1, 1)
    with beside(pool, "time:sleep", FOR_EVER) as (pid, became):
        os.kill(pid, signal.SIGKILL)
        until(lambda: became, 60, lambda: "it hangs")
    assert became[0].reason == "died"
    assert pool.run("os:getpid") not in (pid, os.getpid())


def test_a_child_killed_while_it_waits_is_replaced():
    pool = Pool(1, 1)
    pid = pool.run("os:getpid")
    os.kill(pid, signal.SIGKILL)
    until(lambda: not runs(pid), 60, lambda: "it lives")
    assert pool.run("os:getpid") != pid


def test_a_full_pool_refuses_at_once_and_takes_jobs_again_later():
    pool = Pool(children=1, places=1)
    with beside(pool, "time:sleep", FOR_EVER) as (pid, became):
        with pytest.raises(PoolFull):
            pool.run("os:getpid")
        os.kill(pid, signal.SIGKILL)
        until(lambda: became, 60, lambda: "it hangs")
    assert pool.run("math:sqrt", 16.0) == 4.0


def test_who_waits_too_long_in_line_is_refused():
    pool = Pool(children=1, places=2, patience=0.01)
    with beside(pool, "time:sleep", FOR_EVER), pytest.raises(PoolFull):
        pool.run("os:getpid")


def test_a_child_knows_no_secrets_and_gives_way(monkeypatch):
    monkeypatch.setenv("KAIBAN_ENV", "production")
    monkeypatch.setenv("BANK_KEY", "a secret")
    pool = Pool(1, 1)
    assert pool.run("os:getenv", "KAIBAN_ENV") is None
    assert pool.run("os:getenv", "BANK_KEY") is None
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert pool.run("os:getpriority", os.PRIO_PROCESS, 0) == min(ours + NICENESS, 19)


def test_an_answer_is_believed_only_as_far_as_agreed():
    assert stopped(Pool(1, 1), "fractions:Fraction", 1, 2) == "died"
    agreed = Pool(1, 1, classes=["fractions:Fraction"])
    assert agreed.run("fractions:Fraction", 1, 2) == 0.5


def ready(pool):
    """The only child, once it has come without being asked for."""
    until(lambda: pool.idle, 60, lambda: "nobody waits")
    (pid,) = pool.pids
    return pid


def test_one_waits_for_the_first_job_and_never_more_than_one():
    pool = Pool(children=2, places=2)
    pool.keep_ready()
    pool.keep_ready()
    pid = ready(pool)
    assert (pool.run("os:getpid"), pool.pids) == (pid, [pid])


def test_a_job_that_does_not_wait_for_the_one_that_is_coming_takes_it():
    pool = Pool(children=1, places=1)
    pool.keep_ready()
    pid = pool.run("os:getpid")
    assert pool.pids == [pid]


@pytest.mark.parametrize("end", ["os:abort", "os:getpid"])
def test_whoever_is_gone_after_a_job_is_replaced_before_the_next(end):
    """Whether it broke, or had done its share (``jobs``)."""
    pool = Pool(1, 1, Limits(jobs=1))
    pool.keep_ready()
    first = ready(pool)
    with suppress(JobStopped):
        pool.run(end)
    second = ready(pool)
    assert second != first
    assert not runs(first)
    assert pool.run("os:getpid") == second


def test_a_child_that_waits_has_imported_what_it_is_for():
    pool = Pool(1, 1, modules=["wave", "no_such_module"])
    pool.keep_ready()
    ready(pool)
    assert "wave" in pool.run("tests.processes.loaded:names")


def test_one_that_waits_ends_with_its_pool_also_while_it_is_coming():
    pool = Pool(1, 1)
    pool.keep_ready()
    pid = ready(pool)
    del pool
    assert not runs(pid)
    before = set(children(os.getpid()))
    pool = Pool(1, 1)
    pool.keep_ready()
    del pool
    until(lambda: set(children(os.getpid())) <= before, 60, lambda: "it stays")


def test_children_end_with_a_parent_that_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        pids = [int(each) for each in parent.stdout.readline().split()]
        assert [runs(pid) for pid in pids] == [True, True]
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    until(lambda: not any(map(runs, pids)), 60, lambda: f"they live: {pids}")


def test_children_end_with_their_pool():
    pool = Pool(1, 1)
    pid = pool.run("os:getpid")
    del pool
    assert not runs(pid)
