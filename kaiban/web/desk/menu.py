"""The ways through the pages of staff: what stands in the head of each, and what can be done about a case.

A new room of the desk adds its line here; who may go there is what its own route asks for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.commitment import GIVEN
from kaiban.domain.roles import Act
from kaiban.orchestrator.staff.looking import may_about
from kaiban.ports import Account

#: Where the pages of a case are: its number follows, then the room.
_CASES: Final = "/desk/cases/"


def _always(_: Case) -> bool:
    return True


def _has_promised(case: Case) -> bool:
    return any(event.kind in ("deferred", GIVEN) for event in case.events)


def _has_cards(case: Case) -> bool:
    return any(event.kind == "card" for event in case.events)


def _crosses(case: Case) -> bool:
    return bool(case.intake)


@dataclass(frozen=True)
class Way:
    """A link in the head of the pages of staff; ``act`` is what its page asks for, None: whoever has signed in.

    ``under``: where its pages are, if not all below ``to``. ``rooms``: which pages of a case are its own, by what
    stands after the case's number ("": the case itself).
    """

    title: str
    to: str
    act: Act | None = None
    under: Sequence[str] = ()
    rooms: Sequence[str] = ()

    def is_here(self, path: str) -> bool:
        """Whether that page is one of its own."""
        if path.startswith(_CASES):
            return path.removeprefix(_CASES).partition("/")[2].partition("/")[0] in self.rooms
        return path == self.to or path.startswith(tuple(self.under or (f"{self.to}/",)))


@dataclass(frozen=True)
class CaseWay:
    """A link on a case's page to what can be done about it; ``endpoint`` takes its number.

    ``when`` says whether there is anything to do of that kind, ``intake`` whether its page is also the hall's that took the
    case in for another.
    """

    title: str
    endpoint: str
    act: Act
    when: Callable[[Case], bool] = _always
    intake: bool = False


WAYS: Sequence[Way] = (
    Way(
        "办件队列",
        "/desk",
        Act.SEE_CASES,
        under=("/desk/search",),
        rooms=("", "holder", "unmask", "cross-region", "file", "materials"),
    ),
    Way("帮办申报", "/desk/new", Act.FILE),
    Way("告知书", "/desk/notices", Act.SEE_CASES, rooms=("notice", "refusals")),
    Way(
        "人工办理",
        "/desk/by-hand",
        Act.ENTER_RESULTS,
        under=("/desk/by-hand", "/desk/approvals"),
        rooms=("departments", "approvals"),
    ),
    Way("叫号", "/desk/tickets", Act.CALL),
    Way("出件", "/desk/exit", Act.HAND_OUT, rooms=("exit",)),
    Way("容缺补交", "/desk/obligations", Act.SEE_CASES, rooms=("obligations",)),
    Way("红黄牌", "/desk/cards", Act.SEE_CASES, rooms=("cards",)),
    Way("办不成事反映", "/desk/complaints", Act.SEE_CASES, rooms=("complaints",)),
    Way("问题摘要", "/desk/problems", Act.SEE_PROBLEMS),
    Way("时效监督", "/watch", Act.SEE_FIGURES),
    Way("账号管理", "/desk/accounts", Act.MANAGE_ACCOUNTS),
    Way("我的账号", "/desk/account"),
)

CASE_WAYS: Sequence[CaseWay] = (
    CaseWay("跨域通办", "cross_region.show", Act.SEE_CASES, when=_crosses, intake=True),
    CaseWay("一次性告知书", "desk_notices.show", Act.NOTIFY),
    CaseWay("各部门办理", "department.overview", Act.ENTER_RESULTS),
    CaseWay(
        "出件",
        "handing_over.show",
        Act.HAND_OUT,
        when=lambda case: case.package_version > 0,
        intake=True,
    ),
    CaseWay("容缺补交", "case_obligations.show", Act.SEE_CASES, when=_has_promised),
    CaseWay("红黄牌", "case_cards.show", Act.SEE_CASES, when=_has_cards),
    CaseWay("办不成事反映", "case_complaints.show", Act.SEE_CASES),
    CaseWay("电子案卷", "case_file.show", Act.CASE_FILE),
)


def ways_for(who: Account) -> list[Way]:
    """The links in the head of that account's pages."""
    return [way for way in WAYS if way.act is None or who.position.may(way.act)]


def case_ways_for(who: Account, case: Case) -> list[CaseWay]:
    """What that account can do about the case now."""
    return [
        way
        for way in CASE_WAYS
        if may_about(who.position, way.act, case, intake=way.intake) and way.when(case)
    ]
