"""Fifty at once: two people never get one place, one phone never more than its share, one person is never called twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from kaiban.domain.tickets.ticket import Ticket, TicketState
from kaiban.orchestrator.applicant.aftercare.booking import FULL, TOO_MANY, book, cancel
from kaiban.orchestrator.window.tickets.arriving import take_number
from kaiban.orchestrator.window.tickets.calling import BUSY, call_next
from kaiban.storage.schema import seats
from kaiban.storage.tickets import SqlTickets, SqlTicketTransaction
from tests.orchestrator.queue.hall import TEN, Lobby, wish

FIFTY = 50
#: The hall has three places at ten o'clock: two at window 1, one at window 2.
PLACES = 3


def at_once(does):
    """Let fifty threads do it at the same moment, each with its number; return what came of each."""
    ready = Barrier(FIFTY)

    def one(number):
        ready.wait()
        return does(number)

    with ThreadPoolExecutor(FIFTY) as threads:
        return list(threads.map(one, range(FIFTY)))


@pytest.fixture
def queues(hall):
    """The queue as several processes have it: each its own connections to one database."""
    with ExitStack() as stack:
        others = [Lobby(hall.url, fresh=False) for _ in range(2)]
        for each in others:
            stack.callback(each.database.close)
        yield [hall.queue, *(each.queue for each in others)]


def of(queues, number):
    return queues[number % len(queues)]


def phone(number):
    return f"138{number:08d}"


def stored(hall):
    with hall.tickets.reading() as tx:
        return tx.of_day("main", hall.queue.today())


def booked_by_fifty(queues):
    return at_once(lambda n: book(of(queues, n), wish(phone(n))))


def assert_no_place_twice(hall, answers):
    """As many got one as there are, the others were told, and nothing is left of whoever was refused."""
    got = [each for each in answers if isinstance(each, Ticket)]
    assert len(got) == PLACES
    assert answers.count([FULL]) == FIFTY - PLACES
    assert sorted(each.reserved for each in got) == ["1", "1", "2"]
    assert sorted(each.id for each in stored(hall)) == sorted(each.id for each in got)
    with hall.database.reading() as connection:
        assert len(connection.execute(select(seats)).all()) == PLACES


def test_fifty_who_want_one_slot_get_as_many_places_as_there_are(hall, queues):
    assert_no_place_twice(hall, booked_by_fifty(queues))


class LookingFirst(SqlTicketTransaction):
    """The usual mistake: looks which places are free, and writes then, under a number the database does not guard."""

    def sit(self, ticket, places):
        free = [place for place in places if (ticket.starts_at, place) not in self.seen]
        if not free:
            return None
        row = {
            "hall": ticket.hall, "window": free[0].window, "starts_at": ticket.starts_at,
            "seat": int(ticket.id[:7], 16), "ticket": ticket.id,
        }  # fmt: skip
        self._connection.execute(insert(seats).values(row))
        return free[0]


def test_the_same_check_catches_whoever_looks_before_they_write(hall, queues, monkeypatch):
    looked = Barrier(FIFTY)

    @contextmanager
    def transaction(self):
        with self.reading() as tx:
            seen = tx.taken("main", TEN, TEN + timedelta(minutes=1))
        looked.wait()  # everybody has looked, nobody has written: however slow the machine is
        with self._database.transaction() as connection:
            tx = LookingFirst(connection, self._cells)
            tx.seen = seen
            yield tx

    monkeypatch.setattr(SqlTickets, "transaction", transaction)
    answers = booked_by_fifty(queues)
    assert len([each for each in answers if isinstance(each, Ticket)]) == FIFTY
    with pytest.raises(AssertionError):
        assert_no_place_twice(hall, answers)


def test_fifty_clicks_with_one_phone_are_one_appointment(hall, queues):
    answers = at_once(lambda n: book(of(queues, n), wish()))
    assert len({each.id for each in answers}) == 1
    assert [each.state for each in stored(hall)] == [TicketState.BOOKED]


def test_fifty_wishes_of_one_phone_get_no_more_than_its_share(hall, queues):
    slots = [each.start for each in hall.queue.offer("main").slots("opening", hall.queue.today())]
    answers = at_once(lambda n: book(of(queues, n), wish(start=slots[2 + n % 8])))
    got = {each.id for each in answers if isinstance(each, Ticket)}
    assert len(got) == 2
    assert [TOO_MANY] in answers


def test_places_given_back_and_taken_at_once_are_never_more_than_there_are(hall, queues):
    holders = [book(hall.queue, wish(phone(n))) for n in range(PLACES)]

    def turn(n):
        if n < PLACES:
            return cancel(of(queues, n), holders[n].phone, holders[n].id)
        return book(of(queues, n), wish(phone(n)))

    at_once(turn)
    held = [each for each in stored(hall) if each.state is TicketState.BOOKED]
    assert len(held) <= PLACES
    # What was given back can be taken.
    more = [book(hall.queue, wish(phone(100 + n))) for n in range(PLACES)]
    held = [each for each in stored(hall) if each.state is TicketState.BOOKED]
    assert len(held) == PLACES
    assert len({(each.reserved) for each in held}) == 2
    assert more[-1] == [FULL] or isinstance(more[-1], Ticket)


def test_fifty_numbers_taken_at_once_are_fifty_numbers(hall, queues):
    got = at_once(lambda n: take_number(of(queues, n), hall.machine, "opening", f"{n:032x}"))
    assert sorted(each.number for each in got) == [f"A{n:03d}" for n in range(1, FIFTY + 1)]
    assert len({each.pickup for each in got}) == FIFTY


def test_nobody_is_called_by_two_windows_and_no_window_calls_two(hall, queues):
    for n in range(5):
        take_number(hall.queue, hall.machine, "opening", f"{n:032x}")
    answers = at_once(lambda n: call_next(of(queues, n), "main", "12"[n % 2], "alice"))
    called = [each for each in answers if isinstance(each, Ticket)]
    assert sorted(each.number for each in called) == ["A001", "A002"]
    assert sorted(each.window for each in called) == ["1", "2"]
    assert Counter(map(str, answers))[str([BUSY])] == FIFTY - 2
