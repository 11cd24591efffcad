"""What is handed over to supervising departments once something is granted (审管衔接): to whom, and the receipt for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kaiban.domain.messages.notification import MessageState

#: A result without a receipt for longer than that is a problem (real time).
WITHOUT_RECEIPT: Final = timedelta(hours=1)
LONGEST_RECEIPT: Final = 100


class HandoverKind(StrEnum):
    """What is handed over; programs call it ``handover.<value>``."""

    GRANTED = "granted"


@dataclass(frozen=True)
class SupervisingDepartment:
    """A department that supervises what was granted: where it is told, and the secret (``whsec_…``) it knows us by.

    ``links`` are those whose results concern it; empty is every one.
    """

    name: str
    title: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handover:
    """A result on its way: of which case to whom, granted when; ``written_at`` is real time, as are the others.

    ``acknowledged_at`` is when the department took it, ``receipt`` the number it gave it then, "" for none.
    """

    case_no: str
    hall: str
    department: str
    granted_at: datetime
    written_at: datetime
    state: MessageState
    tries: int
    code: str
    acknowledged_at: datetime | None = None
    receipt: str = ""


#: How a result stands, in words.
HANDOVER_STATES: Final[Mapping[MessageState, str]] = {
    MessageState.WAITING: "等待再次推送",
    MessageState.SENDING: "正在推送",
    MessageState.ACCEPTED: "已有回执",
    MessageState.FAILED: "没有送达",
}
