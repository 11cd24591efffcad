"""What templates may say beyond their own words: texts of the form, names, times."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Flask, g, request
from flask_babel import get_translations, gettext

from forms.derive import glimpse
from forms.fields import Choice
from kaiban.domain import prose
from kaiban.domain.assisted import ACTORS
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.web import kiosk, preferences
from kaiban.web.access import kiosk_device
from kaiban.web.access.doors import is_at_desk
from kaiban.web.access.sessions import LOCK, is_staff_path
from kaiban.web.desk.menu import ways_for
from kaiban.web.form.kinds import MANY
from kaiban.web.form.lists import choosable, spoken
from kaiban.web.form.places import field_at
from kaiban.web.form.question import Option, Question
from kaiban.web.service import office, service

#: The language everything is written in.
HOME = "zh-CN"
#: However the machine is set up, these are the months of English pages.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLACE = re.compile(r"\{(\w+)\}")
#: 2026年11月25日 or 2026年11月; written so, because it is no text of a page.
_DAY = re.compile(r"([0-9]{4})\u5e74([0-9]{1,2})\u6708(?:([0-9]{1,2})\u65e5)?")
_MEASURE = re.compile(r"([0-9.]+) (\S+)")
#: Amounts with their units, as whole phrases: other languages count people without a word for it.
_MEASURES = {
    "万元": "%(number)s 万元",
    "元": "%(number)s 元",
    "年": "%(number)s 年",
    "日": "%(number)s 日",
    "份": "%(number)s 份",
    "枚": "%(number)s 枚",
    "人": "%(number)s 人",
}
_SENTENCE = re.compile(r"[^。]+。")


def install(app: Flask) -> None:
    """Give the words to every template of the app."""
    app.context_processor(_always)
    app.jinja_env.globals.update(
        t=say, words=options, bare=bare, clock=clock, company_of=company_of,
        row_errors=has_error, actor_titles=ACTORS, persons=persons, short_list=short_list, all_links=tuple(office_names(app)),
    )  # fmt: skip
    app.jinja_env.filters["translated"] = say
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.filters["minutes"] = length


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


def say(text: str, **values: object) -> str:
    """A text of the pages, the form, a department or the city, in the reader's language.

    A sentence made elsewhere from one of our templates (``“{label}”请填写 6 位数字。``) is made again from
    the template's translation; several of them on end, one after the other. What nobody has translated
    stays as it is.
    """
    if not text:
        return ""
    if _is_home():
        return text % values if values else text
    told = str(gettext(text, **values))
    if values or told != text:
        return told
    return _one_by_one(text) or next(_reworded(text), text)


def numbered(name: str) -> str:
    """The name of a group, or of one of several (`股东 1`), in the reader's language."""
    label, _, number = name.rpartition(" ")
    if not (label and number.isdecimal()):
        return say(name)
    return say("%(label)s %(number)s", label=say(label), number=number)


def persons(options: Iterable[Option]) -> list[tuple[str, str]]:
    """People to choose, each with as whom they are named, or are to be named further up on the page."""
    return [(each.value, _person(each)) for each in options]


def _person(option: Option) -> str:
    place = numbered(option.hint)
    if not option.text:
        return say("%(place)s（本页上面填的）", place=place)
    return f"{option.text}（{place}）" if _is_home() else f"{option.text} ({place})"


def _one_by_one(text: str) -> str:
    """Sentences on end, each in the reader's language; "" if they are none or one has no translation."""
    sentences = _SENTENCE.findall(text)
    if len(sentences) < 2 or "".join(sentences) != text:  # noqa: PLR2004 - several
        return ""
    told = [say(each) for each in sentences]
    return " ".join(told) if all(map(str.__ne__, told, sentences)) else ""


def comma() -> str:
    """What stands between parts of a sentence in the reader's language."""
    return "，" if _is_home() else ", "


def headed(head: str, text: str) -> str:
    """What a text is about, and the text, in the punctuation of the reader's language."""
    return f"{head}：{text}" if _is_home() else f"{head}: {text}"


def listed(names: Iterable[str]) -> str:
    """Names one after the other, in the reader's language."""
    return ("、" if _is_home() else ", ").join(names)


def quoted(names: Iterable[str]) -> str:
    """Names in quotation marks, one after the other, in the reader's language."""
    return listed(map(prose.quoted, names))


def _is_home() -> bool:
    return bool(preferences.current().lang == HOME)


def _reworded(text: str) -> Iterator[str]:
    for template, pattern in _templates(preferences.locale()):
        if found := pattern.fullmatch(text):
            values = {name: say(value) for name, value in found.groupdict().items()}
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
    return f"{day(local)} {local:%H:%M}"


def day(at: date) -> str:
    """A day with its year: 2026年11月25日, 25 Nov 2026."""
    if _is_home():
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def short_day(at: date) -> str:
    """A day of a known year: 11月25日, 25 Nov."""
    return f"{at.month}月{at.day}日" if _is_home() else f"{at.day} {MONTHS[at.month - 1]}"


def answer(text: str) -> str:
    """What was typed, as the form spells it: its days and units are said in the reader's language, no more."""
    if _is_home():
        return text
    if found := _DAY.fullmatch(text):
        year, month, last = int(found[1]), int(found[2]), int(found[3] or 1)
        return day(date(year, month, last)) if found[3] else f"{MONTHS[month - 1]} {year}"
    if found := _MEASURE.fullmatch(text):
        template = _MEASURES.get(found[2])
        return say(template, number=found[1]) if template else f"{found[1]} {say(found[2])}"
    return text


def in_a_row(parts: Iterable[str]) -> str:
    """Several things in one line."""
    return comma().join(parts)


def length(minutes: int) -> str:
    """So many minutes, as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return say("%(rest)s 分钟", rest=rest)
    if not rest:
        return say("%(hours)s 小时", hours=hours)
    return say("%(hours)s 小时 %(rest)02d 分", hours=hours, rest=rest)


def company_of(filing: Filing) -> str:
    """The company's name as far as it is known; the case knows it once there is one."""
    return glimpse(filing.entry).get("/company/name/full", filing.case_no)


def short_list(question: Question) -> list[tuple[str, str]]:
    """Everything a searched question can be answered with, if that is little enough to be shown at once."""
    asked = field_at(service().sections, question.name)
    found = choosable(asked.listed) if isinstance(asked, Choice) else []
    return [(spoken(each), spoken(each)) for each in found] if len(found) <= MANY else []


def has_error(question: Question) -> bool:
    """Whether the question or anything inside it is marked wrong."""
    within = (*question.inside, *question.rows)
    return bool(question.error) or any(has_error(each) for each in within)
