"""Callbacks are sent when they are due, and again until they are taken."""

import threading
from datetime import timedelta

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from adapters.hall import HallClock, HallContext
from adapters.hall.hall import MORNING
from tests.adapters.hall.counter import CounterStub


class Kaiban:
    """A listener that takes callbacks only while ``takes``."""

    def __init__(self):
        self.takes = True
        self.heard = []
        self.rang = threading.Semaphore(0)
        app = Flask("kaiban")
        app.post("/callbacks/counter")(self.hear)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def hear(self):
        self.heard.append((request.headers["X-Topic"], request.get_data()))
        self.rang.release()
        return ("", 204) if self.takes else ("later", 503)


@pytest.fixture
def kaiban():
    listener = Kaiban()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def clock():
    return HallClock(MORNING, manual=True)


@pytest.fixture
def stub(clock, kaiban, tmp_path):
    # Not started: these tests deliver by hand, so that nothing depends on a thread's speed.
    stub = CounterStub(HallContext(clock=clock, secrets=tmp_path, callback_url=kaiban.url))
    yield stub
    stub.store.close()


def test_a_call_is_made_when_it_is_due_and_not_before(clock, kaiban, stub):
    stub.call_back(stub.now() + timedelta(minutes=5), "/callbacks/counter", "7", "done")
    assert stub.callbacks.deliver_due() == 0
    clock.advance(timedelta(minutes=5))
    assert stub.callbacks.deliver_due() == 1
    assert kaiban.heard == [("done", b"7 at 01:35")]
    assert stub.callbacks.deliver_due() == 0


def test_a_call_nobody_takes_is_made_again_later(clock, kaiban, stub):
    kaiban.takes = False
    stub.call_back(stub.now(), "/callbacks/counter", "7", "done")
    assert stub.callbacks.deliver_due() == 0
    assert stub.callbacks.deliver_due() == 0
    assert len(kaiban.heard) == 1
    kaiban.takes = True
    clock.advance(timedelta(seconds=15))
    assert stub.callbacks.deliver_due() == 1
    assert len(kaiban.heard) == 2


def test_after_ten_tries_it_gives_up(clock, kaiban, stub):
    kaiban.takes = False
    stub.call_back(stub.now(), "/callbacks/counter", "7", "done")
    for _ in range(15):
        stub.callbacks.deliver_due()
        clock.advance(timedelta(hours=3))
    assert len(kaiban.heard) == 10


def test_a_dead_listener_does_not_hurt(clock, kaiban, stub):
    kaiban.server.server_close()
    stub.call_back(stub.now(), "/callbacks/counter", "7", "done")
    assert stub.callbacks.deliver_due() == 0


def test_a_running_stub_calls_by_itself_when_time_passes(clock, kaiban, stub):
    stub.start()
    stub.call_back(stub.now() + timedelta(hours=1), "/callbacks/counter", "7", "done")
    clock.advance(timedelta(hours=1))
    assert kaiban.rang.acquire(timeout=250)
    stub.stop()


def test_planned_calls_survive_the_stub(clock, kaiban, tmp_path):
    def stub():
        return CounterStub(
            HallContext(clock, tmp_path, state_path=tmp_path / "s.db", callback_url=kaiban.url)
        )

    first = stub()
    first.call_back(first.now(), "/callbacks/counter", "7", "done")
    first.store.close()
    second = stub()
    assert second.callbacks.deliver_due() == 1
    second.store.close()
