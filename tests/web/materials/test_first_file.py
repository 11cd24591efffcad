"""The first who brings a file waits no longer than the second: a child that can read it is there before."""

import sys
from datetime import date

import pytest

from kaiban.app import Kaiban
from kaiban.domain.papers.material import UploadLimits
from kaiban.serving.listening import listen
from tests.waiting import until
from tests.web.pictures import photograph, scan
from tests.web.rosters import line, pasted

ACCEPT = "kaiban.documents.uploads.taking:accept"
JOBS = {
    "a picture": (ACCEPT, photograph(40, 30), "a.jpg", UploadLimits()),
    "a PDF": (ACCEPT, scan(1), "a.pdf", UploadLimits()),
    "a roster": ("kaiban.documents.tables:roster", pasted(line(1)), date(2026, 1, 1)),
    "a roster's template": ("kaiban.documents.tables:roster_template",),
}


@pytest.fixture
def pool(city):
    """The document workers of a web process that has served nobody yet."""
    kaiban = Kaiban(dict(city.kaiban.environ))
    server = kaiban.server(listen("127.0.0.1", 0))
    yield kaiban.document_workers
    server.stop()
    server.run()
    kaiban.database.close()


def libraries(pool):
    """What the child has loaded, besides what comes with Python."""
    loaded = {name.partition(".")[0] for name in pool.run("tests.processes.loaded:names")}
    return loaded - sys.stdlib_module_names


def test_the_first_file_finds_a_child_that_has_loaded_everything(pool):
    until(lambda: pool.idle, 60, lambda: "nobody waits for a file")
    before = libraries(pool)
    for name, job in JOBS.items():
        pool.run(*job)
        assert libraries(pool) <= before, name
    assert len(pool.pids) == 1
