"""What templates may say beyond their own words: texts of the form, names, times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext

from forms.derive import glimpse
from kaiban.domain.clock import HALL_TIME
from kaiban.domain.filing import Filing
from kaiban.web import preferences
from kaiban.web.form.questions import Option, Question
from kaiban.web.service import office, service


def install(app: Flask) -> None:
    """Give the words to every template of the app."""
    app.context_processor(_always)
    app.jinja_env.globals.update(
        t=say, words=options, bare=bare, clock=clock, company_of=company_of,
        row_errors=has_error, all_links=tuple(office_names(app)),
    )  # fmt: skip
    app.jinja_env.filters["translated"] = say


def office_names(app: Flask) -> Sequence[str]:
    """The links of the city the app serves."""
    names: Sequence[str] = app.extensions["kaiban-web"].office.departments.names
    return names


def _always() -> dict[str, Any]:
    city = office().city
    return {
        "city": say(city.title),
        "prefs": preferences.current(),
        "sample": service().sample,
        "promise_title": say(next(iter(city.promises.values())).title),
    }


def say(text: str, **values: object) -> str:
    """A text of the pages, the form, a department or the city, in the reader's language."""
    return str(gettext(text, **values)) if text else ""


def options(found: Sequence[Option]) -> list[tuple[str, str, str]]:
    """Options in the reader's language."""
    return [(each.value, say(each.text), say(each.hint)) for each in found]


def bare(name: str) -> str:
    """`company.scope.items.3.code` -> `company/scope/items/code`: the question, not the row."""
    return "/".join(part for part in name.split(".") if not part.isdecimal())


def clock(at: datetime | None) -> str:
    """An instant as people in the hall read it: 2026年11月25日 10:20."""
    if at is None:
        return ""
    local = at.astimezone(HALL_TIME)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def length(minutes: int) -> str:
    """So many minutes, as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return say("%(rest)s 分", rest=rest)
    return say("%(hours)s 小时 %(rest)02d 分", hours=hours, rest=rest)


def company_of(filing: Filing) -> str:
    """The company's name as far as it is known; the case knows it once there is one."""
    return glimpse(filing.entry).get("/company/name/full", filing.case_no)


def has_error(question: Question) -> bool:
    """Whether the question or anything inside it is marked wrong."""
    within = (*question.inside, *question.rows)
    return bool(question.error) or any(has_error(each) for each in within)
