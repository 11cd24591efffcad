"""What people with an appointment or a number read: short, plain, in the language they booked in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.city import Hall
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.ticket import Ticket

HOME: Final = "zh-CN"

_CHINESE: Final[Mapping[TicketNews, str]] = {
    TicketNews.BOOKED: "您已预约{when}在{hall}办理“{business}”，预约号{code}。当天请凭预约号在大厅取号。查询、取消：{url}/appointments",
    TicketNews.REMINDER: "提醒：您预约了{when}在{hall}办理“{business}”，预约号{code}。不能来的，请在{url}/appointments取消。",
    TicketNews.NEAR: "您的号{number}前面还有{ahead}位，请到{hall}等候叫号。",
    TicketNews.CALLED: "请{number}号到{hall}的{window}。",
}
_ENGLISH: Final[Mapping[TicketNews, str]] = {
    TicketNews.BOOKED: "Booked: {when}, {hall}, “{business}”, booking code {code}. Get your number in the hall with it. Look up or cancel: {url}/appointments",
    TicketNews.REMINDER: "Reminder: {when}, {hall}, “{business}”, booking code {code}. If you cannot come, cancel at {url}/appointments",
    TicketNews.NEAR: "Number {number}: {ahead} before you. Please wait in the hall: {hall}.",
    TicketNews.CALLED: "Number {number}, please go to {window}, {hall}.",
}
_SAYS: Final = {HOME: ("【{city}开办企业】", _CHINESE), "en": ("[{city}] ", _ENGLISH)}


@dataclass(frozen=True)
class TicketWording:
    """Writes messages for one city; ``url`` is where the service is."""

    city: str
    url: str

    def __call__(self, news: TicketNews, ticket: Ticket, hall: Hall, ahead: int) -> str:
        """The text of a short message."""
        sender, says = _SAYS.get(ticket.lang, _SAYS[HOME])
        rules = hall.queue
        assert rules is not None  # it has tickets
        business = rules.business.get(ticket.business)
        window = rules.windows.get(ticket.window)
        told = {
            "when": _when(ticket), "hall": hall.title, "code": ticket.shown_code, "number": ticket.number,
            "business": business.title if business else ticket.business, "ahead": ahead, "url": self.url,
            "window": window.title if window else ticket.window,
        }  # fmt: skip
        return sender.format(city=self.city) + says[news].format(**told)


def _when(ticket: Ticket) -> str:
    if ticket.starts_at is None or ticket.ends_at is None:
        return ""
    start, end = (each.astimezone(HALL_TIME) for each in (ticket.starts_at, ticket.ends_at))
    if ticket.lang == HOME:
        return f"{start.month}月{start.day}日{start:%H:%M}-{end:%H:%M}"
    return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"
