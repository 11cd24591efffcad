"""Materials (申请材料) an applicant brings: files as they are kept, and what may follow later (容缺)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.commitment import PREFIX
from kaiban.domain.papers.obligation import Deferral

_MB = 1024 * 1024
#: So many files of a material one request may bring; more come with the next.
MOST_FILES: Final = 10
#: A request may be so many times as large as a file may be.
FILES_AT_ONCE: Final = 3


@dataclass(frozen=True)
class UploadLimits:
    """How large a file may be: megabytes, pages of a PDF, million pixels of a picture; ``total_mb`` for all files.

    ``unpacked_mb`` is what a PDF may become once its streams are unpacked, pictures aside: reading it all takes a
    processor a second for every ten megabytes or so.
    """

    file_mb: int = 10
    total_mb: int = 60
    pages: int = 60
    megapixels: int = 60
    unpacked_mb: int = 64

    @property
    def file_bytes(self) -> int:
        """The largest file."""
        return self.file_mb * _MB

    @property
    def at_once_mb(self) -> int:
        """The most megabytes the files of one request may have together."""
        return FILES_AT_ONCE * self.file_mb

    @property
    def unpacked_bytes(self) -> int:
        """The most a PDF may unpack to."""
        return self.unpacked_mb * _MB

    @property
    def total_bytes(self) -> int:
        """The most all files of one filing may have together."""
        return self.total_mb * _MB


#: What is said of a file that was not read within the limits of a job, or on which its reader died.
TOO_HEAVY = Defect(
    "",
    "upload.too_heavy",
    "这个文件处理起来太费时间或者内存，没有收下。请再试一次；仍然不行的，请用“打印为 PDF”另存、"
    "降低扫描分辨率，或者分成几个文件后再上传。",
)
TABLE_TOO_HEAVY = Defect(
    "",
    "sheet.too_heavy",
    "这张表格处理起来太费时间或者内存，没有读取。请再试一次；仍然不行的，请新建空表，"
    "只粘贴职工名册的内容后再导入。",
)


@dataclass(frozen=True)
class MaterialRules:
    """What a city asks: whether a case needs its materials at once (``required``), how large they may be, what may follow."""

    required: bool = False
    limits: UploadLimits = field(default_factory=UploadLimits)
    deferral: Deferral = field(default_factory=Deferral)


@dataclass(frozen=True)
class Person:
    """Somebody whose own document is brought: ``document`` tells them apart, ``places`` are where the form names them."""

    document: str
    name: str
    places: tuple[str, ...] = ()

    def stands_at(self, pointer: str) -> bool:
        """Whether what a pointer names is theirs."""
        return any(pointer == each or pointer.startswith(f"{each}/") for each in self.places)


@dataclass(frozen=True)
class Wanted:
    """A material a form calls for: ``produced`` by the system, or brought; ``departments`` are those that get it.

    ``sensitive``: shows whole what every other document masks. ``persons``: whose it must be, each one's own; None: it
    is not of persons, ``()``: the form names nobody yet. ``why``: of whom it is asked, in words; "" for everybody.
    """

    key: str
    name: str
    departments: tuple[str, ...]
    produced: bool
    sensitive: bool = False
    persons: tuple[Person, ...] | None = None
    why: str = ""


@dataclass(frozen=True)
class Upload:
    """A file taken in: written anew, so that nothing but its pages is left of what came.

    ``name`` is for people only, and personal. ``pages`` of a photograph is 1. ``about``: see `Material`.
    """

    name: str
    media_type: str
    content: bytes
    pages: int
    about: tuple[str, ...] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Holder:
    """Whose materials: a filing's that is not handed in yet, or a case's. One of the two is given."""

    filing: str = ""
    case_no: str = ""


@dataclass(frozen=True)
class Material:
    """What is known of a kept file without opening it, or the promise that it follows (no ``digest``).

    ``id`` names this one file; several may serve one ``key``. ``commitment`` is the version of the words promised,
    ``deferred_until`` the last day to keep them; a promise of a filing not handed in yet has none.
    ``about`` has the documents of the persons who are on it, where each must bring their own; None: nobody was asked
    (it is not of persons, or an earlier release took it), so it stands for all. A promise that persons' documents follow
    has ``()`` and stays until the last has come.
    """

    id: str
    key: str
    at: datetime
    name: str = ""
    media_type: str = ""
    pages: int = 0
    size: int = 0
    digest: str = ""
    commitment: str = ""
    deferred_until: date | None = None
    about: tuple[str, ...] | None = None

    @property
    def promised(self) -> bool:
        """Whether this is only the promise of a file."""
        return not self.digest

    @property
    def commits(self) -> bool:
        """Whether it is no material at all: a condition is declared met (告知承诺)."""
        return self.key.startswith(PREFIX)


def obligations(materials: Sequence[Material]) -> list[Material]:
    """The promises of materials not yet kept: no file of that key has come, or not of every person."""
    brought = {one.key for one in materials if not one.promised}
    return [
        one for one in materials
        if one.promised and not one.commits and (one.about is not None or one.key not in brought)
    ]  # fmt: skip


def without(wanted: Wanted, materials: Iterable[Material]) -> list[Person]:
    """The persons of whom nothing has come; nobody where the material is not of persons.

    What serves a single person is theirs, whether or not anybody said so.
    """
    persons = wanted.persons or ()
    brought = [one.about for one in materials if one.key == wanted.key and not one.promised]
    known = {document for about in brought for document in about or ()}
    if None in brought or (brought and len(persons) == 1):
        return []
    return [one for one in persons if one.document not in known]


def is_there(wanted: Wanted, materials: Sequence[Material]) -> bool:
    """Whether it has come, and of every person if it is of persons."""
    some = any(one.key == wanted.key and not one.promised for one in materials)
    return some and not without(wanted, materials)


def same_as(file: Material, materials: Iterable[Material]) -> list[Material]:
    """The others that hold the very same bytes; a promise holds none."""
    return [
        one for one in materials
        if one.id != file.id and not one.promised and one.digest == file.digest
    ]  # fmt: skip


def lacking(
    wanted: Iterable[Wanted], materials: Sequence[Material], deferral: Deferral
) -> list[Wanted]:
    """What has to be brought and is neither there nor promised, as far as it may be promised."""
    promised = {one.key for one in materials if one.promised} & deferral.keys
    return [
        one for one in wanted
        if not one.produced and one.key not in promised and not is_there(one, materials)
    ]  # fmt: skip
