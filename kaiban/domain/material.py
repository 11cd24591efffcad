"""Materials (申请材料) an applicant brings: files as they are kept, and what may follow later (容缺)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kaiban.domain.clock import HALL_TIME, HallHours

_MB = 1024 * 1024


@dataclass(frozen=True)
class UploadLimits:
    """How large a file may be: megabytes, pages of a PDF, million pixels of a photograph; ``total_mb`` for all files."""

    file_mb: int = 10
    total_mb: int = 60
    pages: int = 60
    megapixels: int = 60

    @property
    def file_bytes(self) -> int:
        """The largest file."""
        return self.file_mb * _MB

    @property
    def total_bytes(self) -> int:
        """The most all files of one filing may have together."""
        return self.total_mb * _MB


@dataclass(frozen=True)
class Deferral:
    """Which materials may follow later, within how many working days, and the words promised (告知承诺).

    ``version`` names the words; a promise given under one version stays under it.
    """

    keys: frozenset[str] = frozenset()
    working_days: int = 0
    version: str = ""
    commitment: str = ""

    def due(self, accepted: datetime, hall: HallHours) -> date:
        """The last day to bring it: the day of acceptance is not counted, days off neither."""
        day, left = accepted.astimezone(HALL_TIME).date(), self.working_days
        while left:
            day += timedelta(days=1)
            left -= hall.days.is_working(day)
        return day


@dataclass(frozen=True)
class MaterialRules:
    """What a city asks: whether a case needs its materials at once (``required``), how large they may be, what may follow."""

    required: bool = False
    limits: UploadLimits = field(default_factory=UploadLimits)
    deferral: Deferral = field(default_factory=Deferral)


@dataclass(frozen=True)
class Wanted:
    """A material a form calls for: ``produced`` by the system, or brought; ``departments`` that get it."""

    key: str
    name: str
    departments: tuple[str, ...]
    produced: bool
    deferrable: bool


@dataclass(frozen=True)
class Upload:
    """A file taken in: written anew, so that nothing but its pages is left of what came.

    ``name`` is for people only, and personal. ``pages`` of a photograph is 1.
    """

    name: str
    media_type: str
    content: bytes
    pages: int

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Material:
    """A file kept for a material, or the promise that it follows.

    ``id`` names this one file. ``upload`` is None for a promise; a promise made for a case has a day it is due, one of
    a filing not handed in yet has none. ``commitment`` is the version of the words promised.
    """

    id: str
    key: str
    at: datetime
    upload: Upload | None = None
    commitment: str = ""
    deferred_until: date | None = None


def obligations(materials: Sequence[Material]) -> list[Material]:
    """The promises not yet kept: no file of that key has come."""
    brought = {one.key for one in materials if one.upload}
    return [one for one in materials if one.upload is None and one.key not in brought]


def lacking(wanted: Iterable[Wanted], present: Collection[str]) -> list[Wanted]:
    """What has to be brought and is neither there nor promised."""
    return [one for one in wanted if not one.produced and one.key not in present]
