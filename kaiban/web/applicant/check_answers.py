"""Everything that was answered, read back: page by page, group by group, and nobody's details twice."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from flask import url_for

from forms.derive import glimpse
from forms.structure.pages import Page
from forms.structure.tour import Line, is_listed, walk
from forms.values.capitals import YUAN, in_capitals
from kaiban.domain.filing import Filing
from kaiban.web.applicant.completeness import pages_of
from kaiban.web.form.answers import PERSON
from kaiban.web.form.kinds import kind_of
from kaiban.web.form.places import asked_of_any, field_at, id_of
from kaiban.web.presentation.texts import answer, in_a_row, numbered, say
from kaiban.web.service import asked_by

#: What a number of a document is called within whoever it belongs to.
_NUMBER = "/cert/no"
_NAME = "/name"
#: Up to so many answers of a group are read back in one row.
FEW = 5
#: What promises and consents are read back under, together: unconfirmed ones are a mistake of their own.
CONFIRMED = "已确认"

#: Who was read back, by the number of their document: as whom, and what was said of them.
Told = dict[str, tuple[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Row:
    """One answer, or several that belong together; with `href` where it can be changed."""

    key: str
    value: str
    href: str = ""
    change_label: str = ""


@dataclass(frozen=True)
class Block:
    """The answers of one group under its heading, changed together; without `title`, answers on their own."""

    title: str
    href: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Part:
    """One page of the form."""

    page: Page
    blocks: tuple[Block, ...]


def read_back(filing: Filing, *, whole: bool = False) -> list[Part]:
    """The pages of the filing with what was answered on them and what follows from it; ``whole``: nothing masked."""
    pages, told = pages_of(filing), Told()
    found = _with_derived(filing)
    if whole:
        found = [replace(line, sensitive=False) for line in found]
    lines = _by_page(pages, found)
    return [Part(page, tuple(_blocks(filing, page, lines[page.name], told))) for page in pages]


def is_masked(filing: Filing, page: Page, place: str = "") -> bool:
    """Whether a page, or the row at the pointer ``place`` that has a page of its own, masks any answer."""
    lines = _by_page([page], list(walk(filing.entry, asked_by(filing.entry))))[page.name]
    if place:
        return any(line.sensitive for line in lines if line.pointer.startswith(f"{place}/"))
    return any(line.sensitive and not _is_in_roster(line) for line in lines)


def _by_page(pages: Sequence[Page], lines: Sequence[Line]) -> Mapping[str, list[Line]]:
    homes = {path: page.name for page in pages for path in page.paths}
    found: dict[str, list[Line]] = {page.name: [] for page in pages}
    for line in lines:
        path = line.pointer[1:].replace("/", ".")
        home = next((homes[each] for each in _upwards(path) if each in homes), "")
        if home:
            found[home].append(line)
    return found


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]


def _with_derived(filing: Filing) -> list[Line]:
    found = list(walk(filing.entry, asked_by(filing.entry)))
    there = {line.pointer for line in found}  # a submitted form has them already
    for pointer, value in glimpse(filing.entry).items():
        above = pointer.rpartition("/")[0]
        beside = [at for at, line in enumerate(found) if line.pointer.startswith(f"{above}/")]
        # What is masked as a whole tells nothing.
        if beside and value.strip("*") and pointer not in there:
            found.insert(beside[-1] + 1, _derived(filing, found[beside[-1]], pointer, value))
    return found


def _derived(filing: Filing, beside: Line, pointer: str, value: str) -> Line:
    path = pointer[1:].replace("/", ".")
    groups = [part for part in path.split(".")[1:-1] if not part.isdecimal()]
    # In the words of this type of applicant.
    question = field_at(asked_by(filing.entry), path)
    return replace(
        beside, pointer=pointer, trail=beside.trail[: len(groups)], label=str(question.metadata["label"]),
        value=value, sensitive=False, listed=is_listed(question),
    )  # fmt: skip


# --- the blocks of a page -------------------------------------------------------------------------


def _blocks(filing: Filing, page: Page, lines: Sequence[Line], told: Told) -> Iterator[Block]:
    rows: list[Row] = []
    for group in _groups(page, lines):
        found = _once(group, told)
        if _is_large(found):
            if rows:
                yield Block("", "", tuple(rows))
            yield _block(filing, page, found)
            rows = []
        else:
            rows.append(_row(filing, page, found))
    if rows:
        yield Block("", "", tuple(rows))


def _groups(page: Page, lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of a page, those together that are in one group; a group that is all of the page is none."""
    for _, each in groupby(lines, lambda line: _place(page, line)):
        yield list(each)


def _place(page: Page, line: Line) -> tuple[str, ...]:
    if not line.trail:
        return (CONFIRMED if _is_confirmed(line) else line.label,)
    return line.trail[:2] if line.trail[0] == page.title else line.trail[:1]


def _is_confirmed(line: Line) -> bool:
    return not line.trail and _kind(line.pointer) == "consent"


def _kind(pointer: str) -> str:
    return kind_of(asked_of_any(pointer[1:].replace("/", ".")))


def _is_large(lines: Sequence[Line]) -> bool:
    """Whether it wants a heading: more than a few answers, or groups within the group."""
    if not lines[0].trail or _is_in_roster(lines[0]):
        return False
    return len(lines) > FEW or len({line.trail for line in lines}) > 1


def _block(filing: Filing, page: Page, lines: Sequence[Line]) -> Block:
    place = _place(page, lines[0])
    href = _address(filing, page, _root(lines[0]))
    return Block(numbered(place[-1]), href, tuple(_rows(lines, len(place))))


def _rows(lines: Sequence[Line], depth: int) -> Iterator[Row]:
    """A row for each line, and one for each group inside the group."""
    for inner, each in groupby(lines, lambda line: line.trail[depth : depth + 1]):
        found = list(each)
        if inner:
            yield Row(numbered(inner[0]), _together(found))
        else:
            yield from (Row(say(line.label), _shown(line)) for line in found)


def _row(filing: Filing, page: Page, lines: Sequence[Line]) -> Row:
    """A small group, an entry of a list or a single answer in one row."""
    key = numbered(_place(page, lines[0])[-1])
    if _kind(lines[0].pointer) == "derived":
        return Row(key, _together(lines))  # changes with the answers it follows from
    return Row(key, _together(lines), _where(filing, page, lines), key)


def _is_in_roster(line: Line) -> bool:
    root = _root(line)
    return root[-1:].isdecimal() and _kind(root.rpartition("/")[0]) == "roster"


def _root(line: Line) -> str:
    """The pointer of the outermost group or row the line is in."""
    parts = line.pointer.split("/")
    return "/".join(parts[: 4 if parts[3:] and parts[3].isdecimal() else 3])


def _together(lines: Sequence[Line]) -> str:
    """Several answers in one line, each with what it answers; one alone needs no more words."""
    if _is_confirmed(lines[0]):
        return "、".join(say(line.label) for line in lines)
    if len(lines) == 1:
        return _shown(lines[0])
    return in_a_row(f"{say(line.label)} {_shown(line)}" for line in lines if line.shown)


def _shown(line: Line) -> str:
    capitals = _capitals(line)
    words = _words(line)
    return say("%(sum)s（%(capitals)s）", sum=words, capitals=capitals) if capitals else words


def _capitals(line: Line) -> str:
    """A sum in capital numerals, so that a nought too many is seen; nothing of a masked one."""
    number, _, unit = line.value.partition(" ")
    if line.sensitive or unit not in YUAN or not _SUM.fullmatch(number):
        return ""
    return in_capitals(Decimal(number) * YUAN[unit])


_SUM = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


def _words(line: Line) -> str:
    words = map(say, line.shown.split("、")) if line.listed else [line.shown]
    return "、".join(map(answer, words))


# --- who was told before --------------------------------------------------------------------------


def _once(lines: list[Line], told: Told) -> list[Line]:
    """Of a person read back before what is new, and which answers are the same; whoever is new is remembered."""
    facts = _facts(lines)
    number = facts.get(_NUMBER, "")
    if not number:
        return lines
    before, known = told.setdefault(number, (lines[0].trail[0], facts))
    if known is facts:
        return lines
    name = next((line for line in lines if _within(line) == _NAME), lines[0])
    again = [line for line in lines if line is not name and known.get(_within(line)) == line.value]
    # By name: what was left out here stands in no row, and is not the same.
    same = say(
        "%(name)s（%(answers)s与“%(other)s”相同）", name=name.value, other=numbered(before),
        answers="、".join(_names(again, known)),
    )  # fmt: skip
    return [replace(name, value=same), *(line for line in lines if line not in (name, *again))]


def _names(again: Sequence[Line], known: Mapping[str, str]) -> Iterator[str]:
    """What is the same, in as few words as that takes: a group by its name where all of it is."""
    for group, each in groupby(again, lambda line: _within(line).rpartition("/")[0]):
        lines = list(each)
        whole = {place for place in known if place.startswith(f"{group}/")}
        if group and whole == {_within(line) for line in lines}:
            yield numbered(lines[0].trail[-1])
        else:
            yield from (say(line.label) for line in lines)


def _facts(lines: Sequence[Line]) -> dict[str, str]:
    """What is said of a person wherever they stand, by the pointer within them."""
    within = {_within(line): line.value for line in lines}
    return {place: value for place, value in within.items() if place[1:].split("/")[0] in PERSON}


def _within(line: Line) -> str:
    return line.pointer.removeprefix(_root(line))


# --- where it is changed --------------------------------------------------------------------------


def _where(filing: Filing, page: Page, lines: Sequence[Line]) -> str:
    if not _is_in_roster(lines[0]):
        return _address(filing, page, lines[0].pointer)
    row = int(_root(lines[0]).rpartition("/")[2])
    return url_for("row_pages.show", aid=filing.id, page=page.name, row=row)


def _address(filing: Filing, page: Page, pointer: str) -> str:
    return url_for(
        "filling.show", aid=filing.id, page=page.name, come="check", _anchor=id_of(pointer)
    )
