"""Everybody sees how well the promise is kept, and no single case through it."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from kaiban.domain.cases.states import CaseState
from kaiban.storage.schema import case_facts, case_marks, case_minutes, case_timelines
from kaiban.storage.statistics.freezing import freeze
from tests.journeys.city import playing
from tests.storage.test_statistics import some
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def quiet_city(tmp_path_factory):
    """A city in which nothing has ended, on 4 March 2026."""
    folder = tmp_path_factory.mktemp("performance")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


@pytest.fixture
def ends(quiet_city):
    """Let so many cases end in the month before so many others, each after so many minutes."""
    database, rng, numbers = quiet_city.kaiban.database, random.Random(5), iter(range(10_000))

    def ends(day, *used, outcome=CaseState.COMPLETED):
        with database.transaction() as connection:
            for each in used:
                facts = some(next(numbers), rng)
                freeze(
                    connection,
                    replace(
                        facts,
                        ended_on=day,
                        accepted_on=day,
                        outcome=outcome,
                        used=each,
                        promised=300,
                    ),
                )

    yield ends
    with database.transaction() as connection:
        for table in (case_facts, case_marks, case_minutes, case_timelines):
            connection.execute(delete(table))


@pytest.fixture
def anybody(quiet_city):
    visitor = Visitor(quiet_city.address)
    visitor.open("/")
    yield visitor
    visitor.close()


def rows(visitor):
    return ["".join(row.itertext()).split() for row in visitor.page.xpath("//main//tbody/tr")]


def test_nothing_has_ended_yet(anybody):
    anybody.open("/performance")
    assert "还没有办结的件" in anybody.text


def test_months_are_told_with_both_numbers_and_small_ones_are_not(anybody, ends):
    ends(date(2026, 3, 2), 100, 200, 300, 301, 400, 500, 240)
    ends(date(2026, 2, 20), 900, 900, 900, 900)
    ends(date(2026, 1, 1), *[60] * 5)
    ends(date(2026, 3, 3), 999, 999, outcome=CaseState.REFUSED)
    anybody.open("/")
    assert anybody.page.xpath("//main//a[@href='/performance']")
    anybody.open("/performance")
    march, february, january = rows(anybody)
    assert march[:3] == ["2026", "年", "3"]
    assert "57.14%（4" in " ".join(march)
    assert "7）" in " ".join(march)
    assert "5 小时" in " ".join(march)
    assert "少于" in " ".join(february)
    assert "15" not in " ".join(february)  # 900 minutes are 15 hours
    assert "100.00%（5" in " ".join(january)


def test_a_year_back_is_as_far_as_it_goes(anybody, ends):
    ends(date(2026, 3, 1) - timedelta(days=400), *[60] * 9)
    anybody.open("/performance")
    assert "还没有办结的件" in anybody.text
