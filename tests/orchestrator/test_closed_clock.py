"""A case that has ended shows the same minutes for ever, whatever the city's profile says afterwards."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from kaiban.documents.package.packages import DocumentPackages
from kaiban.domain.hours.clock import Promise, Season, Shift, StateCouncilDays
from kaiban.domain.statistics.case_facts import facts_of
from kaiban.domain.statistics.hours_ledger import ledger
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.reporting.case import report
from kaiban.ports import Done, Ref
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})
DAY = date(2026, 3, 4)
#: 12:10 in the hall, which was closed from 12:00.
NOON = datetime(2026, 3, 4, 4, 10, tzinfo=UTC)
AN_HOUR = Shift(time(9), time(10))


def of(city, **changes):
    """The same city with other hours in its hall."""
    hall = city.halls["main"]
    return replace(city, halls={"main": replace(hall, hours=replace(hall.hours, **changes))})


CHANGED = [
    of(CITY, days=StateCouncilDays({DAY: False})),
    of(CITY, own={DAY: (AN_HOUR,)}),
    of(CITY, seasons=(Season(date.min, (AN_HOUR,)),)),
    replace(CITY, promises={"five_hours": Promise("five_hours", "一小时", timedelta(hours=1))}),
    replace(CITY, halls={"other": CITY.halls["main"]}, promises={"x": Promise("x", "x", timedelta(hours=9))}),
]  # fmt: skip


@pytest.fixture
def ended(drive):
    """A case of 190 working minutes: 180 in the morning, ten after lunch."""
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION), Scripted("tax", GRANTED))
    no = driver.open("registration")
    driver.clock.at = datetime(2026, 3, 4, 5, 40, tzinfo=UTC)  # 13:40
    driver.finish(no)
    assert report(driver.office, driver.case(no))["elapsed"]["working_minutes"] == 190
    return driver, no


def told(office, no):
    """What API, statistics and package say of a case; pages ask as the API does."""
    case, city = office.cases.read(no), office.city
    said = report(office, case)
    packages = DocumentPackages(
        city, {}, "https://x.example", b"secret", printing=lambda *_: b"%PDF-"
    )
    package = json.loads(packages.make(case, 2, case.finished_at).summary)
    return {
        "api": [said[name] for name in ("elapsed", "promise", "ledger")],
        "facts": facts_of(case, city),
        "package": [package["hours"], package["promise"]],
    }


@pytest.mark.parametrize("city", CHANGED)
def test_an_ended_case_shows_the_same_when_the_profile_has_changed(ended, city):
    driver, no = ended
    before = told(driver.office, no)
    changed = replace(driver.office, city=city)
    assert told(changed, no) == before
    assert before["facts"].used == 190
    assert sum(ledger([before["facts"].timeline]).holders().values()) == 190


def test_a_case_in_hand_follows_the_profile(drive):
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION))
    no = driver.open()
    driver.clock.at = NOON
    changed = replace(driver.office, city=CHANGED[0])
    assert report(driver.office, driver.case(no))["elapsed"]["working_minutes"] == 180
    assert report(changed, driver.case(no))["elapsed"]["working_minutes"] == 0


def test_what_is_added_later_goes_by_the_profile_of_its_days_and_what_was_closed_stays(ended):
    driver, no = ended
    driver.clock.at = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    add_links(driver.office, no, ("tax",), {})
    closed = of(CITY, days=StateCouncilDays({DAY: False, date(2026, 3, 6): False}))
    driver.office = replace(driver.office, city=closed)
    driver.clock.at = datetime(2026, 3, 9, 1, 20, tzinfo=UTC)
    hours = closed.hours_of(driver.finish(no), driver.clock.now())
    # The first day as it was, the rest of it until the link was added the applicant's; the sixth is a day off by then.
    assert hours.working_minutes == 190 + 420 + 20
    version = driver.case(no).clock.version
    assert version == closed.calendar_version != CITY.calendar_version


def test_a_provisional_end_stays_provisional(drive):
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION))
    driver.clock.at = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    no = driver.open()
    driver.finish(no)
    noticed = of(CITY, days=StateCouncilDays({}, loaded_years={2027}))
    case = driver.case(no)
    assert case.clock.provisional
    assert noticed.hours_of(case, driver.clock.now()).provisional
