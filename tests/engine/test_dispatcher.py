"""The dispatcher and its bulkheads: what is due is done once at a time, and nobody waits for a slow department."""

import threading
from concurrent.futures import wait

import pytest

from kaiban.engine import dispatcher as module
from kaiban.engine.bulkheads import ThreadBulkheads
from kaiban.engine.dispatcher import Dispatcher, WaitingOnly
from kaiban.ports import Job, Unavailable
from tests.waiting import until

LIMITS = {"tax": 2, "bank": 1}


def job(no, link="tax"):
    return Job("work", no, link, "main", 1)


class Silence:
    """An alarm nobody rings: the dispatcher looks when its time has come."""

    def __init__(self):
        self.closed = threading.Event()

    def wait(self, seconds):
        return self.closed.wait(seconds) and False

    def close(self):
        self.closed.set()


class Bell(Silence):
    """An alarm a test rings."""

    def __init__(self):
        super().__init__()
        self.rung = threading.Event()

    def wait(self, seconds):
        heard = self.rung.wait(seconds)
        self.rung.clear()
        return heard


class Table:
    """What is due, as a list a test changes."""

    def __init__(self, *jobs):
        self.jobs, self.looks, self.away = list(jobs), [], 0

    def __call__(self, queues, most):
        self.looks.append(sorted(queues))
        if self.away:
            self.away -= 1
            raise Unavailable("away")
        return [each for each in self.jobs if each.queue in queues][:most]


@pytest.fixture
def dispatch():
    made = []

    def dispatch(table, run, alarm=None):
        made.append(Dispatcher(LIMITS, table, run, alarm or Silence()))
        made[-1].start()
        return made[-1]

    yield dispatch
    for each in made:
        each.stop(10)


# --- bulkheads ------------------------------------------------------------------------------------


def test_a_department_that_hangs_takes_its_own_room_and_nobody_elses():
    freed, hanging = [], threading.Event()
    bulkheads = ThreadBulkheads(LIMITS, lambda: freed.append(1))
    permits = [bulkheads.enter("tax") for _ in range(3)]
    assert [bool(each) for each in permits] == [True, True, False]
    assert bulkheads.open_queues() == ["bank"]
    slow = [each.start(hanging.wait) for each in permits if each]
    assert bulkheads.enter("bank").start(lambda: "done").result(10) == "done"
    assert not any(each.done() for each in slow)
    hanging.set()
    wait(slow, 10)
    until(lambda: bulkheads.open_queues() == ["tax", "bank"])
    assert len(freed) == 3
    bulkheads.close()


def away(_name):
    raise Unavailable("away")


class SharedPlaces:
    """Places of all workers, of whom there is one that a test plays."""

    def __init__(self, count):
        self.free, self.asked, self.closed = count, 0, False

    def take(self, _name):
        self.asked += 1
        if not self.free:
            return None
        self.free -= 1
        return self.give_back

    def give_back(self):
        self.free += 1

    def close(self):
        self.closed = True


def test_who_has_threads_but_finds_all_places_taken_does_nothing_and_looks_again_later():
    places = SharedPlaces(1)
    bulkheads = ThreadBulkheads(LIMITS, lambda: None, {"tax": places})
    permit = bulkheads.enter("tax")
    assert permit
    assert bulkheads.enter("tax") is None
    asked = places.asked
    assert bulkheads.open_queues() == ["bank"]
    until(lambda: bulkheads.open_queues() == ["tax", "bank"])
    assert places.asked == asked
    assert bulkheads.enter("tax") is None
    permit.leave()
    assert bulkheads.open_queues() == ["tax", "bank"]
    assert bulkheads.enter("tax").start(lambda: "done").result(10) == "done"
    until(lambda: places.free == 1)
    bulkheads.close()
    assert places.closed


def test_a_place_that_cannot_be_asked_for_takes_no_thread(monkeypatch):
    places = SharedPlaces(9)
    bulkheads = ThreadBulkheads({"bank": 1}, lambda: None, {"bank": places})
    with monkeypatch.context() as patch:
        patch.setattr(places, "take", away)
        with pytest.raises(Unavailable):
            bulkheads.enter("bank")
    permit = bulkheads.enter("bank")
    assert permit
    permit.leave()
    bulkheads.close()


def test_room_is_given_back_when_work_fails_and_when_nothing_was_done():
    bulkheads = ThreadBulkheads({"bank": 1}, lambda: None)
    failed = bulkheads.enter("bank").start(lambda: 1 / 0)
    assert isinstance(failed.exception(10), ZeroDivisionError)
    until(bulkheads.open_queues)
    permit = bulkheads.enter("bank")
    assert bulkheads.enter("bank") is None
    permit.leave()
    assert bulkheads.enter("bank") is not None
    bulkheads.close()


# --- looking --------------------------------------------------------------------------------------


def test_what_is_due_is_run_once_at_a_time(dispatch):
    table, begun, go_on = Table(job("KB1"), job("KB2")), [], threading.Event()

    def run(found):
        begun.append(found.case_no)
        go_on.wait(60)
        table.jobs.remove(found)
        return True

    dispatcher = dispatch(table, run)
    until(lambda: len(begun) == 2)
    looks = len(table.looks)
    dispatcher.ring()
    until(lambda: len(table.looks) > looks)
    go_on.set()
    until(lambda: not table.jobs)
    assert sorted(begun) == ["KB1", "KB2"]


def test_what_is_left_due_is_run_again(dispatch):
    table, begun = Table(job("KB1")), []

    def run(found):
        begun.append(found.case_no)
        if len(begun) == 2:
            table.jobs.clear()
        return True

    dispatch(table, run)
    until(lambda: not table.jobs)
    assert begun == ["KB1", "KB1"]


def test_what_failed_rests_and_keeps_nobody_waiting(dispatch):
    table, begun = Table(job("BAD"), job("KB1", "bank")), []

    def run(found):
        begun.append(found.case_no)
        if found.case_no == "BAD":
            return False
        if begun.count("KB1") == 20:
            table.jobs.remove(found)
        return True

    dispatch(table, run)
    until(lambda: begun.count("KB1") == 20)
    assert begun.count("BAD") == 1, "it was run in a circle"


def test_what_rested_is_tried_again(dispatch, monkeypatch):
    monkeypatch.setattr(module, "REST", 0.1)
    table, begun = Table(job("BAD")), []
    dispatch(table, lambda found: bool(begun.append(found)))
    until(lambda: len(begun) > 1)
    assert set(begun) == {job("BAD")}


def test_only_departments_with_room_are_asked_for(dispatch):
    table = Table()
    dispatcher = dispatch(table, lambda _: True)
    permit = dispatcher.bulkheads.enter("bank")
    table.looks.clear()
    until(lambda: table.looks)
    assert ["tax"] in table.looks
    permit.leave()
    until(lambda: ["bank", "tax"] in table.looks)


def test_an_alarm_is_heard_long_before_the_next_look(dispatch, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY", 100.0)
    bell, table, begun = Bell(), Table(), []
    dispatch(table, lambda found: begun.append(found) is None, bell)
    table.jobs.append(job("KB1"))
    bell.rung.set()
    until(lambda: begun, 60)
    assert begun[0] == job("KB1")
    table.jobs.clear()
    bell.rung.set()  # or the listener would be waited for


def test_who_stops_lets_what_is_under_way_end_and_begins_nothing_after_it(dispatch):
    table, go_on, inside, after = Table(job("KB1"), job("KB2", "bank")), threading.Event(), [], []

    def run(found):
        permit = dispatcher.bulkheads.enter(found.queue)
        inside.append(found.case_no)
        permit.start(go_on.wait).result(60)
        after.append(dispatcher.bulkheads.enter(found.queue))
        return True

    dispatcher = dispatch(table, run)
    until(lambda: len(inside) == 2)
    stopping = threading.Thread(target=dispatcher.stop, args=(60,))
    stopping.start()
    until(lambda: not dispatcher.bulkheads.is_open)
    assert after == []
    go_on.set()
    stopping.join(60)
    assert (after, inside.count("KB1")) == ([None, None], 1)


def test_a_look_that_is_under_way_when_the_stop_comes_begins_nothing(dispatch):
    looking, go_on, begun = threading.Event(), threading.Event(), []

    def slow(_queues, _most):
        looking.set()
        assert go_on.wait(60)
        return [job("KB1")]

    dispatcher = dispatch(slow, lambda found: begun.append(found) is None)
    assert looking.wait(60)
    stopping = threading.Thread(target=dispatcher.stop, args=(60,))
    stopping.start()
    until(lambda: not dispatcher.bulkheads.is_open)
    go_on.set()
    stopping.join(60)
    assert begun == []


def test_a_database_that_is_away_is_asked_again(dispatch):
    table, begun = Table(job("KB1")), []
    table.away = 2
    dispatch(table, lambda found: begun.append(found) is None)
    until(lambda: begun)
    assert len(table.looks) >= 3


def test_only_what_waits_is_left_to_the_engine():
    asked = []

    class Engine:
        def enqueue(self, _connection, wanted, delay):
            asked.append((wanted, delay))

        def is_queued(self, wanted):
            return wanted == job("KB1")

    engine = WaitingOnly(Engine())
    engine.enqueue(None, job("KB1"))
    engine.enqueue(None, job("KB2"), module.timedelta(seconds=3))
    assert asked == [(job("KB2"), module.timedelta(seconds=3))]
    assert engine.is_queued(job("KB1"))
    assert not engine.is_queued(job("KB2"))
