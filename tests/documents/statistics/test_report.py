"""A report is called by the days it is of."""

from datetime import date

import pytest

from kaiban.documents.statistics.report import period


@pytest.mark.parametrize(
    ("first", "last", "called"),
    [
        ("2026-01-01", "2026-03-31", "2026年第一季度"),
        ("2026-10-01", "2026-12-31", "2026年第四季度"),
        ("2026-02-01", "2026-04-30", ""),
        ("2026-02-01", "2026-02-28", "2026年2月"),
        ("2024-02-01", "2024-02-28", ""),
        ("2026-01-01", "2026-12-31", "2026年"),
        ("2026-03-01", "2027-02-28", ""),
        ("2026-01-02", "2026-03-31", ""),
        ("2026-01-01", "2026-03-30", ""),
    ],
)
def test_a_period_is_called_by_its_days(first, last, called):
    assert period(date.fromisoformat(first), date.fromisoformat(last)) == called
