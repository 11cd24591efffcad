"""What the events of a case tell of what has happened to it."""

from collections.abc import Sequence

from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import LinkState

#: What answers a demand no department waits for.
ANSWERS = frozenset({"corrected", "material", "notice_settled"})


def is_kept(events: Sequence[Event], link: str, step: str) -> bool:
    """Whether the department is known not to take the step back."""
    return any(
        event.kind == "irrevocable" and (event.link, event.step) == (link, step)
        for event in events
    )


def was_in_doubt(events: Sequence[Event], link: str, step: str) -> bool:
    """Whether it was ever unknown if the department had got the step."""
    return any(
        (event.link, event.step, event.after) == (link, step, LinkState.UNKNOWN)
        for event in events
    )


def brought(events: Sequence[Event]) -> set[str]:
    """The materials that were handed in."""
    return {event.code for event in events if event.kind == "material"}


def answered(events: Sequence[Event], notice: int) -> bool:
    """Whether anything came of the applicant, or was settled at the window, since the notice last went out."""
    issues = [
        place
        for place, event in enumerate(events)
        if (event.kind, event.code) == ("notice", str(notice))
    ]
    return any(event.kind in ANSWERS for event in events[issues[-1] :])
