"""The certificate package comes, however slow the making is and however long the lines are."""

from datetime import timedelta

import pytest

from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.worker import reconciling
from kaiban.orchestrator.worker.issuing import LEASE
from kaiban.orchestrator.worker.reconciling import reconcile
from kaiban.ports import Done, Ref
from tests.orchestrator.departments import Scripted, StepSpec

GRANTED = Done(Ref("key", "N-1"), {"number": "1"})
ONE = (StepSpec("main"),)
#: Longer than a making may take before others are told to make it.
TOO_LONG = LEASE + timedelta(minutes=1)


@pytest.fixture
def slow(drive):
    """A machine on which each package takes too long to make: by then others have been told to make it, too."""
    driver = drive(Scripted("lone", GRANTED, steps=ONE), Scripted("later", GRANTED, steps=ONE))

    def take_long():
        driver.clock.at += TOO_LONG
        assert reconcile(driver.office) == 1

    driver.packages.meanwhile = take_long
    return driver


def test_a_package_that_took_too_long_is_the_package_all_the_same(slow):
    no = slow.open("lone")
    slow.turn()
    slow.turn()
    case = slow.case(no)
    assert (case.state, case.package_version, case.package_due) == ("completed", 1, None)
    slow.turn()  # whoever was told meanwhile finds nothing left to do
    assert slow.case(no).package_version == 1


def test_a_package_that_took_too_long_is_none_if_the_case_went_on_meanwhile(slow):
    no = slow.open("lone")
    slow.turn()
    take_long = slow.packages.meanwhile

    def go_on():
        slow.packages.meanwhile = lambda: None
        take_long()
        add_links(slow.office, no, ("later",), {})
        slow.turn_until(lambda: slow.case(no).package_due)

    slow.packages.meanwhile = go_on
    slow.turn()
    assert slow.case(no).package_version == 0
    case = slow.finish(no)
    assert (case.state, case.package_version) == ("completed", 1)
    assert b"later" in slow.office.cases.get_package(no).summary


def test_a_long_line_of_one_department_hides_nothing_that_is_forgotten_elsewhere(
    drive, monkeypatch
):
    monkeypatch.setattr(reconciling, "BATCH", 3)
    driver = drive(Scripted("busy", GRANTED, steps=ONE), Scripted("other", GRANTED, steps=ONE))
    for _ in range(5):
        driver.open("busy")  # late, and waiting in line
    driver.advance(seconds=30)
    no = driver.open("other")
    [forgotten] = [job for job, _ in driver.engine.waiting() if job.case_no == no]
    driver.engine.end(forgotten)
    driver.advance(minutes=1)
    assert reconcile(driver.office) == 1
