"""The daily digest of problems: one mail a day to each audience, written once whoever looks, and none where nothing is wrong."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

import structlog

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.messages.alert import Alert
from kaiban.domain.messages.notification import Channel, Message
from kaiban.domain.roles import Act, Role
from kaiban.domain.supervision.problems import Audience, Finding
from kaiban.orchestrator.supervisor.problems import Lookout, problems
from kaiban.ports import StaffAccounts
from kaiban.ports.supervision import Digests, StaffOutbox

log = structlog.get_logger()

#: From then on, by the clock of the halls: before anybody opens.
AT: Final = time(8, 30)

#: Writes a mail, its first line is the subject: of a day, in a hall ("": none).
WriteDigest = Callable[[date, str, Sequence[Finding]], str]


@dataclass
class Digesting:
    """Sends it; ``integration`` are the addresses of those who own the adapters, operators' where there are none. ``wall`` is real time."""

    lookout: Lookout
    digests: Digests
    outbox: StaffOutbox
    accounts: StaffAccounts
    write: WriteDigest
    integration: Sequence[str]
    wall: Callable[[], datetime]
    _looked: date | None = field(default=None)

    def turn(self) -> bool:
        """Send the digests of the day, if it is time and they were not sent; whether there was one."""
        now = self.lookout.office.clock.now().astimezone(HALL_TIME)
        if now.time() < AT or self._looked == now.date():
            return False
        sent = [self._send(now.date(), *each) for each in self._audiences()]
        self._looked = now.date()
        return any(sent)

    def _audiences(self) -> Iterator[tuple[Audience, str]]:
        yield Audience.OPERATOR, ""
        yield Audience.INTEGRATION, ""
        for hall in self.lookout.office.city.halls:
            yield Audience.HALL, hall

    def _send(self, day: date, audience: Audience, hall: str) -> bool:
        found = problems(self.lookout, hall, audience)
        with self.lookout.office.cases.transaction() as tx:
            if not self.digests.begin(tx.connection, day, audience, hall, len(found)):
                return False  # another worker has
            to = self._addresses(audience, hall) if found else {}
            text = self.write(day, hall, found)
            for address, login in to.items():
                message = Message(
                    secrets.token_hex(16), "", 0, Alert.DIGEST, Channel.MAIL, self.wall(), text, address
                )  # fmt: skip
                self.outbox.add(tx.connection, message, login, self.wall())
        log.info("digest", audience=audience.value, hall=hall, problems=len(found), mails=len(to))
        return bool(to)

    def _addresses(self, audience: Audience, hall: str) -> dict[str, str]:
        """Where they are told, and whose account that is: one mail to one address."""
        if audience is Audience.INTEGRATION and self.integration:
            return dict.fromkeys(self.integration, "")
        return {
            each.mail: each.login
            for each in self.accounts.listed(hall)
            if each.open and each.mail
            and (each.position.may(Act.ASSIGN, hall) if hall else each.role is Role.OPERATOR)
        }  # fmt: skip


@dataclass(frozen=True)
class ProblemDesk:
    """What the page of problems works with."""

    lookout: Lookout
    digests: Digests
