"""A process that gives cards, until it is killed.

Arguments: database URL, folder. The file ``clock`` in the folder says what time it is; a file ``hold`` keeps the first that writes
a card inside that transaction, and ``holding`` says which process that is.
"""

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaiban.orchestrator.alerting import Alerting
from kaiban.orchestrator.worker.giving_cards import CardGiving
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.messages.webhooks import SqlWebhooks
from kaiban.storage.supervision.cards import SqlCards
from kaiban.storage.supervision.staff_messages import StaffMessages
from tests.orchestrator.worker.cards_city import CITY, HASHER, KEYRING, wording


class FileClock:
    """The time that stands in a file."""

    def __init__(self, folder):
        self.path = folder / "clock"

    def now(self):
        return datetime.fromisoformat(self.path.read_text())


class HeldCards(SqlCards):
    """Stays within the transaction as long as it is held."""

    folder = Path()

    def add(self, connection, card):
        super().add(connection, card)
        with suppress(FileNotFoundError):
            (self.folder / "hold").unlink()
            (self.folder / "holding").write_text(f"{os.getpid()}\n")
            time.sleep(600)


@dataclass
class Desk:
    """What giving cards asks of an office."""

    city: object
    cases: object
    clock: object


def giving(url, folder, cards=SqlCards):
    """Who gives cards from that database by that folder's clock."""
    database, clock = Database(url), FileClock(folder)
    parts = (database, KEYRING)
    desk = Desk(CITY, SqlCases(*parts, city=CITY), clock)
    staff = SqlStaff(*parts, HASHER)
    alerting = Alerting(
        StaffMessages(*parts), staff, SqlWebhooks(*parts), wording, clock.now, mails=True
    )
    work = CardGiving(desk, cards(*parts), alerting)
    work.database = database
    return work


def main(url, folder):
    HeldCards.folder = Path(folder)
    work = giving(url, Path(folder), HeldCards)
    while True:
        if not work.turn():
            time.sleep(0.02)  # as a worker rests when there is nothing to do


if __name__ == "__main__":
    main(*sys.argv[1:])
