"""A department's call is heard once, however often it comes, and never disturbs anybody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from kaiban.orchestrator.worker.callbacks import NobodyCalls, hear
from kaiban.ports import Done, Forged, Pending, RawCallback, Ref, StepSpec
from kaiban.storage.database import Database
from tests.orchestrator.departments import Scripted
from tests.orchestrator.driver import JOBS, Driver

LATER = Pending(Ref("K", "N"), timedelta(hours=8))


class Talkative(Scripted):
    """Calls about its one application, in whatever words; raises what it is told to instead."""

    stumbles: Exception | None = None

    def parse_callback(self, raw):
        if self.stumbles:
            raise self.stumbles
        return super().parse_callback(RawCallback(raw.path, raw.headers, b"K"))


@pytest.fixture
def talking(migrated_url):
    database = Database(migrated_url)
    with database.transaction() as connection:
        connection.execute(text(JOBS))
    database.close()
    driver = Driver(migrated_url, Talkative("lone", LATER, steps=(StepSpec("main"),)))
    no = driver.open()
    driver.turn()
    yield driver, no
    driver.close()


def call(driver, body=b"news", department="lone"):
    return hear(driver.office, department, RawCallback("/callbacks/lone", {}, body))


def heard(driver, no):
    return [each for each in driver.office.cases.exchanges(no) if each.errand == "callback"]


def attempt(driver, no):
    return driver.case(no).link("lone").steps[0].attempt


def test_the_same_call_wakes_once_and_is_written_once(talking):
    driver, no = talking
    before = attempt(driver, no)
    assert [call(driver).body for _ in range(3)] == [b"OK"] * 3
    assert (len(heard(driver, no)), attempt(driver, no)) == (1, before + 1)
    call(driver, b"other news")
    assert (len(heard(driver, no)), attempt(driver, no)) == (2, before + 2)


def test_the_same_call_many_times_at_once_wakes_once(talking):
    driver, no = talking
    before = attempt(driver, no)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: call(driver).body, range(16)))
    assert answers == [b"OK"] * 16
    assert (len(heard(driver, no)), attempt(driver, no)) == (1, before + 1)


def test_a_call_that_comes_after_all_is_done_changes_nothing_twice(talking):
    driver, no = talking
    driver.departments["lone"].answers = [Done(Ref("K", "N"), {})]
    call(driver)
    done = driver.finish(no)
    call(driver, b"late")
    call(driver, b"late")
    assert driver.case(no) == done
    assert len(heard(driver, no)) == 2


def test_what_is_kept_of_a_call_to_know_it_again_is_not_what_it_said(talking):
    driver, no = talking
    call(driver, b"110101199003070000")
    with driver.database.reading() as connection:
        kept = connection.execute(
            text("SELECT heard FROM exchanges WHERE heard > ''")
        ).scalar_one()
    assert heard(driver, no)[0].heard == kept
    assert "110101" not in kept
    assert len(kept) >= 32


@pytest.mark.parametrize(
    ("stumble", "told"),
    [(Forged("signature"), []), (ValueError("bytes"), ["lone"]), (KeyError("field"), ["lone"])],
)
def test_a_call_nobody_vouches_for_is_refused_and_a_defect_of_ours_is_logged(
    talking, stumble, told
):
    driver, no = talking
    driver.departments["lone"].stumbles = stumble
    with capture_logs() as logs, pytest.raises(Forged):
        call(driver)
    assert heard(driver, no) == []
    assert [line["department"] for line in logs] == told
    assert "news" not in repr(logs)


def test_a_department_whose_adapter_hears_nobody_has_no_calls(talking):
    driver, _ = talking
    driver.departments["lone"].stumbles = NotImplementedError()
    for department in ("lone", "moon", ""):
        with pytest.raises(NobodyCalls):
            call(driver, department=department)
