"""What is to be sent otherwise than the applicant said, until a second person has decided (双人复核)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class EditState(StrEnum):
    """How a request stands; the values are stored."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


EDIT_TITLES: Mapping[EditState, str] = {
    EditState.WAITING: "等第二人复核",
    EditState.APPROVED: "已经同意并发送",
    EditState.REFUSED: "没有同意",
    EditState.TAKEN_BACK: "已经撤回",
}


@dataclass(frozen=True)
class EditRequest:
    """A change somebody asks to have sent: ``before`` and ``after`` hold values by JSON pointer.

    ``checked`` and ``told_by`` are what was found out at the department, ``why`` the reason; ``by`` is the account
    that asks, ``decided_by`` the one that decided, ``answer`` why not.
    """

    id: str
    case_no: str
    link: str
    step: str
    by: str
    asked_at: datetime
    why: str
    checked: tuple[str, ...]
    told_by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: EditState = EditState.WAITING
    decided_by: str = ""
    decided_at: datetime | None = None
    answer: str = ""
