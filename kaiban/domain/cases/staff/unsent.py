"""What staff found and nobody was told of: the case ended, or was withdrawn, before the notice went out.

It stays readable with the case, and whoever wrote it is told until they, or whoever manages the hall, say that they know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kaiban.domain.cases.event import Event
from kaiban.domain.notices.notice import Item

#: The event of one finding that was put aside, and that of somebody who knows of all those of ``facts["of"]``.
UNSENT: Final = "finding_unsent"
KNOWN: Final = "unsent_known"


@dataclass(frozen=True)
class Unsent:
    """One finding nobody was told of: who wrote it, what it says, and whether it is known to have been put aside."""

    by: str
    at: datetime
    link: str
    text: str
    known: bool


def words_of(item: Item) -> str:
    """Everything a finding says, in one text: it is kept sealed, as it may name somebody."""
    parts = {"依据": item.rule, "例如": item.example, "带": item.bring, "理由": item.reason}
    more = "；".join(f"{name}：{text}" for name, text in parts.items() if text)
    return f"{item.message}（{more}）" if more else item.message


def unsent(events: Iterable[Event]) -> list[Unsent]:
    """Everything that was put aside, in order."""
    found: list[Unsent] = []
    known: set[str] = set()
    for event in reversed(list(events)):
        of = event.facts.get("of", "")
        if event.kind == KNOWN:
            known.add(of)
        elif event.kind == UNSENT:
            found.append(Unsent(of, event.at, event.link, event.text, of in known))
    return found[::-1]


def unknown(events: Iterable[Event]) -> list[Unsent]:
    """What was put aside and whoever wrote it does not know of yet."""
    return [each for each in unsent(events) if not each.known]
