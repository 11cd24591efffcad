"""Tell people that a form they have not handed in will be dropped, while there is time to go on with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import structlog

from kaiban.domain.filing import Filing
from kaiban.domain.lapsing import DraftTerm, Reminder
from kaiban.ports import DraftOutbox

log = structlog.get_logger()

#: So many forms are looked at in one transaction.
BATCH: Final = 500
#: Writes the short message of a form that is dropped on that day.
WriteDraft = Callable[[Filing, date], str]


@dataclass(frozen=True)
class DraftLapsing:
    """What is told of a form as it stands when that is sent; ``now`` is the clock of business."""

    term: DraftTerm
    write: WriteDraft
    now: Callable[[], datetime]

    def __call__(self, filing: Filing, told: Reminder) -> str:
        """The text; "" if it was submitted, saved or is another's meanwhile, or a later reminder says it better."""
        if filing.case_no or not filing.is_proved:
            return ""
        due = self.term.reminder(filing.saved_at, self.now())
        return self.write(filing, told.ends_on) if due == told else ""


@dataclass(frozen=True)
class DraftReminding:
    """Writes down which reminders are due; ``wall`` is real time."""

    outbox: DraftOutbox
    term: DraftTerm
    now: Callable[[], datetime]
    wall: Callable[[], datetime]

    def remind(self) -> int:
        """Write down each that is due, once; how many."""
        count = self.outbox.remind(self.term, self.now(), self.wall(), BATCH)
        if count:
            log.info("drafts_reminded", count=count)
        return count
