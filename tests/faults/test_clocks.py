"""The machine's clock is an hour ahead for a while: real processes, real departments, real delays."""

import time

import pytest

from kaiban.domain.hours.waiting import LONGEST
from tests.city import ENDED
from tests.combinations import DATABASES, each_value_once
from tests.faults.planted import program
from tests.waiting import until

HOUR = 3600.0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("database_url", "leap"), each_value_once(DATABASES, (HOUR, -HOUR)), indirect=["database_url"]
)
def test_cases_go_on_within_seconds_after_a_clock_was_wrong(found, database_url, leap):
    city = found(database_url)
    city.start(*program("leaping"))
    city.wait_until_ready(240)
    before = city.handed_in(1)
    city.leap(leap)

    def spoken_to():
        business = city.kaiban.clock.now()
        exchanges = city.kaiban.cases.exchanges(before)
        return any(abs(each.at - business) > LONGEST and each.outcome for each in exchanges)

    until(spoken_to, 120, city.log)
    time.sleep(3)  # so that something of every kind is written down by the wrong clock
    city.leap(0)
    after = city.handed_in(2)

    def ended(no):
        return city.kaiban.cases.read(no).state.value in ENDED

    until(lambda: ended(before) and ended(after), 240, city.log)
    commits = [(c.enterprise, c.department, c.step) for c in city.hall.commits()]
    assert len(commits) == len(set(commits))
