"""Texts in the reader's language: sentences, names in a row, days and times."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache

from flask_babel import get_translations, gettext

from forms.derive import glimpse
from kaiban.domain import prose
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.web.presentation import preferences

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


def say(text: str, **values: object) -> str:
    """A text of the pages, the form, a department or the city, in the reader's language.

    A sentence made elsewhere from one of our templates (``“{label}”请填写 6 位数字。``) is made again from
    the template's translation; several of them on end, one after the other. What nobody has translated
    stays as it is.
    """
    if not text:
        return ""
    if is_home():
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


def _one_by_one(text: str) -> str:
    """Sentences on end, each in the reader's language; "" if they are none or one has no translation."""
    sentences = _SENTENCE.findall(text)
    if len(sentences) < 2 or "".join(sentences) != text:  # noqa: PLR2004 - several
        return ""
    told = [say(each) for each in sentences]
    return " ".join(told) if all(map(str.__ne__, told, sentences)) else ""


def comma() -> str:
    """What stands between parts of a sentence in the reader's language."""
    return "，" if is_home() else ", "


def headed(head: str, text: str) -> str:
    """What a text is about, and the text, in the punctuation of the reader's language."""
    return f"{head}：{text}" if is_home() else f"{head}: {text}"


def listed(names: Iterable[str]) -> str:
    """Names one after the other, in the reader's language."""
    return ("、" if is_home() else ", ").join(names)


def quoted(names: Iterable[str]) -> str:
    """Names in quotation marks, one after the other, in the reader's language."""
    return listed(map(prose.quoted, names))


def is_home() -> bool:
    """Whether the reader's language is the one everything is written in."""
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


def clock(at: datetime | None) -> str:
    """An instant as people in the hall read it: 2026年11月25日 10:20."""
    if at is None:
        return ""
    local = at.astimezone(HALL_TIME)
    return f"{day(local)} {local:%H:%M}"


def day(at: date) -> str:
    """A day with its year: 2026年11月25日, 25 Nov 2026."""
    if is_home():
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def short_day(at: date) -> str:
    """A day of a known year: 11月25日, 25 Nov."""
    return f"{at.month}月{at.day}日" if is_home() else f"{at.day} {MONTHS[at.month - 1]}"


def answer(text: str) -> str:
    """What was typed, as the form spells it: its days and units are said in the reader's language, no more."""
    if is_home():
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
