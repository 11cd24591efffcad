"""What happens to tickets by itself: reminders, appointments nobody came to, rows that are old."""

from datetime import timedelta
from typing import Final

import structlog

from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.ticket import TicketState
from kaiban.orchestrator.queueing import SYSTEM, Queue

log = structlog.get_logger()

#: How long tickets are kept, with their phones.
KEPT: Final = timedelta(days=90)
#: So many at a time; the next turn goes on.
MOST: Final = 500
_TOMORROW = timedelta(days=1)


def upkeep(queue: Queue) -> dict[str, int]:
    """Remind, write down who did not come, drop what is old; how many of each."""
    done = {
        "reminded": remind(queue),
        "not_come": sweep(queue),
        "forgotten": queue.tickets.forget(queue.today() - KEPT),
    }
    if any(done.values()):
        log.info("tickets_kept", **done)
    return done


def remind(queue: Queue) -> int:
    """Tell everybody who has an appointment tomorrow, once."""
    if not queue.told:
        return 0
    with queue.tickets.transaction() as tx:
        found = (tx.look(each) for each in tx.unreminded(queue.today() + _TOMORROW, MOST))
        return sum(queue.tell(tx, each, TicketNews.REMINDER) for each in found if each)


def sweep(queue: Queue) -> int:
    """Write down of every appointment whose slot and grace are over that nobody came; who comes later still may."""
    return sum(_swept(queue, hall) for hall in queue.halls)


def _swept(queue: Queue, hall: str) -> int:
    now = queue.clock.now()
    with queue.tickets.transaction() as tx:
        found = [tx.get(each) for each in tx.overdue(hall, now - queue.rules(hall).grace, MOST)]
        over = [each for each in found if each and each.state is TicketState.BOOKED]
        for each in over:
            missed = each.become(
                TicketState.NO_SHOW, ended_at=now, missed=each.missed + 1, by=SYSTEM
            )
            tx.move(missed, TicketState.BOOKED)
    return len(over)
