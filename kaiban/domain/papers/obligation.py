"""What is owed after acceptance (容缺、告知承诺): when to remind, what follows if it is not kept, how it reaches who wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kaiban.domain.cases.event import Event
from kaiban.domain.hours.clock import HallHours
from kaiban.domain.hours.term import stage_of


class Lapse(StrEnum):
    """What follows when a promise was not kept; a city names it in its profile."""

    #: A one-time notice demands it (责令补正).
    NOTICE = "notice"
    #: What needs it counts as withdrawn (视为撤回申请; 安阳市政务服务条例第二十四条).
    WITHDRAW = "withdraw"
    #: A person decides.
    WINDOW = "window"


LAPSES: Final[Mapping[Lapse, str]] = {
    Lapse.NOTICE: "逾期未补交的，发一次性告知书要求补交",
    Lapse.WITHDRAW: "逾期未补交的，需要这项材料的环节视为撤回",
    Lapse.WINDOW: "逾期未补交的，由窗口联系您处理",
}


@dataclass(frozen=True)
class Deferral:
    """Which materials may follow later, within how many working days, and the words promised (告知承诺).

    ``version`` names the words; a promise given under one version stays under it, so ``earlier`` keeps those before.
    ``lapse`` is what follows when nothing came, ``lapses`` of single materials; ``reminders`` is how many days ahead it is
    reminded, the last day being 0.
    """

    keys: frozenset[str] = frozenset()
    working_days: int = 0
    version: str = ""
    commitment: str = ""
    earlier: Mapping[str, str] = field(default_factory=dict)
    lapse: Lapse = Lapse.WINDOW
    lapses: Mapping[str, Lapse] = field(default_factory=dict)
    reminders: tuple[int, ...] = (2, 0)

    def due(self, accepted: datetime, hall: HallHours) -> date:
        """The last day to bring it: the day of acceptance is not counted, days off neither."""
        return hall.working_day_after(accepted, self.working_days)

    def words(self, version: str) -> str:
        """What was promised under that version; "" if the profile has lost it."""
        return {**self.earlier, self.version: self.commitment}.get(version, "")

    def follows(self, key: str) -> Lapse:
        """What follows when that material does not come."""
        return self.lapses.get(key, self.lapse)

    def stage(self, days_left: int) -> int | None:
        """Which reminder is due so many days before the end: the latest, if several were missed; None for none."""
        return stage_of(self.reminders, days_left)


@dataclass(frozen=True)
class Promise:
    """A promise of a case that no file has kept yet, as lists show it: of which hall, since when, due when."""

    case_no: str
    key: str
    hall: str
    at: datetime
    due: date
    commitment: str

    def days_left(self, today: date) -> int:
        """So many days until the last one; below 0 once it has passed."""
        return (self.due - today).days


class ForwardState(StrEnum):
    """How far a late file is on its way to a department."""

    WAITING = "waiting"
    SENT = "sent"
    #: The department takes none from us: somebody of the window must bring it.
    BY_HAND = "by_hand"
    HANDED = "handed"
    #: The application ended meanwhile: nobody wants it any more.
    MOOT = "moot"


FORWARD_STATES: Final[Mapping[ForwardState, str]] = {
    ForwardState.WAITING: "正在转给部门",
    ForwardState.SENT: "已经转到部门",
    ForwardState.BY_HAND: "由窗口转交部门",
    ForwardState.HANDED: "窗口已转交部门",
    ForwardState.MOOT: "环节已经结束，不用再转",
}


@dataclass(frozen=True)
class Forward:
    """A late material on its way to a link's department; ``by`` is who brought it there, if the window did."""

    case_no: str
    key: str
    link: str
    state: ForwardState
    at: datetime
    tries: int = 0
    by: str = ""


def is_reminded(
    events: Sequence[Event], key: str, due: date, stage: int, first: int, kind: str = "deadline"
) -> bool:
    """Whether that stage was noted; what a release without stages noted was the first one."""
    return any(
        event.kind == kind
        and event.code == key
        and event.facts.get("due") == due.isoformat()
        and int(event.facts.get("stage", first)) == stage
        for event in events
    )


def has_lapsed(events: Sequence[Event], key: str, due: date) -> bool:
    """Whether it is written down that nothing came by that day."""
    return any(
        event.kind == "lapsed" and event.code == key and event.facts.get("due") == due.isoformat()
        for event in events
    )


#: In an event that a material came: it is not all of it yet (somebody's document is still missing).
MORE: Final = "more"


@dataclass(frozen=True)
class Owed:
    """A promise not yet kept, as a case's events tell it: what, until when, in the words of which version."""

    key: str
    name: str
    due: date
    commitment: str


def still_owed(events: Sequence[Event]) -> list[Owed]:
    """What was promised and has neither come whole nor is asked for no more, in the order it was promised."""
    found: dict[str, Owed] = {}
    for event in events:
        key = event.code
        if event.kind == "deferred":
            name = event.text.rpartition("，")[0]
            due = date.fromisoformat(event.facts["due"])
            found[key] = Owed(key, name, due, event.facts["commitment"])
        elif event.kind == "extended" and key in found:
            found[key] = replace(found[key], due=date.fromisoformat(event.facts["due"]))
        elif event.kind == "waived" or (event.kind == "material" and MORE not in event.facts):
            found.pop(key, None)
    return list(found.values())
