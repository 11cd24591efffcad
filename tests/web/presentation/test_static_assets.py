"""Addresses of style sheets, and what a page says when they are missing."""

import pytest
from flask import Flask, url_for

from kaiban.web.presentation import static_assets


@pytest.fixture
def app(tmp_path) -> Flask:
    (tmp_path / "a.css").write_text("a{}")
    app = Flask(__name__, static_url_path="/static", static_folder=str(tmp_path))
    static_assets.dress(app)
    return app


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_an_address_changes_with_the_content(app, tmp_path):
    before = address(app, "a.css")
    (tmp_path / "a.css").write_text("a{color:red}")
    assert before.startswith("/static/a.css?v=")
    assert address(app, "a.css") != before


def test_browsers_keep_what_they_fetched(app):
    with app.test_client().get(address(app, "a.css")) as answer:
        assert answer.status_code == 200
        assert answer.cache_control.max_age == static_assets.YEAR


def test_what_does_not_exist_has_no_digest(app):
    assert address(app, "none.css") == "/static/none.css"


def test_a_page_without_its_styles_says_what_to_do(tmp_path, monkeypatch):
    assert static_assets.refuse_unstyled() is None
    assert not static_assets.is_installed(tmp_path)
    monkeypatch.setattr(static_assets, "TOOLKIT", "toolkit/none.css")
    answer = static_assets.refuse_unstyled()
    assert answer
    assert answer.status_code == 503
    assert "make setup" in answer.get_data(as_text=True)
