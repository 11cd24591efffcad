from datetime import timedelta

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.plan import LinkSpec, Plan, StepSpec
from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import Promise
from tests.domain.halls import HALL, at

CITY = City(
    "shifan", "示范市", "990100",
    {"main": Hall("main", "大厅", HALL)},
    {"five_hours": Promise("five_hours", "五小时办结", timedelta(hours=5))},
)  # fmt: skip
START = at("2026-03-04T11:30")


def one_case():
    plan = Plan.of((LinkSpec("tax", "税务", "税务局", (StepSpec(),)),), {})
    return Case.accept(
        "KB1", plan, city="shifan", hall="main", owner="", promise="five_hours", at=START
    )


def test_a_running_case_is_accounted_until_now_in_its_halls_hours():
    hours = CITY.hours_of(one_case(), at("2026-03-04T14:00"))
    assert (hours.wall_minutes, hours.working_minutes, hours.closed_minutes) == (150, 60, 90)


def test_an_ended_case_is_accounted_until_its_end():
    case = one_case()
    case.complete(1, at("2026-03-04T11:50"))
    assert CITY.hours_of(case, at("2026-03-09T11:50")).wall_minutes == 20


def test_a_clock_that_was_set_back_makes_no_negative_hours():
    assert CITY.hours_of(one_case(), at("2026-03-04T10:00")).wall_minutes == 0
