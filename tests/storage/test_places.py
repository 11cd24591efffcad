"""Places with departments are shared by whoever works on a database, and whoever dies gives them back."""

import subprocess
import sys
from contextlib import suppress

import psycopg
import pytest

from kaiban.ports import Unavailable
from kaiban.storage.database import Database
from kaiban.storage.places import places
from tests.waiting import until

LIMITS = {"tax": 2, "bank": 1}
HOLDER = """
import sys
from pathlib import Path
from kaiban.storage.database import Database
from kaiban.storage.places import places
held = places(Database(sys.argv[1]), Path(sys.argv[2]), {"bank": 1})
print(held.take("bank") is not None, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def worker(database_url, tmp_path):
    """Another worker on the same database: ``worker()``."""
    made = []

    def worker():
        made.append(places(Database(database_url), tmp_path, LIMITS))
        return made[-1]

    yield worker
    for each in made:
        each.close()


def test_all_workers_together_have_so_many_places_and_no_more(worker):
    ours, theirs = worker(), worker()
    first, second = ours.take("tax"), theirs.take("tax")
    assert first
    assert second
    assert (ours.take("tax"), theirs.take("tax")) == (None, None)
    bank = ours.take("bank")
    assert bank
    first()
    assert theirs.take("tax")
    assert theirs.take("bank") is None
    bank()
    assert theirs.take("bank")


def test_a_worker_that_is_killed_gives_its_places_back(worker, database_url, tmp_path):
    argv = [sys.executable, "-c", HOLDER, database_url, str(tmp_path)]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "True\n"
        ours = worker()
        assert ours.take("bank") is None
        holder.kill()
        holder.wait()
        until(lambda: ours.take("bank"), 60)


def test_places_go_with_their_session_and_a_new_one_has_new_ones(postgresql_url, tmp_path):
    ours = places(Database(postgresql_url), tmp_path, LIMITS)
    lost = ours.take("bank")
    with psycopg.connect(postgresql_url, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )

    def taken():
        with suppress(Unavailable):
            return ours.take("bank")

    until(taken, 60)
    lost()  # another's by now
    assert ours.take("bank") is None
    ours.close()


def test_the_server_is_asked_to_notice_a_machine_that_is_cut_off(postgresql_url, tmp_path):
    """On a socket of this machine it cannot be cut off; what is asked for is what counts on a line (decision 35)."""
    ours = places(Database(postgresql_url), tmp_path, LIMITS)
    assert ours.take("bank")
    options = ours._session.info.options  # noqa: SLF001 - nobody else may use the session
    assert "tcp_user_timeout=14000" in options
    assert "tcp_keepalives_idle=5" in options
    ours.close()


def test_a_database_that_is_away_is_no_full_department(tmp_path):
    nobody = Database(f"postgresql://kaiban@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        places(nobody, tmp_path, LIMITS).take("bank")
