"""A hall with windows, on a database of its own; its clock is set by hand."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, event

from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import Promise
from kaiban.domain.messages.notification import Channel
from kaiban.domain.tickets.profile import read_queue
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.orchestrator.applicant.aftercare.booking import Wish
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.window.tickets.arriving import Machine
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.migrations import upgrade
from kaiban.storage.schema import limits, numbers, tickets
from kaiban.storage.tickets import SqlTickets, TicketMessages
from tests.domain.halls import HALL
from tests.orchestrator.driver import START, HandClock, without_fsync

KEYRING = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
TEN = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # 10:00 in the hall; the clock begins at 09:00
RULES = {
    "business": {
        "opening": {"title": "企业开办", "letter": "A"},
        "bank": {"title": "银行开户", "letter": "B", "link": "bank"},
    },
    "windows": {
        "1": {"title": "1 号窗口", "serves": ["opening"], "seats": 2},
        "2": {"title": "2 号窗口", "serves": ["opening", "bank"]},
    },
}
CITY = City(
    "shifan", "示范市", "990100",
    {
        "main": Hall("main", "示范大厅", HALL, read_queue(RULES, "queue")),
        "other": Hall("other", "别的大厅", HALL, read_queue(RULES, "queue")),
        "plain": Hall("plain", "不取号的大厅", HALL),
    },
    {"five_hours": Promise("five_hours", "五小时办结", timedelta(hours=5))},
)  # fmt: skip


class Lobby:
    """The hall's queue, its machine, and what its people are told."""

    def __init__(self, url, *, fresh=True):
        self.url, self.database = url, Database(url)
        if self.database.is_sqlite:
            event.listen(self.database.engine, "connect", without_fsync)
        if fresh:
            upgrade(self.database)
        self.clock = HandClock()
        self.tickets = SqlTickets(self.database, KEYRING)
        write = TicketWording("示范市", "http://hall")
        self.queue = Queue(CITY, self.clock, self.tickets, write, self.clock.now, told=True)
        self.limits = SqlRateLimits(self.database, KEYRING)
        self.machine = Machine("main", "10.0.0.1", self.limits, self.clock.now)

    def empty(self):
        """Let everybody go; it is nine o'clock."""
        self.clock.at = START
        with self.database.transaction() as connection:
            for table in (tickets, numbers, limits):
                connection.execute(delete(table))

    def at(self, hour, minute=0, days=0):
        """Set the clock to that time in the hall."""
        self.clock.at = datetime(2026, 3, 4, tzinfo=UTC) + timedelta(
            days=days, hours=hour - 8, minutes=minute
        )

    def with_rules(self, **rules):
        """The same queue after a change of the profile."""
        hall = CITY.halls["main"]
        changed = replace(hall, queue=replace(hall.queue, **rules))
        city = replace(CITY, halls={**CITY.halls, "main": changed})
        return replace(self.queue, city=city)

    def told(self):
        """Return every (phone, text) that waits to be sent."""
        messages = TicketMessages(self.database, KEYRING)
        found = []
        while message := messages.take(Channel.SMS, self.clock.now(), timedelta(hours=1)):
            found.append((message.address, message.text))
        return found


@contextmanager
def lobby(url):
    made = Lobby(url)
    yield made
    made.database.close()


def wish(phone="13800000000", start=TEN, business="opening", hall="main", **more):
    return Wish(hall, business, start, phone, **more)
