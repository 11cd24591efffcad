"""The states of a case, their titles, and what the country calls them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kaiban.domain.cases.link import Link, LinkState


class CaseState(StrEnum):
    """The states of a case; the values are part of the API."""

    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    NEEDS_CORRECTION = "needs_correction"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    COMPLETED_PARTLY = "completed_partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


CASE_TITLES: Mapping[CaseState, str] = {
    CaseState.DRAFT: "草稿",
    CaseState.IN_PROGRESS: "办理中",
    CaseState.NEEDS_CORRECTION: "待补正",
    CaseState.SUSPENDED: "特别程序",
    CaseState.COMPLETED: "办结",
    CaseState.COMPLETED_PARTLY: "部分办结",
    CaseState.REFUSED: "不予办理",
    CaseState.WITHDRAWN: "已撤回",
}

#: What an open case is called from the wish to withdraw it until each department has given it back.
WITHDRAWING = "撤回中"

#: Our states in the national list of approval case states (1-15), for exports.
NATIONAL_CODES: Mapping[CaseState, tuple[int, str]] = {
    CaseState.DRAFT: (1, "已接件"),
    CaseState.IN_PROGRESS: (8, "部门开始办理"),
    CaseState.NEEDS_CORRECTION: (6, "补正（开始）"),
    CaseState.SUSPENDED: (9, "特别程序（开始）"),
    CaseState.COMPLETED: (11, "办结（通过）"),
    CaseState.COMPLETED_PARTLY: (12, "办结（容缺通过）"),
    CaseState.REFUSED: (13, "办结（不通过）"),
    CaseState.WITHDRAWN: (14, "撤回"),
}

ENDED = frozenset(
    {
        CaseState.COMPLETED,
        CaseState.COMPLETED_PARTLY,
        CaseState.REFUSED,
        CaseState.WITHDRAWN,
    }
)
#: The ends with which something was granted.
GRANTED = frozenset({CaseState.COMPLETED, CaseState.COMPLETED_PARTLY})
#: The others: they keep no promise and break none, and nothing is owed in them.
VOID = ENDED - GRANTED


def title_of(state: CaseState, *, withdrawing: bool) -> str:
    """What readers are told of the state; a case that is being withdrawn is not simply under way."""
    return WITHDRAWING if withdrawing and state not in ENDED else CASE_TITLES[state]


def end_of(links: Iterable[Link], *, withdrawing: bool) -> CaseState:
    """How a case ends whose links have ended so."""
    if withdrawing:
        return CaseState.WITHDRAWN
    states = {link.state for link in links}
    if states == {LinkState.DONE}:
        return CaseState.COMPLETED
    return CaseState.COMPLETED_PARTLY if LinkState.DONE in states else CaseState.REFUSED
