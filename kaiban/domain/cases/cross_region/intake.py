"""Cross-region intake (跨域通办): one hall takes the application in (收件), another decides it (受理), the result comes back.

The deciding hall is the case's `hall`, the one that took it in its `intake`. Everything else follows from the case's
events: who has it in hand until the deciding hall has received it, which originals were seen and by whom; how far it
is, and how long each part of the way took, is in `passage`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kaiban.domain.cases.event import Event

TAKEN_IN: Final = "taken_in"
SENT_ON: Final = "sent_on"
RECEIVED: Final = "received"
RESULT_SENT: Final = "result_sent"
RESULT_RECEIVED: Final = "result_received"
#: The events by which a case or its result goes from hand to hand; `after` is the hall that has it from then on
#: ("" once the deciding hall works on it), `before` the one that had it.
MOVES: Final = (TAKEN_IN, SENT_ON, RECEIVED, RESULT_SENT, RESULT_RECEIVED)
#: Of these, the ones before the departments have it: only they decide whose minutes those are.
ON_THE_WAY_IN: Final = frozenset({TAKEN_IN, SENT_ON, RECEIVED})
#: Somebody of the hall of intake has seen an original; `code` names the document.
ORIGINAL_SEEN: Final = "original_seen"
#: The document of whoever is at the window, beside the materials of the form.
IDENTITY: Final = "filer_identity"


@dataclass(frozen=True)
class IntakeRule:
    """That one hall may take in what the others decide, as the city has it.

    ``basis`` is by which rule, ``since`` from which day, both shown wherever it is used. ``all_originals``: nothing is
    sent on before every original was seen; else the deciding hall is told which were not.
    """

    intake: str
    decides: tuple[str, ...]
    basis: str
    since: date
    all_originals: bool = False

    def holds(self, intake: str, decides: str, day: date) -> bool:
        """Whether it lets that hall take in for that other one on that day."""
        return intake == self.intake and decides in self.decides and day >= self.since

    @property
    def facts(self) -> dict[str, str]:
        """What a case keeps of the rule it came by."""
        required = "yes" if self.all_originals else ""
        return {"basis": self.basis, "since": self.since.isoformat(), "all_originals": required}


@dataclass(frozen=True)
class Original:
    """A document to be looked at: its key and title, and the SHA-256 of each file of it that lies with the case.

    Where persons bring their own, each is a document by itself: ``material`` is what they all are of, ``whose`` the names of
    those who are on it.
    """

    key: str
    title: str
    digests: tuple[str, ...] = ()
    material: str = ""
    whose: str = ""

    @property
    def files(self) -> str:
        """By what the files that were compared with it are known again."""
        return " ".join(self.digests)

    @property
    def label(self) -> str:
        """Its title, with whose it is where persons bring their own."""
        return f"{self.title}（{self.whose}）" if self.whose else self.title


def moves_of(events: Iterable[Event]) -> list[Event]:
    """Every time it went from hand to hand, in order."""
    return [event for event in events if event.kind in MOVES]


def awaiting(events: Iterable[Event]) -> str:
    """The hall that has it in hand before the deciding one has received it; "" if none has."""
    last = next((e for e in reversed(list(events)) if e.kind in ON_THE_WAY_IN), None)
    return last.after if last else ""


def seen_originals(events: Iterable[Event]) -> dict[str, Event]:
    """The last time each original was seen, by the document's key."""
    return {event.code: event for event in events if event.kind == ORIGINAL_SEEN}


def is_seen(original: Original, seen: Mapping[str, Event]) -> bool:
    """Whether the original of what lies with the case now was seen: files that came later were not compared with it."""
    event = seen.get(original.key)
    return event is not None and event.facts.get("files", "") == original.files


def unseen(originals: Iterable[Original], events: Sequence[Event]) -> list[Original]:
    """Those nobody has seen."""
    seen = seen_originals(events)
    return [each for each in originals if not is_seen(each, seen)]
