import pytest

from kaiban.orchestrator.delivering import last_posting, post
from kaiban.orchestrator.reporting import report, time_line
from kaiban.ports import CaseNotFound, Done, Ref
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import FORM

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})
BY_POST = {**FORM, "delivery": {"mode": "post", "recipient": "张三"}}


@pytest.fixture
def driver(drive):
    return drive(Scripted("registration", GRANTED, steps=REGISTRATION))


def codes(outcome):
    return [defect.code for defect in outcome]


def test_a_posted_package_shows_its_number(driver):
    no = driver.open(form=BY_POST)
    driver.finish(no)
    hours = report(driver.office, driver.case(no))["elapsed"]
    driver.advance(hours=2)
    posted = post(driver.office, no, " 1234567890123 ")
    shown = report(driver.office, driver.case(no))
    assert shown["delivery"] == {
        "mode": "post", "posted_at": "2026-03-04T11:00:00+08:00", "carrier": "EMS",
        "tracking": "1234567890123",
    }  # fmt: skip
    assert shown["elapsed"] == hours  # the clock had ended
    assert time_line(posted)[-1]["title"] == "证照包寄出"
    assert last_posting(posted).actor == "window"


def test_the_last_number_counts(driver):
    no = driver.open(form=BY_POST)
    driver.finish(no)
    post(driver.office, no, "1234567890123")
    post(driver.office, no, "SF-99887766", "顺丰", actor="wang")
    delivery = report(driver.office, driver.case(no))["delivery"]
    assert (delivery["carrier"], delivery["tracking"]) == ("顺丰", "SF-99887766")


def test_before_it_is_posted_the_report_says_how_it_is_wanted(driver):
    shown = report(driver.office, driver.case(driver.open(form=BY_POST)))["delivery"]
    assert shown == {"mode": "post", "posted_at": None, "carrier": "", "tracking": ""}
    assert report(driver.office, driver.case(driver.open()))["delivery"]["mode"] == ""


def test_what_cannot_have_been_posted_is_refused_with_every_reason(driver):
    no = driver.open()
    found = codes(post(driver.office, no, "单号", ""))
    assert found == [
        "posting.mode", "posting.not_ready", "posting.tracking", "posting.carrier",
    ]  # fmt: skip
    assert last_posting(driver.case(no)) is None
    with pytest.raises(CaseNotFound):
        post(driver.office, "KB0", "1234567890123")
