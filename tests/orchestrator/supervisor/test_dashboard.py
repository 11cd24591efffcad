"""What pages, files and programs tell alike of one period: which links in which order, and whose the minutes were."""

from decimal import Decimal

from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.dashboard import Dashboard
from kaiban.ports.statistics import Scope
from tests.storage.test_statistics import MARCH


def told(links=(), **holders):
    links = {name: Spread.of([minutes]) for minutes, name in enumerate(links)}
    return Dashboard(Scope(MARCH, MARCH), {}, Spread({}), links, holders, {}, {}, Spread({}), [])


def test_links_stand_in_the_order_of_the_city_and_those_it_has_no_more_behind_them():
    found = told(["tax", "wax", "registration", "candles"])
    assert found.links_in(["registration", "seal", "tax"]) == [
        ("registration", Spread.of([2])), ("tax", Spread.of([0])),
        ("candles", Spread.of([3])), ("wax", Spread.of([1])),
    ]  # fmt: skip


def test_pauses_and_closed_hours_have_no_share_of_the_minutes_that_count():
    found = told(platform=30, closed=900, window=10, applicant=70, special=5)
    assert found.whose == [
        ("closed", 900, None), ("applicant", 70, None), ("platform", 30, Decimal("75.00")),
        ("window", 10, Decimal("25.00")), ("special", 5, None),
    ]  # fmt: skip
    assert told(window=0).whose == [("window", 0, None)]
