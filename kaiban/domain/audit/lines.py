"""What the audit says of an event, a disclosure, an act: who, what, when and of which case; nobody's name, no text.

Of what may be personal (texts, facts) a record has a hash with a salt that is kept beside it, not in it: the case shows
whether it is still the same, and nobody can guess it from the record.
"""

import hashlib
from datetime import UTC, datetime

from kaiban.domain.audit.chain import line_of
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.staff.disclosure import Disclosure


def event_line(no: str, number: int, event: Event, salt: str) -> str:
    """The record of a case's event; ``number`` counts from 1."""
    return line_of(
        {
            "kind": "event",
            "case": no,
            "number": number,
            "what": event.kind,
            "at": instant(event.at),
            "by": event.actor,
            "link": event.link,
            "step": event.step,
            "before": event.before,
            "after": event.after,
            "code": event.code,
            "sum": _sum(event, salt),
        }
    )


def disclosure_line(no: str, shown: Disclosure) -> str:
    """The record of something that was shown; form paths name no person."""
    return line_of(
        {
            "kind": "disclosure",
            "case": no,
            "at": instant(shown.at),
            "to": shown.kind,
            "who": shown.who,
            "why": shown.why,
            "what": list(shown.what),
            "step": shown.step,
            "attempt": shown.attempt,
        }
    )


def act_line(what: str, at: datetime, told: dict[str, str]) -> str:
    """The record of an act beside cases: accounts, signing in, tokens."""
    return line_of({"kind": "act", "what": what, "at": instant(at), **told})


def instant(at: datetime) -> str:
    """An instant as records have it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _sum(event: Event, salt: str) -> str:
    told = {
        "text": event.text,
        "facts": dict(event.facts),
        "clock_at": event.clock_at and instant(event.clock_at),
    }
    return hashlib.sha256(f"{salt}\n{line_of(told)}".encode()).hexdigest()
