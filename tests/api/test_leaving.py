"""An operation that will be gone says so with every answer, and in the description."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaiban.api import app
from kaiban.api.leaving import NOTICE, Leaving

LEAVING = Leaving(date(2026, 3, 1), date(2026, 12, 1), "/api/v1/halls")


@pytest.fixture
def leaving(served, monkeypatch):
    """The served API with one operation that is on its way out."""
    routes = {
        prefix: [replace(each, leaving=LEAVING) if each.rule == "/departments" else each for each in found]
        for prefix, found in app.routes_of().items()
    }  # fmt: skip
    monkeypatch.setattr(app, "routes_of", lambda: routes)
    return app.create_api(served.app.extensions["kaiban"]).test_client()


def test_every_answer_says_since_when_until_when_and_what_comes_instead(leaving):
    for query, status in (("", 200), ("?x=1", 400)):
        answer = leaving.get(f"/api/v1/departments{query}")
        assert answer.status_code == status
        assert answer.headers["Deprecation"] == "@1772323200"
        assert answer.headers["Sunset"] == "Tue, 01 Dec 2026 00:00:00 GMT"
        assert answer.headers["Link"] == '</api/v1/halls>; rel="successor-version"'
    assert "Deprecation" not in leaving.get("/api/v1/halls").headers


def test_the_description_says_so_too(leaving):
    paths = leaving.get("/api/v1/openapi.json").get_json()["paths"]
    gone, other = paths["/api/v1/departments"]["get"], paths["/api/v1/halls"]["get"]
    assert gone["deprecated"]
    assert {"Deprecation", "Sunset", "Link"} <= gone["responses"]["200"]["headers"].keys()
    assert "deprecated" not in other


def test_nothing_goes_with_less_than_half_a_year_of_notice():
    day = date(2026, 3, 1)
    assert Leaving(day, day + NOTICE, "/x")
    with pytest.raises(ValueError, match="too soon"):
        Leaving(day, day + NOTICE - timedelta(days=1), "/x")
