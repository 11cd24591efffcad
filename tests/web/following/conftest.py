"""Lend somebody whose form has just been accepted."""

import pytest

from tests.web.following.cases import submit


@pytest.fixture
def submitted(filing, city):
    """Somebody whose form has just been accepted, at the receipt."""
    return lambda trade_name="": submit(filing, city.form(trade_name))
