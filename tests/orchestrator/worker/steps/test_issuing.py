"""The certificate package comes, however slow the making is and however long the lines are."""

from datetime import timedelta

import pytest

from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.office import LEASE
from kaiban.orchestrator.worker.steps.issuing import TRY_AGAIN
from kaiban.orchestrator.worker.upkeep import reconciling
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import Done, Pending, Ref
from kaiban.processes.limits import Limits
from kaiban.processes.pool import JobStopped, Pool, PoolFull
from tests.orchestrator.departments import Scripted, StepSpec

GRANTED = Done(Ref("key", "N-1"), {"number": "1"})
ONE = (StepSpec("main"),)
SOON = timedelta(minutes=5)
#: Longer than a making may take before others are told to make it.
TOO_LONG = LEASE + timedelta(minutes=1)


@pytest.fixture
def slow(drive):
    """A machine on which each package takes too long to make: by then others have begun to make it, too."""
    driver = drive(Scripted("lone", GRANTED, steps=ONE), Scripted("later", GRANTED, steps=ONE))

    def take_long():
        driver.clock.at += TOO_LONG
        assert len(driver.forgotten()) == 1
        driver.packages.meanwhile = lambda: None

    driver.packages.meanwhile = take_long
    return driver


def test_a_package_that_took_too_long_is_the_package_all_the_same(slow):
    no = slow.open("lone")
    slow.turn()
    slow.turn()
    case = slow.case(no)
    assert (case.state, case.package_version, case.package_due) == ("completed", 1, None)
    assert slow.forgotten() == []


def test_of_two_who_make_the_package_one_has_made_it(slow):
    no = slow.open("lone")
    slow.turn()
    take_long = slow.packages.meanwhile

    def overtaken():
        take_long()
        [again] = slow.forgotten()
        slow.run(again)
        assert slow.case(no).package_version == 1

    slow.packages.meanwhile = overtaken
    slow.turn()
    assert slow.case(no).package_version == 1


def test_a_package_that_took_too_long_is_none_if_the_case_went_on_meanwhile(slow):
    no = slow.open("lone")
    slow.turn()
    take_long = slow.packages.meanwhile

    def go_on():
        take_long()
        add_links(slow.office, no, ("later",), {})
        slow.turn_until(lambda: slow.case(no).package_due)

    slow.packages.meanwhile = go_on
    slow.turn()
    assert slow.case(no).package_version == 0
    case = slow.finish(no)
    assert (case.state, case.package_version) == ("completed", 1)
    assert b"later" in slow.office.cases.get_package(no).summary


@pytest.mark.parametrize(
    ("job", "limits", "told"),
    [
        (("os:abort",), Limits(), JobStopped),
        (("hashlib:pbkdf2_hmac", "sha256", b"", b"", 2_000_000_000), Limits(cpu_seconds=1), JobStopped),
        (("time:sleep", 600), Limits(seconds=1), PoolFull),
    ],
    ids=["dies", "burns", "hangs"],
)  # fmt: skip
def test_a_package_whose_child_is_lost_is_made_again_after_a_while(drive, job, limits, told):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()
    driver.packages.meanwhile = lambda: Pool(1, 1, limits).run(*job)
    with pytest.raises(told):
        driver.turn()
    case = driver.case(no)
    assert (case.state, case.package_version) == ("in_progress", 0)
    assert driver.forgotten() == []
    driver.packages.meanwhile = lambda: Pool(1, 1).run("math:sqrt", 16.0)
    driver.clock.at += LEASE
    assert driver.forgotten() == []
    driver.clock.at += TRY_AGAIN - LEASE
    assert [again.case_no for again in driver.forgotten()] == [no]
    case = driver.finish(no)
    assert (case.state, case.package_version) == ("completed", 1)


def test_a_long_line_of_one_department_hides_nothing_that_is_forgotten_elsewhere(
    drive, monkeypatch
):
    monkeypatch.setattr(reconciling, "BATCH", 3)
    busy = [Pending(Ref("key", str(n)), poll_after=SOON) for n in range(5)]
    driver = drive(Scripted("busy", *busy, steps=ONE), Scripted("other", busy[0], steps=ONE))
    for _ in range(5):
        driver.open("busy")
    for _ in range(5):
        driver.turn()  # late soon, and waiting in the engine's line
    driver.advance(seconds=30)
    no = driver.open("other")
    driver.turn()
    [forgotten] = [job for job, _ in driver.engine.waiting() if job.case_no == no]
    driver.engine.end(forgotten)
    driver.advance(hours=1)
    assert reconcile(driver.office) == 1
