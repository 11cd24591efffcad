"""Lines of the list as a table: how urgent, which case, from where, how long, and a dot for each department."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from forms.structure.tour import mask
from kaiban.domain.cases.cross_region.intake import SENT_ON, TAKEN_IN
from kaiban.domain.cases.link import STATE_TITLES, LinkState
from kaiban.domain.cases.states import title_of
from kaiban.domain.desk.worklist import COLLECT, SOURCE_TITLES, Entry
from kaiban.domain.hours.cards import Level
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.delivery import ARRIVING, RETURN
from kaiban.domain.roles import Act
from kaiban.web.access.admission import the_staff
from kaiban.web.desk.halls import hall_title
from kaiban.web.following.lanes import TAGS
from kaiban.web.following.margin import SHORT, margin
from kaiban.web.presentation.texts import length, say, short_day
from kaiban.web.service import office, service

#: One character for each department; of another it is the first of its title.
LETTERS = {
    "registration": "登", "seal": "章", "tax": "税", "bank": "银", "social_insurance": "社",
    "housing_fund": "金",
}  # fmt: skip

#: How a link stands where nothing else is known of it. A part of one that was given up may have been granted and
#: stays (Link.remaining): 已取消 would deny it, and its own page says which.
BRIEF: Final[Mapping[LinkState, str]] = {**STATE_TITLES, LinkState.CANCELLED: "不再办理"}


def table_of(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """A row each, for the template."""
    now, names = office().clock.now(), _names()
    return [_row(each, now, names) for each in entries]


def dot(name: str, title: str, state: LinkState) -> tuple[str, str, str]:
    """A link as one character with its meaning and its kind."""
    letter = say(LETTERS.get(name, title[:1]))
    return letter, f"{say(title)}：{say(BRIEF[state])}", TAGS.get(state, "work")


#: What a line says of what is to be done about it.
_SIGNS: Final[Sequence[tuple[str, str, str]]] = (
    ("for_window", "等窗口处理", "hold"),
    ("in_doubt", "待核实", "hold"),
    ("corrected", "补正已交", "work"),
    ("to_hand_out", "待领取", "work"),
)


#: What the window is still to learn of a case that has ended.
_AFTER_THE_END: Final = ("for_window", True)
_UNSENT: Final = "有问题没有发出"
#: What the sign of its passage says, too.
_SAID_BETTER: Final = ("for_window", SENT_ON)
#: What is still to be done between two halls.
_PASSAGES: Final[Mapping[str, tuple[str, str]]] = {
    TAKEN_IN: ("待核验转交", "hold"),
    SENT_ON: ("待接收", "hold"),
    RETURN: ("结果待送回", "hold"),
    ARRIVING: ("结果在路上", "work"),
    COLLECT: ("结果到了，待领取", "work"),
}


def _row(entry: Entry, now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    hall = office().city.halls.get(entry.hall)
    used, level = entry.used_at(now, hall.hours if hall else None), entry.level_at(now)
    beside = None if used is None else margin(entry.state, used, entry.promised, SHORT)
    return {
        "no": entry.no,
        "company": entry.company or entry.no,
        "about": [*_about(entry, names)],
        "level": "" if entry.ended and level is not Level.RED else (level or ""),
        "state": say(title_of(entry.state, withdrawing=entry.withdrawing)),
        "signs": list(_signs(entry, now)),
        "source": say(SOURCE_TITLES[entry.source]),
        "used": "—" if used is None else length(used),
        "left": beside[1] if beside else "—",
        "over": beside is not None and used is not None and used > entry.promised,
        "dots": [dot(*link) for link in entry.links],
    }  # fmt: skip


def _about(entry: Entry, names: Mapping[str, str]) -> Iterator[str]:
    """Whose it is, and who answers for it."""
    if entry.person:
        yield mask(entry.person)
    if len(office().city.halls) > 1 and not _is_own(entry.hall):
        yield hall_title(entry.hall)
    if entry.intake and not _is_own(entry.intake):
        yield say("%(hall)s收件", hall=hall_title(entry.intake))
    if entry.holder:
        yield say("%(name)s负责", name=names.get(entry.holder, entry.holder))


def _signs(entry: Entry, now: datetime) -> Iterator[tuple[str, str]]:
    for name, title, kind in _SIGNS:
        if getattr(entry, name) and (name, entry.passage) != _SAID_BETTER:
            yield say(_UNSENT if (name, entry.ended) == _AFTER_THE_END else title), kind
    if entry.passage:
        title, kind = _PASSAGES[entry.passage]
        yield say(title), kind
    if entry.owed_until:
        late = entry.owed_until < now.astimezone(HALL_TIME).date()
        words = "容缺 %(day)s 到期，没有补" if late else "容缺 %(day)s 前补"
        yield say(words, day=short_day(entry.owed_until)), "hold" if late else "wait"


def _is_own(hall: str) -> bool:
    return the_staff().position.within(Act.SEE_CASES) == hall


def _names() -> dict[str, str]:
    """What colleagues are called, by account."""
    hall = the_staff().position.within(Act.SEE_CASES)
    return {each.login: each.name for each in service().staff.accounts.listed(hall)}
