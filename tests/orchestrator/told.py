"""A driver whose cases are told: everything real but who carries the messages on."""

from kaiban.domain.messages.notification import Answer, Channel, Verdict
from kaiban.notifying.wording import Wording
from kaiban.orchestrator.announcing import Announcer
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.filings import SqlFilings
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from tests.orchestrator.driver import FORM, KEYRING, Driver

MOBILE, MAIL = "13800001234", "lianxi@example.com"
TOLD_FORM = {
    **FORM,
    "company": {**FORM["company"], "email": MAIL},
    "people": {"proxy": {"mobile": MOBILE}},
    "consents": {"e_delivery": True},
}
PEOPLE = (Channel.SMS, Channel.MAIL)


class Post:
    """Takes everything, unless told to answer something else first."""

    def __init__(self):
        self.got, self.answers = [], []

    def deliver(self, message):
        self.got.append(message)
        return self.answers.pop(0) if self.answers else Answer(Verdict.ACCEPTED)

    def told(self):
        return [(each.kind.value, each.channel.value) for each in self.got]


class ToldDriver(Driver):
    """A driver with an outbox; ``post`` carries on what ``send`` finds in it."""

    def __init__(self, place, *departments, channels=PEOPLE):
        self.channels = channels
        super().__init__(place, *departments, announce=self._announcer)
        limits = SqlRateLimits(self.database, KEYRING)
        self.post = Post()
        carriers = dict.fromkeys(Channel, self.post)
        self.relay = Relay(self.outbox, self.webhooks, limits, carriers, self.clock.now)

    def _announcer(self, driver):
        parts = (driver.database, KEYRING)
        self.outbox, self.webhooks, self.filings = (
            SqlOutbox(*parts),
            SqlWebhooks(*parts),
            SqlFilings(*parts),
        )
        write = Wording("示范市", "https://kaiban.example")
        self.announcer = Announcer(
            self.outbox, self.webhooks, self.filings, self.channels, write, driver.clock.now
        )
        return self.announcer

    def send(self):
        """Send whatever is due; how many that was."""
        return sum(self.relay.turn(channel) for channel in Channel for _ in range(99))
