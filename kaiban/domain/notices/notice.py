"""The one-time notice (一次性告知书): everything that is wrong, said once.

What departments, window staff and the form itself find is gathered in a draft, and told as a whole. The rule is
the same everywhere it is written down: 行政许可法 (2019) art. 32(4), 公司法 (2023) art. 30, 市场主体登记管理条例 art. 19,
优化营商环境条例 art. 36.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from kaiban.domain.papers.commitment import PREFIX
from kaiban.domain.pointer import within


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


class Origin(StrEnum):
    """Who found it."""

    FORM = "form"
    DEPARTMENT = "department"
    WINDOW = "window"


#: Where a notice names a material: ``/materials/<key>``.
MATERIALS: Final = "/materials/"


@dataclass(frozen=True)
class Item(Defect):
    """One demand of a notice: who found it, what to bring, and who of the staff wrote it down.

    ``reason`` is why a material is asked for that is not on the published list.
    """

    origin: str = Origin.DEPARTMENT.value
    bring: str = ""
    by: str = ""
    reason: str = ""

    @classmethod
    def of(cls, defect: Defect, origin: Origin = Origin.DEPARTMENT) -> "Item":
        """A defect as a demand; one that is a demand already stays as it is."""
        if isinstance(defect, Item):
            return defect
        return cls(
            **{each.name: getattr(defect, each.name) for each in fields(Defect)},
            origin=origin.value,
        )


def material_at(pointer: str) -> str:
    """The key of the material that is asked for at a place of a notice; "" where none is: a commitment stands there, too."""
    key = pointer.removeprefix(MATERIALS)
    return "" if key == pointer or key.startswith(PREFIX) else key


def key_of(defect: Defect) -> tuple[str, ...]:
    """What makes two demands the same: the link, the place and the code; where there is no place, the words."""
    return (defect.link, defect.pointer, defect.code, "" if defect.pointer else defect.message)


def composed(*sources: Iterable[Item], order: Sequence[str] = ()) -> tuple[Item, ...]:
    """Every demand once, in the order of the links; sentences about one place and code are joined.

    What a department demands, too, is the department's: it waits for an answer.
    """
    found: dict[tuple[str, ...], Item] = {}
    for item in (each for source in sources for each in source):
        known = found.setdefault(key_of(item), item)
        said = item.message in known.message
        found[key_of(item)] = replace(
            known,
            message=known.message if said else known.message + item.message,
            origin=item.origin if item.origin == Origin.DEPARTMENT else known.origin,
        )
    ranks = {name: rank for rank, name in enumerate(order)}
    return tuple(sorted(found.values(), key=lambda item: ranks.get(item.link, len(ranks))))


class Freshness(StrEnum):
    """What a demand is to whoever was told before."""

    NEW = "new"  # nobody could have told it earlier
    AGAIN = "again"  # told, and not put right
    LATE = "late"  # visible when an earlier notice went out, and not told: our failure


FRESHNESS_TITLES: Final = {
    Freshness.NEW: "新发现",
    Freshness.AGAIN: "告知过，仍未改好",
    Freshness.LATE: "上次就能发现",
}


def freshness(item: Item, told: Sequence[Item], brought: Collection[str] = ()) -> Freshness:
    """What the demand is after everything in ``told``; ``brought`` are the materials that came since, by key.

    What an earlier notice opened to change may be wrong anew. Of a department's demand without a place nobody can
    say when it could be seen; of one that staff write down they can, and must.
    """
    if not told:
        return Freshness.NEW
    if key_of(item) in map(key_of, told):
        return Freshness.AGAIN
    if not item.pointer:
        by_department = item.origin == Origin.DEPARTMENT
        return Freshness.NEW if by_department else Freshness.LATE
    opened = any(each.pointer and within(item.pointer, each.pointer) for each in told)
    came = item.pointer.removeprefix(MATERIALS) in brought
    return Freshness.NEW if opened or came else Freshness.LATE


@dataclass(frozen=True)
class Dropped:
    """A demand that was taken off before the notice went out: by whom, and why."""

    item: Item
    by: str
    reason: str


@dataclass(frozen=True)
class Draft:
    """What the next notice is to say, gathered until it goes out: at ``due``, whoever else may still find something."""

    since: datetime
    due: datetime
    items: tuple[Item, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether somebody of the staff works on it: then it waits for them, until it is due."""
        by_staff = any(item.by or item.origin != Origin.DEPARTMENT for item in self.items)
        return by_staff or bool(self.dropped)

    def gathering(self, items: Iterable[Item]) -> "Draft":
        """The draft with these, too; what was taken off stays off, unless it is found anew by staff."""
        gone = {key_of(each.item) for each in self.dropped}
        new = (item for item in items if item.origin == Origin.WINDOW or key_of(item) not in gone)
        return replace(self, items=composed(self.items, new))

    def dropping(self, dropped: Dropped) -> "Draft":
        """The draft without one of its demands."""
        left = tuple(item for item in self.items if key_of(item) != key_of(dropped.item))
        return replace(self, items=left, dropped=(*self.dropped, dropped))


@dataclass(frozen=True)
class Twice(Defect):
    """The application is there already, under another key or from elsewhere: as that case."""

    case_no: str = ""


@dataclass(frozen=True)
class Notice:
    """A notice to the applicant after sending; open until it is answered.

    ``repeats`` tells that it names something which already stood in the form, unchanged, when
    an earlier notice went out: our failure, counted with the goal of none; ``reason`` says why then.
    ``by`` is who issued it, "" if nobody had to. ``dropped`` was taken off before.
    """

    number: int
    issued_at: datetime
    items: tuple[Item, ...]
    answered_at: datetime | None = None
    repeats: bool = False
    by: str = ""
    reason: str = ""
    dropped: tuple[Dropped, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the applicant still has to act."""
        return self.answered_at is None

    @property
    def findings(self) -> tuple[Item, ...]:
        """What no department waits for: found by staff or in the form."""
        return tuple(item for item in self.items if item.origin != Origin.DEPARTMENT)

    def joined(self, items: tuple[Item, ...]) -> "Notice":
        """The same notice with further items; what it already says is not said twice."""
        return replace(self, items=composed(self.items, items))

    def answered(self, at: datetime) -> "Notice":
        """The notice as closed by the applicant's answer."""
        return replace(self, answered_at=at)
