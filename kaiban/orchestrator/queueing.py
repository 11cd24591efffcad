"""What every use case of appointments and queues works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kaiban.domain.city import City, Hall
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.rules import QueueRules
from kaiban.domain.tickets.slots import Offer
from kaiban.domain.tickets.ticket import Ticket
from kaiban.ports import Clock, Tickets, TicketTransaction

NO_HALL = Defect("/hall", "queue.no_hall", "没有这个大厅，或者这个大厅不用取号。")
NO_BUSINESS = Defect("/business", "queue.no_business", "请选择要办的业务。")

#: Who acts where nobody of the staff does.
APPLICANT: Final = "applicant"
SYSTEM: Final = "system"

#: Writes a short message: news, ticket, the hall, how many are before it.
WriteNews = Callable[[TicketNews, Ticket, Hall, int], str]


@dataclass(frozen=True)
class Queue:
    """The halls of a city that take appointments; ``clock`` is business time, ``wall`` real time.

    ``told`` is whether there is a gateway for short messages.
    """

    city: City
    clock: Clock
    tickets: Tickets
    write: WriteNews
    wall: Callable[[], datetime]
    told: bool

    @property
    def halls(self) -> Mapping[str, Hall]:
        """Those that have a queue."""
        return {name: hall for name, hall in self.city.halls.items() if hall.queue}

    def rules(self, hall: str) -> QueueRules:
        """The rules of a hall that has a queue; KeyError for any other."""
        rules = self.halls[hall].queue
        assert rules is not None  # those without are left out
        return rules

    def offer(self, hall: str) -> Offer:
        """What the hall offers; KeyError for one without a queue."""
        return Offer(self.halls[hall].hours, self.rules(hall))

    def wrong_place(self, hall: str, business: str) -> list[Defect]:
        """Nothing if the hall serves that business."""
        if hall not in self.halls:
            return [NO_HALL]
        return [] if business in self.rules(hall).business else [NO_BUSINESS]

    def today(self) -> date:
        """The halls' day."""
        return self.clock.now().astimezone(HALL_TIME).date()

    def tell(
        self, tx: TicketTransaction, ticket: Ticket, news: TicketNews, ahead: int = 0
    ) -> bool:
        """Write down that somebody is to be told, if they can be; whether that is new."""
        hall = self.halls.get(ticket.hall)
        if not self.told or hall is None or not ticket.phone:
            return False
        return tx.tell(ticket, news, self.write(news, ticket, hall, ahead), self.wall())
