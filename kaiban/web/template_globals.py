"""What every template has beyond its own words: the city, the reader, texts of the form, names, times."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Flask, g, request

from forms.fields import Choice
from kaiban.domain.assisted import ACTORS
from kaiban.web import kiosk
from kaiban.web.access import kiosk_device
from kaiban.web.access.doors import is_at_desk
from kaiban.web.access.sessions import LOCK, is_staff_path
from kaiban.web.desk.menu import ways_for
from kaiban.web.form.kinds import MANY
from kaiban.web.form.lists import choosable, spoken
from kaiban.web.form.places import asked_of_any
from kaiban.web.form.question import Option, Question
from kaiban.web.presentation import preferences
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, company_of, is_home, length, listed, numbered, say
from kaiban.web.service import office, service


def install(app: Flask) -> None:
    """Give the words to every template of the app."""
    app.context_processor(_always)
    app.jinja_env.globals.update(
        t=say, words=options, bare=bare, clock=clock, company_of=company_of,
        row_errors=has_error, name_of=name_of, actor_titles=ACTORS, persons=persons, short_list=short_list,
    )  # fmt: skip
    app.jinja_env.filters["translated"] = say
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.filters["minutes"] = length


def _always() -> dict[str, Any]:
    city = office().city
    return {
        "city": say(city.title),
        "prefs": preferences.current(),
        "sample": service().sample,
        "kiosk": kiosk_device.is_kiosk(),
        "prints": kiosk_device.has_printer(),
        "kiosk_idle": kiosk.IDLE,
        "kiosk_left": kiosk.IDLE_WITHOUT_SCRIPTS,
        "desk": is_staff_path(request.path),
        "frame": "desk/assisted/frame.html" if is_at_desk() else "layout.html",
        "assisted": g.get("assisted"),
        "me": g.get("staff"),
        "desk_ways": ways_for(g.staff) if g.get("staff") else [],
        "lock_after": int(LOCK.total_seconds()),
        "can_check_names": service().names.known,
        "promise_title": say(next(iter(city.promises.values())).title),
    }


def options(found: Sequence[Option]) -> list[tuple[str, str, str]]:
    """Options in the reader's language."""
    return [(each.value, say(each.text), say(each.hint)) for each in found]


def bare(name: str) -> str:
    """`company.scope.items.3.code` -> `company/scope/items/code`: the question, not the row."""
    return "/".join(part for part in name.split(".") if not part.isdecimal())


def persons(options: Iterable[Option]) -> list[tuple[str, str]]:
    """People to choose, each with as whom they are named, or are to be named further up on the page."""
    return [(each.value, _person(each)) for each in options]


def _person(option: Option) -> str:
    place = numbered(option.hint)
    if not option.text:
        return say("%(place)s（本页上面填的）", place=place)
    return f"{option.text}（{place}）" if is_home() else f"{option.text} ({place})"


def short_list(question: Question) -> list[tuple[str, str]]:
    """Everything a searched question can be answered with, if that is little enough to be shown at once."""
    field = asked_of_any(question.name)
    found = choosable(field.listed) if isinstance(field, Choice) else []
    return [(spoken(each), spoken(each)) for each in found] if len(found) <= MANY else []


def has_error(question: Question) -> bool:
    """Whether the question or anything inside it is marked wrong."""
    within = (*question.inside, *question.rows)
    return bool(question.error) or any(has_error(each) for each in within)
