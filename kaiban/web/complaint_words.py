"""How complaints are spoken of on pages of applicants and staff alike."""

from collections.abc import Mapping
from typing import Final

from kaiban.domain.complaint import APPLICANT, Complaint, ComplaintState
from kaiban.web.service import service
from kaiban.web.template_texts import day, say

#: How a state is tagged.
TAGS: Final[Mapping[ComplaintState, str]] = {
    ComplaintState.RECEIVED: "todo", ComplaintState.IN_HAND: "work", ComplaintState.ANSWERED: "hold",
    ComplaintState.TO_AGREE: "hold", ComplaintState.CLOSED: "done",
}  # fmt: skip


def due_of(found: Complaint) -> str:
    """The last day of its next step; "" once it is closed."""
    return day(found.due) if found.due else ""


def name_of(login: str) -> str:
    """Who an account is, by name and account; the applicant as such; "" for nobody."""
    if login == APPLICANT:
        return say("申请人")
    account = service().staff.accounts.get(login) if login else None
    return f"{account.name}（{login}）" if account and account.name else login
