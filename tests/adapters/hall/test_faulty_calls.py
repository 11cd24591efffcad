"""Faults of the calls to Kaiban: each happens once to a call, and what is genuine stays genuine."""

import threading

import pytest
from flask import Flask, Response, request
from werkzeug.serving import make_server

from adapters.hall import Hall
from adapters.hall.fault_injection.faults import fault
from kaiban.ports import Forged, Hint, RawCallback
from tests.adapters.hall.offices import Visit

ACKS = {"registration": b'{"code":"00000"}', "seal": b'{"code":"000"}'}


class Kaiban:
    """Takes every call and keeps it; ``before`` runs while the caller waits."""

    def __init__(self):
        self.calls = []
        self.before = lambda: None
        app = Flask("kaiban")
        app.post("/callbacks/<name>")(self.hear)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def hear(self, name):
        self.before()
        self.calls.append(
            RawCallback(
                request.path, {n.lower(): v for n, v in request.headers}, request.get_data()
            )
        )
        return Response(ACKS[name])


@pytest.fixture
def kaiban():
    listener = Kaiban()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


class Called:
    """An application at one office whose calls reach a listener."""

    def __init__(self, hall, name, kaiban):
        self.hall, self.kaiban, self.stub = hall, kaiban, hall.stub(name)
        self.visit = Visit(hall, name)

    def fault(self, **raw):
        self.stub.mischief.add(fault(raw))

    def later(self, **span):
        """Let time pass and every call be made that is due."""
        self.hall.advance(**(span or {"days": 1}))
        self.stub.callbacks.deliver_due()
        return len(self.kaiban.calls)

    def hints(self):
        """Return what the adapter makes of each call: hints, or what it raises."""
        made = []
        for raw in self.kaiban.calls:
            try:
                made.append(tuple(self.visit.adapter.parse_callback(raw)))
            except Forged as forged:
                made.append(type(forged))
        return made

    def states(self):
        return [each["state"] for each in self.stub.callbacks.all().values()]


@pytest.fixture(params=["registration", "seal"])
def called(request, kaiban):
    name = request.param
    with Hall(only=(name,), manual=True, seed=3, callback_url=kaiban.url) as hall:
        made = Called(hall, name, kaiban)
        yield made
        made.visit.close()


def test_without_a_fault_every_call_is_a_hint(called):
    called.visit.submit()
    planned = len(called.states())
    assert called.later() == planned > 0
    assert all(isinstance(each[0], Hint) for each in called.hints())
    assert set(called.states()) == {"taken"}


def test_a_dropped_call_is_never_made(called):
    called.fault(do="drop")
    called.visit.submit()
    assert called.later() == called.later() == 0
    assert set(called.states()) == {"dropped"}


def test_a_held_call_waits_for_somebody(called):
    called.fault(do="hold", times=1)
    called.visit.submit()
    planned = len(called.states())
    assert called.later() == planned - 1
    held = next(n for n, each in called.stub.callbacks.all().items() if each["state"] == "held")
    called.stub.callbacks.redeliver(held)
    assert called.later(minutes=1) == planned


def test_a_duplicate_is_made_several_times(called):
    called.fault(do="duplicate", n=3)
    called.visit.submit()
    planned = len(called.states())
    assert called.later() == 3 * planned


def test_a_delayed_call_comes_later(called):
    called.fault(do="delay", at="callback", seconds=7 * 24 * 3600.0)
    called.visit.submit()
    planned = len(called.states())
    assert called.later() == 0
    assert called.later(days=8) == planned


def test_a_reordered_call_comes_after_the_others(called):
    called.visit.submit()
    called.stub.callbacks.add(called.stub.now(), *_like_the_first(called))
    called.fault(do="reorder", times=1)
    keys = list(called.stub.callbacks.all())
    called.later()
    called.later(seconds=2)
    ended = [n for n, each in called.stub.callbacks.all().items() if each["state"] == "taken"]
    assert ended == keys
    made = [each for each in called.stub.store.journal() if each.way == "out"]
    assert len(made) == len(keys)


def test_a_forged_call_is_seen_through_and_the_genuine_one_is_not(called):
    for how in ("body", "key"):
        called.fault(do="forge", how=how, times=1)
    called.visit.submit()
    called.stub.callbacks.add(called.stub.now(), *_like_the_first(called))
    called.later()
    assert called.hints().count(Forged) == 2
    assert len(called.hints()) == len(called.states()) + 2


def test_a_replayed_call_is_the_bytes_of_the_one_before(called):
    called.visit.submit()
    called.stub.callbacks.add(called.stub.now(), *_like_the_first(called))
    called.fault(do="forge", how="replay", nth=2)
    called.later()
    bodies = [each.body for each in called.kaiban.calls]
    assert bodies[0] == bodies[1]
    assert len(bodies) == len(called.states()) + 1


def test_a_wrong_reference_is_genuine_and_leads_to_nobody(called):
    called.fault(do="wrong-ref", times=1)
    called.visit.submit()
    called.later()
    (hint,) = called.hints()[0]
    assert hint.key != called.visit.ref.key or hint.number != called.visit.ref.number
    assert called.states()[0] == "wrong ref"


def test_a_call_can_come_before_the_answer(called):
    answered = []
    called.kaiban.before = lambda: answered.append(len(called.stub.store.journal()))
    called.fault(do="before-answer")
    called.visit.submit()
    made = len(called.kaiban.calls)
    assert made == len(called.states())
    operations = [each.operation for each in called.stub.store.journal() if each.way == "in"]
    # When the first call came, the exchange that caused it had not been answered.
    assert answered[0] == operations.index(called.visit.operation)


def test_a_call_is_befallen_once_however_often_it_is_tried(called):
    called.kaiban.server.shutdown()
    called.kaiban.server.server_close()
    called.fault(do="duplicate", n=2)
    called.visit.submit()
    called.later()
    called.later()
    tried = [each for each in called.stub.store.journal() if each.way == "out"]
    planned = len(called.states())
    assert len(tried) == 2 * planned + planned
    assert {each.status for each in tried} == {0}


def test_calls_are_in_the_journal_with_both_sides(called):
    called.visit.submit()
    called.later()
    made = [each for each in called.stub.store.journal() if each.way == "out"]
    assert [each.asked for each in made] == [each.body for each in called.kaiban.calls]
    assert {(each.answered, each.status) for each in made} == {(ACKS[called.stub.name], 200)}


def _like_the_first(called):
    first = next(iter(called.stub.callbacks.all().values()))
    return first["path"], first["key"], first["topic"]
