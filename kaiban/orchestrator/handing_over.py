"""Hand results over to supervising departments (审管衔接): written down with the end of the case, in its transaction.

They are told what was granted and to which company, by its public name and credit code. Nobody who stands in the form is named.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.cases.states import GRANTED
from kaiban.domain.messages.notification import Channel, Message
from kaiban.domain.supervision.handover import HandoverKind, SupervisingDepartment
from kaiban.orchestrator.announcing import body_of
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.reporting.instants import to_the_millisecond
from kaiban.ports.supervision import Handovers

CREDIT_CODE = "credit_code"


@dataclass(frozen=True)
class HandingOver:
    """Writes down what supervising departments are told (kaiban.ports.Announce); ``wall`` is real time."""

    departments: Sequence[SupervisingDepartment]
    handovers: Handovers
    wall: Callable[[], datetime]

    def __call__(self, connection: Any, case: Case, known: int, events: Sequence[Event]) -> None:
        """Write one for each department an end of the case concerns."""
        for seq, event in enumerate(events, known + 1):
            if event.kind == "case" and event.after in GRANTED:
                for department in self.departments:
                    if granted := _granted(case, department):
                        text = payload(case, seq, event, granted)
                        message = Message(
                            secrets.token_hex(16), case.no, seq, HandoverKind.GRANTED, Channel.WEBHOOK,
                            event.at, text, webhook=department.name,
                        )  # fmt: skip
                        self.handovers.add(connection, message, case.hall, self.wall())


def payload(case: Case, seq: int, event: Event, granted: Sequence[Link]) -> str:
    """What a supervising department is told, as JSON."""
    more = {
        "hall": case.hall,
        "company": {"name": company(case), "credit_code": case.facts.get(CREDIT_CODE, "")},
        "granted": list(_told(granted)),
    }
    return body_of(f"handover.{HandoverKind.GRANTED}", case, seq, event, more)


def _granted(case: Case, department: SupervisingDepartment) -> list[Link]:
    return [
        link
        for link in case.links
        if link.state is LinkState.DONE and (not department.links or link.name in department.links)
    ]


def _told(links: Sequence[Link]) -> Iterator[dict[str, Any]]:
    for link in links:
        done_at = link.steps[-1].done_at
        yield {
            "link": link.name,
            "title": link.title,
            "office": link.office,
            "receipt": link.receipt,
            "done_at": done_at and to_the_millisecond(done_at),
        }
