from datetime import timedelta

import pytest

from kaiban.domain.hours.forecast import ENOUGH, Basis
from kaiban.orchestrator.applicant.aftercare.forecasting import MOST, forecast_case, forecast_form
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.case import outlook
from kaiban.ports import Correction, Done, NeedsCorrection, Pending, Ref
from tests.orchestrator.departments import PRE_AND_CONFIRM, REGISTRATION, Scripted
from tests.orchestrator.driver import FORM, START

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})
HOUR = timedelta(hours=1)


def after(**span):
    """Answers of a department that takes so long."""
    return Pending(REF, poll_after=timedelta(**span)), GRANTED


def ask(driver, no):
    return forecast_case(driver.office, driver.case(no), driver.clock.at)


def until(driver, found):
    """Working minutes from now to each end."""
    hours = driver.office.city.halls["main"].hours
    ends = (hours.working(driver.clock.at, end) for end in (found.likely, found.late))
    return [end // timedelta(minutes=1) for end in ends]


def finish(driver, count, *answers):
    """Open and finish so many cases of registration alone, each beginning in the morning."""
    for _ in range(count):
        driver.departments["registration"].answers = list(answers)
        driver.finish(driver.open("registration"))


@pytest.fixture
def driver(drive):
    return drive(
        Scripted("registration", *after(minutes=10), steps=REGISTRATION, promise=HOUR),
        Scripted("seal", GRANTED, promise=HOUR / 2),
        Scripted("social", GRANTED, steps=PRE_AND_CONFIRM, promise=HOUR / 2),
    )


def test_a_form_is_forecast_by_promises_as_long_as_there_are_no_cases(driver):
    found = forecast_form(driver.office, FORM, (), START)
    assert until(driver, found) == [90, 90]
    assert found.basis == tuple(Basis(name, 0) for name in ("registration", "seal", "social"))
    # its pre step runs beside registration: only half of the link's promise comes after
    found = forecast_form(driver.office, FORM, ("registration", "social"), START)
    assert until(driver, found) == [75, 75]


def test_links_that_cannot_be_run_have_no_forecast(driver):
    assert forecast_form(driver.office, FORM, ("seal",), START) is None
    assert forecast_form(driver.office, FORM, ("moon",), START) is None


def test_past_cases_take_the_place_of_the_promise(driver):
    finish(driver, ENOUGH - 1, *after(minutes=10))
    assert forecast_form(driver.office, FORM, ("registration",), START).basis[0].cases == 0
    finish(driver, 1, *after(minutes=10))
    found = forecast_form(driver.office, FORM, ("registration",), START)
    assert found.basis == (Basis("registration", ENOUGH),)
    assert found.likely - START == timedelta(minutes=10)


def test_only_the_latest_cases_count(driver):
    finish(driver, MOST, *after(minutes=50))
    finish(driver, MOST, *after(minutes=5))
    found = forecast_form(driver.office, FORM, ("registration",), START)
    assert found.late - START == timedelta(minutes=5)


def test_a_case_on_its_way_needs_only_the_rest(driver):
    driver.departments["registration"].answers = list(after(minutes=40))
    no = driver.open("registration")
    assert until(driver, ask(driver, no)) == [60, 60]
    driver.turn()
    driver.advance(minutes=20)
    assert until(driver, ask(driver, no)) == [40, 40]


def test_what_has_ended_or_is_no_longer_wanted_has_no_forecast(driver):
    no = driver.open("registration")
    driver.finish(no)
    assert ask(driver, no) is None
    driver.departments["registration"].answers = list(after(minutes=10))
    other = driver.open("registration")
    driver.turn()
    withdraw(driver.office, other)
    assert ask(driver, other) is None


def test_links_that_are_done_are_behind_us(driver):
    driver.departments["seal"].answers = list(after(minutes=25))
    no = driver.open("registration", "seal")
    driver.turn_until(lambda: driver.states(no)["seal"] == "submitted")
    assert until(driver, ask(driver, no)) == [30, 30]
    assert [basis.link for basis in ask(driver, no).basis] == ["seal"]


def test_what_waits_for_the_applicant_is_forecast_as_if_corrected_now(driver):
    wrong = NeedsCorrection((Correction("company.name.full", "E1", "名称有误"),), REF)
    driver.departments["registration"].answers = [wrong]
    no = driver.open("registration")
    driver.turn()
    driver.advance(minutes=45)
    assert until(driver, ask(driver, no)) == [60, 60]


def test_a_forecast_reads_in_words(driver):
    sunday = START + timedelta(days=4)
    told = outlook(forecast_form(driver.office, FORM, ("registration",), sunday))
    assert told == {
        "likely": "2026-03-09T10:00:00+08:00", "late": "2026-03-09T10:00:00+08:00",
        "opens_at": "2026-03-09T09:00:00+08:00", "provisional": False,
        "basis": [{"link": "registration", "cases": 0, "words": "按部门承诺"}],
    }  # fmt: skip
    assert outlook(None) is None
