"""A page of the list: of what the reader may see, the part they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.desk.worklist import Entry
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.ports import Lane, View, Wanted, Worklist

#: Lines on a page.
PAGE: Final = 50


@dataclass(frozen=True)
class Choice:
    """What a reader asks for; ``hall`` "" is every hall they may see. Pages are counted from 1."""

    view: View = View.OPEN
    lane: Lane = Lane.ALL
    hall: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """A page of it, how many there are, and how many lines each view has."""

    entries: list[Entry]
    page: int
    pages: int
    counts: Mapping[View, int]


def listed(office: Office, worklist: Worklist, who: Position, choice: Choice) -> Listed:
    """The page that was asked for; the last one for a number beyond it."""
    wanted = Wanted(
        choice.view, who.login, office.clock.now(), office.city.desk.agent_cases,
        who.within(Act.SEE_CASES) or choice.hall, choice.lane,
    )  # fmt: skip
    counts = worklist.counts(wanted)
    pages = max(1, -(-counts[choice.view] // PAGE))
    page = min(max(choice.page, 1), pages)
    return Listed(worklist.page(wanted, (page - 1) * PAGE, PAGE), page, pages, counts)
