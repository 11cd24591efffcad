"""A web process of `kaiban serve` that is killed takes its document workers with it; the next upload works."""

import os
import signal
from pathlib import Path

import pytest

from kaiban.domain.papers.material import Holder
from tests.city import SERVE, city
from tests.waiting import until
from tests.web.pictures import photograph
from tests.web.visitor import Visitor

SMALL = photograph(400, 300)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One web process and one worker, as `kaiban serve` runs them."""
    with city(tmp_path_factory.mktemp("killed"), speed=1, only=()) as found:
        found.environ["KAIBAN_WEB_PROCESSES"] = "1"
        found.start(*SERVE)
        found.wait_until_ready()
        yield found


def document_workers():
    """Number and parent of every document worker of this machine."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            command = (stat.parent / "cmdline").read_bytes()
            state, parent = stat.read_text("utf-8").rsplit(") ", 1)[1].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"kaiban.processes.program" in command and state != "Z":
            yield int(stat.parent.name), int(parent)


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(") ", 1)[1].split()[1])


def test_a_killed_web_process_leaves_no_document_worker_and_the_next_upload_works(served):
    visitor = Visitor(served.address)
    visitor.open("/").press("开始填写").press("保存并继续").go("materials")
    visitor.bring("identity", ("a.jpg", SMALL))
    assert visitor.mistakes == []
    (supervisor,) = served.processes
    ours = {pid: web for pid, web in document_workers() if parent_of(web) == supervisor.pid}
    assert ours
    os.kill(next(iter(ours.values())), signal.SIGKILL)
    until(lambda: not ours.keys() & dict(document_workers()).keys(), 60, lambda: f"{ours} live")
    served.wait_until_ready()
    visitor.http.close()
    visitor.go("materials").bring("identity", ("b.jpg", SMALL))
    assert visitor.mistakes == []
    kept = served.kaiban.materials.listed(Holder(visitor.filing_id))
    assert {one.name for one in kept} == {"a.jpg", "b.jpg"}
    visitor.close()
