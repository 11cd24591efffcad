"""A case as one line of the list staff work from (办件队列): whom it waits for, who answers for it, how long it has left.

The line follows from the case and the city's rules alone. It is worked out whenever something happens and kept, so that
a list of many opens none of them; what passes meanwhile is only time, and for that the line has instants.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from kaiban.domain.assisted import Actor
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import RECEIVED, SENT_ON, TAKEN_IN
from kaiban.domain.cases.cross_region.passage import stage_of
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.cases.staff.unsent import unknown
from kaiban.domain.cases.states import VOID, CaseState
from kaiban.domain.city import City, calendars
from kaiban.domain.hours.cards import BY_CLOCK, Level
from kaiban.domain.hours.clock import HallHours
from kaiban.domain.hours.ledger import PAUSES
from kaiban.domain.papers.delivery import (
    ARRIVING,
    AT_WINDOW,
    BY_POST,
    RETURN,
    leaves_by,
    leaves_from,
)
from kaiban.domain.pointer import value_at
from kaiban.domain.supervision.due import due_of, given_from, not_given

#: Raised when lines are worked out otherwise than before: those that are kept are then made anew.
_RULES: Final = 3
_MINUTE: Final = timedelta(minutes=1)
_ACTOR: Final = re.compile(r"(?:window:)?([a-z0-9][a-z0-9._-]{1,30}[a-z0-9])")
#: What an event's actor is without being anybody.
_NOBODY: Final = frozenset({"applicant", "system", "window"})

#: The events that give a case to somebody; ``facts["to"]`` says to whom.
ASSIGNING: Final = frozenset({"taken", "handed_on", "taken_over", RECEIVED})
#: Between two halls (跨域通办): what was sent back waits in the hall of intake for its applicant.
COLLECT: Final = "collect"
#: The events whose actor, where it is somebody of the staff, is an account and nothing else.
_BY_LOGIN: Final = frozenset(
    {
        "assisted",
        "commitment_false",
        "commitment_true",
        "extended",
        "forwarded",
        "material",
        "waived",
    }
)
#: The events that let something be owed, or owed no more.
_OWING: Final = frozenset({"deferred", "extended"})
_SETTLING: Final = frozenset({"material", "waived"})
#: The events with which an applicant answers what was asked of them.
_CAME_IN: Final = frozenset({"corrected", "explained", "material", "left_out"})


class Source(StrEnum):
    """Where a case was handed in."""

    ONLINE = "online"
    WINDOW = "window"
    TELEPHONE = "telephone"
    PROGRAM = "program"


SOURCE_TITLES: Mapping[Source, str] = {
    Source.ONLINE: "网上",
    Source.WINDOW: "窗口",
    Source.TELEPHONE: "电话",
    Source.PROGRAM: "对接系统",
}


@dataclass(frozen=True)
class Entry:
    """One line.

    ``used``: working minutes until ``counted_at``, None where the city does not know the case's hall or promise any
    more; they go on only while ``running``. ``yellow_at`` and ``red_at``: when the case has, or gets if nothing else
    happens, its first yellow and its red card by the clock; ``card_at``: when the next card is to be given, whatever its cause.
    ``holder`` answers for it, ``first`` was the first of the staff who acted (首问负责). ``agent`` is by what whoever
    brought it for others is known again. ``intake`` is the hall that took it in for this one, ``passage`` what is still to
    be done between the two: TAKEN_IN (to be sent on), SENT_ON (to be received), RETURN, ARRIVING, COLLECT; None: nothing. ``events``: how many had happened.
    """

    no: str
    hall: str
    state: CaseState
    accepted_at: datetime
    company: str
    person: str
    source: Source
    links: tuple[tuple[str, str, LinkState], ...]
    events: int
    promised: int
    used: int | None
    counted_at: datetime
    running: bool
    yellow_at: datetime | None
    red_at: datetime | None
    for_window: bool
    in_doubt: bool
    corrected: bool
    owed_until: date | None
    to_hand_out: bool
    holder: str
    first: str
    agent: str
    intake: str | None = None
    passage: str | None = None
    card_at: datetime | None = None
    withdrawing: bool = False

    @property
    def ended(self) -> bool:
        """Whether the case is closed."""
        return self.state not in OPEN

    @property
    def listed(self) -> bool:
        """Whether somebody may still have to do something about it."""
        waits = self.to_hand_out or self.owed_until is not None or self.passage is not None
        return waits or self.for_window or not self.ended

    def used_at(self, now: datetime, hall: HallHours | None) -> int | None:
        """The working minutes until now."""
        if self.used is None or hall is None:
            return None
        since = hall.working(self.counted_at, max(now, self.counted_at)) if self.running else None
        return self.used + (since // _MINUTE if since else 0)

    def level_at(self, now: datetime) -> Level | None:
        """The gravest card it has by now."""
        if self.red_at and self.red_at <= now:
            return Level.RED
        return Level.YELLOW if self.yellow_at and self.yellow_at <= now else None


OPEN: Final = frozenset(
    {CaseState.DRAFT, CaseState.IN_PROGRESS, CaseState.NEEDS_CORRECTION, CaseState.SUSPENDED}
)


def entry_of(case: Case, city: City) -> Entry:
    """The case's line, as its last event left it."""
    at = case.events[-1].at if case.events else case.accepted_at
    timing = _timing(case, city, at)
    states = [step.state for _, step in case.steps()]
    return Entry(
        case.no, case.hall, case.state, case.accepted_at,
        str(value_at(case.form, "company.name.full") or ""),
        _person(case.form), source_of(case),
        tuple((link.name, link.title, link.state) for link in case.links),
        len(case.events), timing.promised, timing.used, at, timing.running, timing.yellow_at, timing.red_at,
        for_window=_is_for_window(case, states),
        in_doubt=not case.ended and LinkState.UNKNOWN in states,
        corrected=not case.ended and _has_come_in(case.events),
        owed_until=_owed_until(case),
        to_hand_out=leaves_by(case) == AT_WINDOW and leaves_from(case) == case.hall,
        holder=holder_of(case), first=first_of(case), agent=agent_of(case.form),
        intake=case.intake or None, passage=_passage(case), card_at=timing.card_at, withdrawing=case.withdrawing,
    )  # fmt: skip


def rules_of(city: City) -> str:
    """What tells one way of making lines from another: ours and the city's hours and promises."""
    told = repr((_RULES, calendars(city), list(city.promises.values())))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


# --- who answers for it -----------------------------------------------------------------------------


def holder_of(case: Case) -> str:
    """Who of the staff answers for the case: to whom it was last given, else who was the first to act; "" for nobody."""
    given = [event.facts["to"] for event in case.events if event.kind in ASSIGNING]
    return given[-1] if given else first_of(case)


def first_of(case: Case) -> str:
    """The first of the staff who acted in the case (首问负责); "" as long as nobody has."""
    return next(filter(None, map(login_of, case.events)), "")


def tenure_of(case: Case) -> str:
    """Another text whenever somebody else has come to answer for the case, or the same one again."""
    given = sum(event.kind in ASSIGNING for event in case.events)
    return f"{given}.{holder_of(case)}"


def login_of(event: Event) -> str:
    """The account of the staff that did it; "" if it was somebody else, or no account."""
    found = _ACTOR.fullmatch(event.actor)
    is_somebody = found and (event.actor.startswith("window:") or event.kind in _BY_LOGIN)
    return found[1] if found and is_somebody and found[1] not in _NOBODY else ""


def source_of(case: Case) -> Source:
    """Where it was handed in: at the desk if staff helped, else where its owner comes from.

    A machine of the hall is told as 网上: a form begun there may be handed in at home.
    """
    if case.filed_by:
        told = case.filed_by.filer.actor is Actor.TELEPHONE
        return Source.TELEPHONE if told else Source.WINDOW
    return Source.ONLINE if case.owner.startswith("filing:") else Source.PROGRAM


def agent_of(form: Mapping[str, Any]) -> str:
    """By what whoever brings it for others is known again: their document, else their telephone; "" for nobody."""
    places = ("people.proxy.cert.no", "people.proxy.mobile")
    return next((str(found) for found in (value_at(form, each) for each in places) if found), "")


# --- private ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Timing:
    """The part of a line that the clock decides."""

    promised: int = 0
    used: int | None = None
    running: bool = False
    yellow_at: datetime | None = None
    red_at: datetime | None = None
    card_at: datetime | None = None


def _timing(case: Case, city: City, at: datetime) -> _Timing:
    if not city.knows(case):
        return _Timing()
    hours, held = city.hours_of(case, at), holdings(case.events)
    running = not case.ended and not any(
        each.end is None and each.holder in PAUSES for each in held
    )
    cards = due_of(case, city)
    firsts = {each.card.level: each.at for each in reversed(cards) if each.card.cause in BY_CLOCK}
    to_give = (given_from(case, each) for each in not_given(case, cards))
    return _Timing(
        city.promise_of(case).working // _MINUTE, hours.working_minutes, running,
        firsts.get(Level.YELLOW), firsts.get(Level.RED), min(to_give, default=None),
    )  # fmt: skip


def _person(form: Mapping[str, Any]) -> str:
    """Whom to ask for: who brings it, else who stands for the company."""
    places = ("people.proxy.name", "people.legal_rep.name")
    return next((str(name) for name in (value_at(form, each) for each in places) if name), "")


def _has_come_in(events: Iterable[Event]) -> bool:
    """Whether the applicant has answered, and nobody at the window has done anything since."""
    for event in reversed(list(events)):
        if event.kind in _CAME_IN:
            return True
        if event.kind == "notice" or event.actor.startswith("window") or login_of(event):
            return False
    return False


def _owed_until(case: Case) -> date | None:
    """The first day by which something promised (容缺) is to be brought."""
    due: dict[str, str] = {}
    for event in case.events:
        if event.kind in _OWING:
            due[event.code] = event.facts.get("due", "")
        elif event.kind in _SETTLING:
            due.pop(event.code, None)
    known = [date.fromisoformat(each) for each in due.values() if each]
    return min(known) if known and case.state not in VOID else None


def _is_for_window(case: Case, states: Collection[LinkState]) -> bool:
    """Whether somebody at the window is to act, or to learn that what they found was told to nobody."""
    waits = not case.ended and (LinkState.MANUAL in states or _is_to_be_received(case))
    return waits or bool(unknown(case.events))


def _is_to_be_received(case: Case) -> bool:
    """Whether it has come from another hall and nobody has received it, and no applicant is asked first."""
    return stage_of(case) == SENT_ON and case.open_notice is None


def _passage(case: Case) -> str | None:
    if not case.intake:
        return None
    if not case.ended:
        stage = stage_of(case)
        return stage if stage in (TAKEN_IN, SENT_ON) else None
    how = leaves_by(case)
    if how in (RETURN, ARRIVING):
        return how
    back = how in (AT_WINDOW, BY_POST) and leaves_from(case) == case.intake
    return COLLECT if back else None
