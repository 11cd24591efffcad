"""Who a request is from, and which address is ours, whatever stands between and whatever a request says."""

from ipaddress import ip_network

import pytest
from flask import Flask, redirect, request, url_for

from kaiban.serving.address import OwnAddress
from kaiban.serving.limits import network
from kaiban.serving.proxies import TrustedProxies
from kaiban.serving.sightings import Sightings

PROXIES = tuple(map(ip_network, ("10.0.0.0/24", "192.0.2.7", "2001:db8::/64")))


def asking(peer: str, **headers: str) -> tuple[str, list[str], dict]:
    """The address the application sees, the strangers told of, and all it sees."""
    seen: dict = {}
    strangers: list[str] = []

    def application(environ, _start_response):
        seen.update(environ)
        return []

    front = TrustedProxies(application, PROXIES, strangers.append)
    front({"REMOTE_ADDR": peer, **headers}, None)
    return seen["REMOTE_ADDR"], strangers, seen


@pytest.mark.parametrize(
    ("peer", "header", "who"),
    [
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        (
            "10.0.0.5",
            "198.51.100.1, 203.0.113.9",
            "203.0.113.9",
        ),  # what a visitor wrote counts for nothing
        ("10.0.0.5", "203.0.113.9, 192.0.2.7", "203.0.113.9"),  # two proxies of ours
        ("2001:db8::2", "2001:db8:1::9", "2001:db8:1::9"),
        ("10.0.0.5", "203.0.113.9, unknown", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
    ],
)
def test_a_trusted_proxy_tells_whose_request_it_is(peer, header, who):
    found, strangers, _ = asking(peer, HTTP_X_FORWARDED_FOR=header)
    assert (found, strangers) == (who, [])


def test_nobody_else_is_believed_and_a_stranger_who_tries_is_told_of():
    assert asking("198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.9")[:2] == (
        "198.51.100.1",
        ["198.51.100.1"],
    )
    assert asking("198.51.100.1")[:2] == ("198.51.100.1", [])


def test_nothing_else_a_proxy_says_goes_further_in():
    said = {
        "HTTP_X_FORWARDED_HOST": "hostile.example",
        "HTTP_FORWARDED": "host=hostile.example",
        "HTTP_X_FORWARDED_PROTO": "http",
    }
    assert not said.keys() & asking("10.0.0.5", **said)[2].keys()


def test_connections_of_one_household_count_together():
    assert network("2001:db8:0:1::5") == network("2001:db8:0:1:9::6") != network("2001:db8:0:2::5")
    assert network("192.0.2.1") != network("192.0.2.2")


def test_a_private_stranger_is_remembered_for_the_doctor_and_a_visitor_is_not(tmp_path):
    sightings = Sightings(tmp_path)
    sightings.note("1.2.3.4")
    sightings.note("")
    sightings.note("172.18.0.3")
    sightings.note("172.18.0.4")  # at once again: a request is no news
    found = Sightings(tmp_path).latest()
    assert found
    assert found[0] == "172.18.0.3"


@pytest.mark.parametrize("ours", ["https://kaiban.example", "http://127.0.0.1:8000"])
def test_every_address_made_of_a_request_is_ours_whatever_it_says(ours):
    app = Flask("address")

    @app.get("/there")
    def there():
        return redirect(url_for("there", _external=True))

    @app.get("/here")
    def here():
        return " ".join((request.url, request.host_url, url_for("there", _external=True)))

    app.wsgi_app = OwnAddress(app.wsgi_app, ours)
    client = app.test_client()
    hostile = {"Host": "hostile.example", "X-Forwarded-Host": "hostile.example"}
    assert client.get("/here", headers=hostile).text == f"{ours}/here {ours}/ {ours}/there"
    answer = client.get("/there", headers=hostile)
    assert answer.headers["Location"] == f"{ours}/there"
    strict = answer.headers.get("Strict-Transport-Security", "")
    assert strict.startswith("max-age=31536000") is ours.startswith("https:")
