"""A process that sends what stands in the outbox, until it is killed.

Arguments: database URL, folder, seconds of a lease, settings of the gateway as JSON, and which line (``LINES``). A
file ``hold`` in the folder keeps it from writing down what came of a try.
"""

import json
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from kaiban.app.clock import WallClock
from kaiban.domain.lapsing import DraftTerm
from kaiban.domain.messages.notification import Channel
from kaiban.notifying.addresses import AddressPolicy
from kaiban.notifying.draft_wording import DraftWording
from kaiban.notifying.texts import TextCarrier, gateway
from kaiban.notifying.webhooks import WebhookCarrier
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.orchestrator.worker.upkeep.reminding_of_drafts import DraftLapsing
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.messages.draft_messages import DraftMessages
from kaiban.storage.messages.message_rows import MessageRows
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from tests.waiting import until

#: As in tests/orchestrator/driver.py, which takes long to import.
KEYRING = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))


class Holding(MessageRows):
    """Writes nothing down as long as it is held; says that it came so far."""

    folder = Path()

    def settle(self, message, *told):
        (self.folder / f"tried-{message.id}").touch()
        until(lambda: not (self.folder / "hold").exists(), 3600)
        super().settle(message, *told)


class HoldingCases(Holding, SqlOutbox):
    """The outbox of cases."""


class HoldingDrafts(Holding, DraftMessages):
    """What is told of drafts."""

    def __init__(self, database, keyring):
        due = DraftLapsing(
            DraftTerm(), DraftWording("示范市", "https://a.example"), WallClock().now
        )
        super().__init__(database, keyring, due)


LINES = {"cases": HoldingCases, "drafts": HoldingDrafts}


def main(url, folder, lease, texts, line="cases"):
    Holding.folder = Path(folder)
    wall, parts = WallClock(), (Database(url), KEYRING)
    webhooks = SqlWebhooks(*parts)
    carriers = {
        Channel.WEBHOOK: WebhookCarrier(webhooks, AddressPolicy(strict=False), wall.now),
        Channel.SMS: TextCarrier(gateway("http", json.loads(texts), wall)),
    }
    span = timedelta(seconds=float(lease))
    relay = Relay(LINES[line](*parts), webhooks, SqlRateLimits(*parts), carriers, wall.now, span)
    for channel in carriers:
        threading.Thread(target=keep_on, args=(relay, channel)).start()


def keep_on(relay, channel):
    while True:
        if not relay.turn(channel):
            time.sleep(0.05)  # as a worker rests when there is nothing to do


if __name__ == "__main__":
    main(*sys.argv[1:])
