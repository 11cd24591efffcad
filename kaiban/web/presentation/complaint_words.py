"""How complaints are spoken of on pages of applicants and staff alike."""

from collections.abc import Mapping
from typing import Final

from kaiban.domain.complaint import Complaint, ComplaintState
from kaiban.web.presentation.texts import day

#: How a state is tagged.
TAGS: Final[Mapping[ComplaintState, str]] = {
    ComplaintState.RECEIVED: "todo", ComplaintState.IN_HAND: "work", ComplaintState.ANSWERED: "hold",
    ComplaintState.TO_AGREE: "hold", ComplaintState.CLOSED: "done",
}  # fmt: skip


def due_of(found: Complaint) -> str:
    """The last day of its next step; "" once it is closed."""
    return day(found.due) if found.due else ""
