"""Pages of a list: the ways to the next and the one before, and what is shown where a list has become shorter."""

import pytest
from flask import Flask

from kaiban.web.presentation.paging import PAGE, Paged, paged

ROWS = list(range(2 * PAGE + 3))


@pytest.fixture(scope="module")
def opened():
    """Open a page of a list with so many rows."""
    app = Flask(__name__)
    read: dict[str, Paged[int]] = {}

    @app.get("/list/<int:count>", endpoint="rows")
    def rows(count):
        read["page"] = paged(lambda offset, limit: ROWS[:count][offset : offset + limit])
        return ""

    def opened(address):
        assert app.test_client().get(address).status_code == 200
        return read["page"]

    return opened


def test_every_row_is_on_one_page_and_the_ways_lead_on_and_back(opened):
    seen, address = [], f"/list/{len(ROWS)}?view=x"
    while address:
        page = opened(address)
        seen, address = [*seen, *page.rows], page.more
    assert seen == ROWS
    assert page.before == f"/list/{len(ROWS)}?view=x&page=2"
    assert opened(page.before).rows == ROWS[PAGE : 2 * PAGE]


@pytest.mark.parametrize(
    "name", ["endpoint", "values", "count", "_scheme", "_external", "_anchor"]
)
def test_the_ways_lead_there_whatever_an_address_calls_things(opened, name):
    first = opened(opened(f"/list/60?{name}=javascript&page=2").before)
    assert (first.rows, first.more) == (ROWS[:PAGE], f"/list/60?{name}=javascript&page=2")


@pytest.mark.parametrize("page", ["2", "99", "9" * 30])
def test_beyond_the_end_the_first_page_is_shown(opened, page):
    assert opened(f"/list/{PAGE}?page={page}") == Paged(ROWS[:PAGE], "", "")
    longer = opened(f"/list/{PAGE + 1}?page=9{page}")
    assert (longer.rows, longer.more, longer.before) == (ROWS[:PAGE], f"/list/{PAGE + 1}?page=2", "")  # fmt: skip
    assert opened(f"/list/0?page={page}") == Paged([], "", "")
