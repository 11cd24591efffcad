"""Weeks and months of a period: every granted case in exactly one, by its own day."""

import random
from datetime import date, timedelta

import pytest

from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.trend import trend
from kaiban.ports.statistics import Scope
from kaiban.storage.database import Database
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.statistics.freezing import freeze
from tests.storage.test_statistics import GRANTED, MARCH, some, within


@pytest.fixture
def figures(migrated_url):
    database, rng = Database(migrated_url), random.Random(20260815)
    found = [some(number, rng) for number in range(200)]
    with database.transaction() as connection:
        for each in found:
            freeze(connection, each)
    yield SqlFigures(database), found
    database.close()


@pytest.mark.parametrize(
    ("scope", "parts"),
    [
        (Scope(MARCH, MARCH), 1),  # a Sunday
        (Scope(MARCH, MARCH + timedelta(days=1)), 2),
        (Scope(MARCH, MARCH + timedelta(days=59)), 10),
        (Scope(MARCH + timedelta(days=3), MARCH + timedelta(days=40), "east"), 6),
        (Scope(date(2026, 2, 10), date(2026, 4, 20)), 3),
        (Scope(date(2025, 5, 1), date(2026, 4, 30), "main"), 12),
    ],
)
def test_every_granted_case_stands_in_the_part_of_its_day(figures, scope, parts):
    figures, known = figures
    found = trend(figures, scope)
    assert len(found) == parts
    days = [each.scope.first + timedelta(days=n) for each in found for n in range((each.scope.last - each.scope.first).days + 1)]  # fmt: skip
    assert days == [scope.first + timedelta(days=n) for n in range(len(days))]
    assert days[-1] == scope.last
    for each in found:
        granted = [one for one in within(each.scope, known) if one.outcome in GRANTED]
        assert each.scope.hall == scope.hall
        assert each.times == Spread.of(one.used for one in granted)
        kept = sum(one.used <= one.promised for one in granted)
        assert (each.kept.part, each.kept.whole) == (kept, len(granted))
        assert each.is_small == (len(granted) < 5)
        assert each.scope.first == scope.first or (
            each.scope.first.day == 1 if each.is_month else each.scope.first.weekday() == 0
        )
