from datetime import UTC, datetime

from tests.journeys.city import playing
from tests.journeys.hours import recounted

FRIDAY_EVENING = datetime(2026, 3, 6, 8, 45, tzinfo=UTC)  # 16:45: the bank has closed


def test_a_department_that_is_down_delays_its_own_link_only_and_goes_on_by_itself(city):
    port = int(city.hall.url("bank").rpartition(":")[2])
    city.hall.stop("bank")
    no = city.submit(city.form(), "registration", "seal", "tax", "bank")
    city.until(no, lambda case: all(case.link(name).finished for name in ("seal", "tax")))
    assert city.link(no, "bank")["status"] == "ready"
    assert city.link(no, "bank")["next_actor"] == "system"
    city.hall._start("bank", port)
    case = city.follow(no)
    assert case["status"] == "completed"
    assert case["ledger"]["platform"] > 0
    assert len(city.submissions("bank")) == 1


def test_what_comes_in_on_friday_evening_waits_for_monday_on_nobodys_time(tmp_path, sqlite_url):
    links = ("registration", "bank", "social_insurance")
    with playing(tmp_path, sqlite_url, morning=FRIDAY_EVENING, pace=20) as city:
        no = city.submit(city.form(), *links)
        case = city.follow(no)
        assert case["status"] == "completed"
        assert case["finished_at"] > "2026-03-09T08:30"
        closed = case["elapsed"]["closed_minutes"]
        assert closed > 60 * 60
        assert case["elapsed"]["working_minutes"] == case["elapsed"]["wall_minutes"] - closed <= 90
        ledger = {who: minutes for who, minutes in case["ledger"].items() if minutes}
        assert recounted(city.events(no), links) == ledger
        assert len(city.hall.commits()) == 4
