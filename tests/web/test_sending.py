"""How answers leave: packed, and with nothing of theirs left open."""

import gzip
from pathlib import Path

import pytest
from werkzeug.test import Client

PACKED = {"Accept-Encoding": "gzip"}
LARGE = "/static/kaiban.css"


@pytest.fixture
def browser(city):
    return Client(city.web)


def open_files():
    for number in Path("/proc/self/fd").iterdir():
        try:
            yield number.readlink().name
        except FileNotFoundError:
            continue  # the folder's own


@pytest.mark.parametrize("path", ["/", LARGE])
def test_an_answer_is_packed_for_whoever_can_unpack_it(browser, path):
    plain, packed = browser.get(path), browser.get(path, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert len(gzip.decompress(packed.data)) == len(plain.data)


def test_who_knows_more_gets_less(browser):
    gzipped = browser.get(LARGE, headers=PACKED)
    smaller = browser.get(LARGE, headers={"Accept-Encoding": "gzip, br"})
    assert smaller.headers["Content-Encoding"] == "br"
    assert len(smaller.data) < len(gzipped.data)


@pytest.mark.parametrize(
    "headers", [{}, PACKED, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}]
)
@pytest.mark.parametrize("path", ["/static/logo.svg", LARGE])
def test_a_file_is_closed_before_it_is_sent(browser, path, headers):
    answer = browser.get(path, headers=headers, buffered=False)
    assert Path(path).name not in set(open_files())
    answer.close()
