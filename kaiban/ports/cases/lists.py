"""Lists of cases: which are wanted, what a line says, and where the feed of changes goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState


@dataclass(frozen=True)
class CaseLine:
    """A case in a list: its number, state, promise and links in the order of the plan; the company's name may be "".

    ``reference`` is what whoever handed it in calls it; "" if they did not say.
    """

    no: str
    state: CaseState
    accepted_at: datetime
    promise: str
    links: tuple[str, ...]
    company: str
    finished_at: datetime | None = None
    reference: str = ""
    withdrawing: bool = False


@dataclass(frozen=True)
class Span:
    """From an instant on, and before another; None leaves that end open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it leaves nothing out."""
        return self.since is None and self.until is None


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of a list; whatever is left as it is leaves nothing out.

    ``company`` is its whole name or what of it finds a case at the desk, ``link_state`` how the link of that name stands.
    """

    states: Sequence[CaseState] = ()
    owner: str | None = None
    accepted: Span = field(default_factory=Span)
    finished: Span = field(default_factory=Span)
    link: str = ""
    link_state: LinkState | None = None
    company: str = ""
    reference: str = ""


EVERY_CASE = CaseFilter()


@dataclass(frozen=True)
class FeedPlace:
    """Behind which change the feed goes on: that number, of that case, in that epoch of the database."""

    epoch: int
    change: int = -1
    no: str = ""


class FeedRestarted(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """The database was set back since that place: the feed has to be read anew."""


@dataclass(frozen=True)
class FeedPage:
    """So many cases in the order of their last change, where the page after begins, and whether there is one already."""

    lines: Sequence[CaseLine]
    place: FeedPlace
    more: bool
