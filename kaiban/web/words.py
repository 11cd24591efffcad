"""What templates may say beyond their own words: texts of the form, names, times."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from flask_babel import get_translations, gettext

from forms.derive import glimpse
from kaiban.domain.clock import HALL_TIME
from kaiban.domain.filing import Filing
from kaiban.web import preferences
from kaiban.web.form.questions import Option, Question
from kaiban.web.service import office, service

#: The language everything is written in.
HOME = "zh-CN"
_PLACE = re.compile(r"\{(\w+)\}")


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


def said(text: str) -> str:
    """A sentence from outside the pages (a defect, a reason), in the reader's language; else as it is.

    It was made from one of our templates, ``“{label}”请填写 6 位数字。``; what stood in the braces is
    translated by itself.
    """
    known = say(text)
    if known != text or preferences.current().lang == HOME:
        return known
    return next(_reworded(text), text)


def _reworded(text: str) -> Iterator[str]:
    for template, pattern in _templates(preferences.locale()):
        if found := pattern.fullmatch(text):
            values = {name: said(value) for name, value in found.groupdict().items()}
            yield say(template).format_map(values)


@cache
def _templates(locale: str) -> list[tuple[str, re.Pattern[str]]]:  # noqa: ARG001 - one list for each catalogue
    catalogue = getattr(get_translations(), "_catalog", {})
    found = [msgid for msgid in catalogue if isinstance(msgid, str) and _PLACE.search(msgid)]
    # The most words first: a template that is nearly all places would fit anything.
    ordered = sorted(found, key=lambda one: len(_PLACE.sub("", one)), reverse=True)
    return [(one, re.compile(_pattern(one), re.DOTALL)) for one in ordered]


def _pattern(template: str) -> str:
    pieces = _PLACE.split(template)
    return "".join(
        f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


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
