"""How the package says instants, spans, sizes and holders in Chinese."""

from collections.abc import Mapping
from datetime import UTC, datetime
from datetime import date as CalendarDay  # noqa: N812 - `date` is a filter here
from typing import Final

from kaiban.domain.cases.link import Actor
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.hours.ledger import HOLDER_TITLES, department_of, hall_of

ACTOR_TITLES: Final[Mapping[Actor, str]] = {
    Actor.APPLICANT: "申请人",
    Actor.WINDOW: "窗口",
    Actor.DEPARTMENT: "部门",
    Actor.SYSTEM: "平台",
    Actor.NOBODY: "—",
}

_KIB: Final = 1024


def moment(at: datetime | None) -> str:
    """Hall date and minute, ``2026-11-20 09:02``; a dash for an instant that never came."""
    return at.astimezone(HALL_TIME).strftime("%Y-%m-%d %H:%M") if at else "—"


def clock(at: datetime) -> str:
    """Hall date in words and minute, as pages say it, ``2026年11月20日 09:02``: for papers that name days in words, too."""
    return f"{day(at)} {at.astimezone(HALL_TIME):%H:%M}"


def day(at: datetime) -> str:
    """The hall's date in words, ``2026年11月20日``."""
    return date(at.astimezone(HALL_TIME).date())


def date(found: CalendarDay) -> str:
    """A day of the calendar in words, ``2026年11月20日``."""
    return f"{found.year}年{found.month}月{found.day}日"


def utc(at: datetime | None) -> str | None:
    """The instant for machines, ``2026-11-20T01:02:03Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def minutes(count: int) -> str:
    """``35 分钟``, ``5 小时``, ``4 小时 12 分``."""
    hours, rest = divmod(count, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


def size(count: int) -> str:
    """A file size people can compare; never 0 KB for a file that has bytes."""
    return f"{count} 字节" if count < _KIB else f"{count / _KIB:.1f} KB"


def holder(name: str, titles: Mapping[str, str]) -> str:
    """A holder of the ledger in words; ``titles`` names the links of the case and the city's halls."""
    named = department_of(name) or hall_of(name)
    return titles.get(named, named) if named else HOLDER_TITLES[name]
