"""Tell somebody of their form what staff did with it: written down with it, in the same transaction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kaiban.domain.filing import Filing, FilingNews
from kaiban.domain.messages.notification import Channel, Message
from kaiban.ports import FilingOutbox

#: Writes a short message of a form and the number of the case it has become, "" for none.
WriteFiling = Callable[[FilingNews, Filing, str], str]


@dataclass(frozen=True)
class FilingAnnouncer:
    """Writes down messages about forms; ``wall`` is real time, ``told`` whether there is a gateway."""

    outbox: FilingOutbox
    write: WriteFiling
    wall: Callable[[], datetime]
    told: bool

    def tell(self, connection: Any, filing: Filing, news: FilingNews, case_no: str = "") -> None:
        """Let the form's phone be told, if it has one and there is a gateway."""
        if not (self.told and filing.phone):
            return
        at, text = self.wall(), self.write(news, filing, case_no)
        message = Message(
            secrets.token_hex(16), case_no, 0, news, Channel.SMS, at, text, filing.phone
        )
        self.outbox.add(connection, filing.id, message, at)
