"""The proxy of compose.yaml in front of our server: whom it tells us of, and what it keeps from us."""

import threading

import pytest
import requests

from kaiban.config import Settings
from kaiban.serving.limits import Limits
from kaiban.serving.listening import listen
from kaiban.serving.proxies import TrustedProxies
from kaiban.serving.server import Server
from tests.proxy import proxied
from tests.slow_clients import slow_clients


@pytest.fixture
def door(tmp_path):
    """Lend the proxy's address; behind it, a server of two threads says who asks and how much came."""

    def told(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{environ['REMOTE_ADDR']} {len(environ['wsgi.input'].read())}".encode()]

    proxies = Settings.read({"KAIBAN_TRUSTED_PROXIES": "127.0.0.1"}).trusted_proxies
    front = TrustedProxies(told, proxies, lambda _: None)
    server = Server(front, listen("127.0.0.1", 0), 2, Limits())
    thread = threading.Thread(target=server.run)
    thread.start()
    with proxied(server.effective_port, tmp_path) as address:
        yield address
    server.stop()
    thread.join()


def asked(door, **more):
    with requests.Session() as session:
        session.trust_env = False
        return session.post(door, timeout=60, **more).text


def test_a_visitor_cannot_say_who_he_is_nor_be_taken_for_the_proxy(door):
    assert asked(door, headers={"X-Forwarded-For": "198.51.100.1"}) == "127.0.0.1 0"


def test_a_large_body_comes_through_whole(door):
    assert asked(door, data=b"x" * 20_000_000) == "127.0.0.1 20000000"


@pytest.mark.parametrize("kind", ["silent", "head", "body"])
def test_slow_clients_do_not_get_past_the_proxy(door, kind):
    with slow_clients(door, 40, kind) as clients:
        clients.go_on()
        assert asked(door) == "127.0.0.1 0"
