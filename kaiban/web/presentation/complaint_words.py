"""How complaints are spoken of on pages of applicants and staff alike."""

from collections.abc import Mapping
from typing import Final

from kaiban.domain.complaint import Complaint, ComplaintState
from kaiban.web.presentation.texts import day, say
from kaiban.web.service import office

#: How a state is tagged.
TAGS: Final[Mapping[ComplaintState, str]] = {
    ComplaintState.RECEIVED: "todo", ComplaintState.IN_HAND: "work", ComplaintState.ANSWERED: "hold",
    ComplaintState.TO_AGREE: "hold", ComplaintState.CLOSED: "done",
}  # fmt: skip


def due_of(found: Complaint) -> str:
    """The last day of its next step; "" once it is closed."""
    return day(found.due) if found.due else ""


def rated_of(found: Complaint) -> str:
    """What a bad rating it came from was of; "" if it came from none."""
    if found.rated is None:
        return ""
    adapters = office().departments.adapters
    known = adapters[found.rated].manifest.title if found.rated in adapters else found.rated
    return say(known) if found.rated else say("整件")
