"""Who is told of what happened to a case: written down with it, in the same transaction.

People are told at the address they left in the form, if they agreed to electronic service there; programs
at the address they subscribed with. Programs hear ids and states, never what is personal: the API
tells the rest to whoever may ask.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.messages.notification import (
    FOR_PEOPLE,
    STATUTORY,
    Channel,
    Kind,
    Message,
    for_people,
    is_quiet,
    kind_of,
)
from kaiban.domain.messages.webhook import event_of
from kaiban.domain.pointer import value_at
from kaiban.ports import Announce, Filings, Outbox, Webhooks

log = structlog.get_logger()

#: Where the form says that somebody agrees to be served electronically (电子送达确认).
CONSENT: Final = "consents.e_delivery"
#: Whose address counts, the first that is there: who handles the application, who answers for it afterwards.
ADDRESSES: Final[Mapping[Channel, tuple[str, ...]]] = {
    Channel.SMS: (
        "people.proxy.mobile", "people.liaison.mobile", "people.legal_rep.mobile",
    ),
    Channel.MAIL: ("company.email", "people.proxy.email", "people.liaison.email"),
}  # fmt: skip
#: What of an event programs are told, by our name for it.
_SAID: Final = ("link", "step", "code", "after")

Told = tuple[int, Event, Kind]
#: Writes a message to a person: channel, kind, case, event, language.
Write = Callable[[Channel, Kind, Case, Event, str | None], str]


@dataclass(frozen=True)
class Announcer:
    """Writes down messages (kaiban.ports.Announce); ``channels`` are those to people this city has."""

    outbox: Outbox
    webhooks: Webhooks
    filings: Filings
    channels: tuple[Channel, ...]
    write: Write
    wall: Callable[[], datetime]

    def __call__(self, connection: Any, case: Case, known: int, events: Sequence[Event]) -> None:
        """Write down everything those events are to be told as, and to whom."""
        found = ((seq, event, kind_of(event)) for seq, event in enumerate(events, known + 1))
        told = [(seq, event, kind) for seq, event, kind in found if kind]
        if not told:
            return
        now = self.wall()
        for message in (
            *self._to_people(connection, case, told),
            *self._to_programs(connection, case, told),
        ):
            self.outbox.add(connection, message, now)

    def _to_people(self, connection: Any, case: Case, told: Sequence[Told]) -> Iterator[Message]:
        if not self.channels or value_at(case.form, CONSENT) is not True:
            return
        lang = self.filings.language_of(connection, case.no)
        for seq, event, kind in for_people(told, case.state):
            if kind in STATUTORY or not is_quiet(case.events):
                for channel in self.channels:
                    yield from self._to_person(case, (seq, event, kind), channel, lang)

    def _to_person(
        self, case: Case, told: Told, channel: Channel, lang: str | None
    ) -> Iterator[Message]:
        seq, event, kind = told
        address = address_of(case, channel)
        if not address:
            return
        try:
            text = self.write(channel, kind, case, event, lang)
        except Exception as error:  # noqa: BLE001 - a sentence that cannot be written must not stop the case
            log.error("message_unwritten", case=case.no, kind=kind, error=type(error).__name__)
            return
        yield Message(_new_id(), case.no, seq, kind, channel, event.at, text, address)

    def _to_programs(self, connection: Any, case: Case, told: Sequence[Told]) -> Iterator[Message]:
        for seq, event, kind in (each for each in told if each[1].kind not in FOR_PEOPLE):
            for hook in self.webhooks.hearing(connection, case.owner, kind, self.wall()):
                text = payload(case, seq, event, kind)
                yield Message(
                    _new_id(), case.no, seq, kind, Channel.WEBHOOK, event.at, text, webhook=hook.id
                )


def in_turn(*announce: Announce) -> Announce:
    """Let each of them write down what it tells."""

    def tell(connection: Any, case: Case, known: int, events: Sequence[Event]) -> None:
        for each in announce:
            each(connection, case, known, events)

    return tell


def address_of(case: Case, channel: Channel) -> str:
    """Where the applicant of the case is told; "" if they left nothing."""
    return answer_of(case, channel)[1]


def answer_of(case: Case, channel: Channel) -> tuple[str, str]:
    """The form path at which the applicant left that address, and the address; both "" if they left nothing."""
    found = ((path, value_at(case.form, path)) for path in ADDRESSES[channel])
    left = ((path, each.strip()) for path, each in found if isinstance(each, str) and each.strip())
    return next(left, ("", ""))


def payload(case: Case, seq: int, event: Event, kind: Kind) -> str:
    """What a program is told, as JSON."""
    said = {name: getattr(event, name) for name in _SAID if getattr(event, name)}
    return body_of(event_of(kind), case, seq, event, {**said, **_rules(event, kind)})


def body_of(name: str, case: Case, seq: int, event: Event, more: Mapping[str, Any]) -> str:
    """A message to a program as JSON, in the one form all of them have."""
    body = {
        "type": name,
        "timestamp": event.at.astimezone(HALL_TIME).isoformat(timespec="milliseconds"),
        "case_no": case.no,
        "data": {"seq": seq, "status": case.state.value, **more},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _rules(event: Event, kind: Kind) -> Mapping[str, str]:
    """Of a refusal its name, its rule, and until when it can be fought; of a promise its day, and what followed if nothing came; of a card its cause and minute."""
    if kind not in (Kind.REFUSAL, Kind.DEADLINE, Kind.CARD):
        return {}
    return {name: value for name, value in event.facts.items() if name != "owner"}


def _new_id() -> str:
    return secrets.token_hex(16)
