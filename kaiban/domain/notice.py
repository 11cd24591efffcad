"""The one-time notice (一次性告知书): everything that is wrong, said once."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Defect:
    """One thing to put right: where, under which stable code, what to do, and for which link."""

    pointer: str
    code: str
    message: str
    link: str = ""
    rule: str = ""
    example: str = ""


@dataclass(frozen=True)
class Caution(Defect):
    """Nothing wrong, but strange: it stands as it is once ``confirm`` is said back with the form."""

    confirm: str = ""


@dataclass(frozen=True)
class Twice(Defect):
    """The application is there already, under another key or from elsewhere: as that case."""

    case_no: str = ""


@dataclass(frozen=True)
class Notice:
    """A notice to the applicant after sending; open until it is answered.

    ``repeats`` tells that it names something which already stood in the form, unchanged, when
    an earlier notice went out: our failure, counted with the goal of none.
    """

    number: int
    issued_at: datetime
    items: tuple[Defect, ...]
    answered_at: datetime | None = None
    repeats: bool = False

    @property
    def open(self) -> bool:
        """Whether the applicant still has to act."""
        return self.answered_at is None

    def joined(self, items: tuple[Defect, ...]) -> "Notice":
        """The same notice with further items; what it already says is not said twice."""
        new = tuple(item for item in items if item not in self.items)
        return replace(self, items=self.items + new)

    def answered(self, at: datetime) -> "Notice":
        """The notice as closed by the applicant's answer."""
        return replace(self, answered_at=at)
