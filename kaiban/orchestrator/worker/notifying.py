"""Send what stands in the outbox: take one, try once, write down what came of it.

A message is ours for a while (its lease) and no longer: if this process dies, another takes it up and sends
it again under the same id. Whoever knows our ids takes it once; where nobody does (mail), somebody
may read it twice, and nobody never.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.messages.notification import Answer, Channel, Message, Verdict, next_try
from kaiban.ports import Carrier, MessageQueue, RateLimit, RateLimits, Receivers

log = structlog.get_logger()

#: Longer than any carrier may take to try once, real time.
LEASE: Final = timedelta(minutes=3)
#: So many short messages one phone gets a day, whatever happens and whoever wrote its number into a form.
PER_PHONE: Final = RateLimit("notify:phone:day", 10, timedelta(days=1))
LIMITED: Final = "limit.phone"
#: When a phone that has had its share is looked at again.
SHARE_AGAIN: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Relay:
    """Carries messages on, one after the other; ``wall`` is real time.

    A channel that hangs keeps only itself waiting: every channel has a turn of its own.
    """

    outbox: MessageQueue
    webhooks: Receivers
    limits: RateLimits
    carriers: Mapping[Channel, Carrier]
    wall: Callable[[], datetime]
    lease: timedelta = LEASE

    def turn(self, channel: Channel) -> bool:
        """Send the oldest message of the channel that is due; whether there was one."""
        message = self.outbox.take(channel, self.wall(), self.lease)
        if message is None:
            return False
        began = time.monotonic()
        answer = self._tried(message)
        spent = round((time.monotonic() - began) * 1000)
        self._write_down(message, answer, spent)
        return True

    def _tried(self, message: Message) -> Answer:
        if message.channel is Channel.SMS and not self._within_share(message):
            return Answer(Verdict.LATER, LIMITED, SHARE_AGAIN)
        try:
            return self.carriers[message.channel].deliver(message)
        except Exception as error:  # noqa: BLE001 - a carrier's defect is an unknown outcome like any other
            log.error("carrier_defect", message=message.id, error=type(error).__name__)
            return Answer(Verdict.UNKNOWN, "defect")

    def _within_share(self, message: Message) -> bool:
        """Counted once for each message, not for each try."""
        if message.tries > 1 and message.code != LIMITED:
            return True
        return self.limits.take(PER_PHONE, message.address, self.wall())

    def _write_down(self, message: Message, answer: Answer, spent: int) -> None:
        now = self.wall()
        pause = next_try(answer, message.tries, random.random())  # noqa: S311 - spreads tries, guards nothing
        accepted = answer.verdict is Verdict.ACCEPTED
        due = None if accepted or pause is None else now + pause
        self.outbox.settle(message, answer, due, spent)
        if message.webhook:
            self.webhooks.answered(message.webhook, answer, now)
        if not accepted:
            level = log.warning if due is None else log.info
            level(
                "message_not_sent", message=message.id, case=message.case_no, channel=message.channel,
                code=answer.code, again=due is not None,
            )  # fmt: skip
