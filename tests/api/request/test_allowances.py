"""How many requests a token may make in a minute, and how it is told."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kaiban.api.request.allowances import Allowances
from kaiban.domain.city import Rates
from kaiban.ports import Unavailable
from tests.api.test_routes import problem
from tests.orchestrator.driver import START

RATES = Rates(requests_by_token=40, tokens={"portal": 60})
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def process(served, clock):
    """Return a function: another process over the same database."""
    return lambda limits=served.limits: Allowances(limits, RATES, clock)


def test_a_token_is_told_what_is_left_and_stopped_until_the_minute_is_over(process, clock):
    allowances = process()
    told = [allowances.spend("alice") for _ in range(42)]
    assert [each.passes for each in told] == [True] * 40 + [False] * 2
    assert [each.left for each in told] == [*range(39, -1, -1), 0, 0]
    clock.now += timedelta(seconds=20.5)
    assert allowances.spend("alice").seconds == 40
    clock.now = START + MINUTE
    assert allowances.spend("alice").left == 39


def test_tokens_are_counted_apart_and_may_have_limits_of_their_own(process):
    allowances = process()
    while allowances.spend("alice").passes:
        pass
    assert allowances.spend("bob").passes
    assert sum(allowances.spend("portal").passes for _ in range(99)) == 60


def test_processes_count_together_and_threads_too(process):
    many = [process(), process(), process()]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: many[n % 3].spend("alice").passes, range(300)))
    assert sum(found) == 40


def test_who_is_being_counted_keeps_nobody_else_waiting(process, served):
    begun, told = threading.Event(), threading.Event()

    class Slow:
        """Counts alice when bob has been answered, or a while later."""

        def count(self, limit, token, *more):
            if token == "alice":
                begun.set()
                waited.append(told.wait(60))
            return served.limits.count(limit, token, *more)

    allowances, waited = process(Slow()), []
    with ThreadPoolExecutor(2) as pool:
        alice = pool.submit(allowances.spend, "alice")
        assert begun.wait(60)
        assert allowances.spend("bob").passes
        told.set()
        assert alice.result().passes
    assert waited == [True]


def test_where_nothing_can_be_counted_nobody_is_stopped(process):
    class Broken:
        def count(self, *_):
            raise Unavailable("full")

    allowances = process(Broken())
    assert all(allowances.spend("alice").passes for _ in range(99))


def test_a_clock_that_was_ahead_stops_nobody(process, clock):
    allowances = process()
    clock.now += timedelta(days=1)
    while allowances.spend("alice").passes:
        pass
    clock.now = START
    assert allowances.spend("alice").passes


def test_every_answer_to_a_token_says_how_many_are_left(served, monkeypatch):
    city = served.app.extensions["kaiban"].office.city
    few = Allowances(served.limits, Rates(requests_by_token=3), lambda: START)
    monkeypatch.setitem(served.app.extensions, "kaiban.allowances", few)
    no = served.open()
    assert city.rates.requests_by_token > 3
    missing = served.call("GET", "/cases/KB0")
    assert problem(missing) == "not-found"
    assert missing.headers["RateLimit-Policy"] == '"token";q=3;w=60'
    assert missing.headers["RateLimit"] == '"token";r=1;t=60'
    served.call("GET", f"/cases/{no}")
    stopped = served.call("POST", f"/cases/{no}/withdraw")
    assert problem(stopped) == "too-many"
    assert stopped.headers["Retry-After"] == "60"
    assert re.search(r"60 秒", stopped.get_json()["detail"])
    assert not served.driver.case(no).withdrawing
    other = served.call("GET", "/cases", token=served.token("bob", "cases:read"))
    assert other.status_code == 200
    assert "RateLimit" not in served.client.get("/livez").headers
