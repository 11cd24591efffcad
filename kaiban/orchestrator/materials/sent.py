"""Files a program sends with an application or to a case: whose they are, and what is wrong with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Person, Upload, Wanted

NOT_WANTED: Final = "materials.unknown"
_NOT_WANTED: Final = "所选的环节不需要这项材料，请对照材料清单。"
_WHOSE: Final = "请在 of 中写明文件上是谁的证件：{places}。"
_NOBODY: Final = "这份申请没有要这里的人的“{name}”，或者已经有了，请从以下选择：{places}。"
_NOT_OF_PERSONS: Final = "“{name}”不分是谁的，请去掉 of。"


@dataclass(frozen=True)
class Sent:
    """A file for the material ``key``, as it was taken in or all that is wrong with it.

    ``pointer`` is where it stands in what was sent; ``of`` are places of the form (``/people/legal_rep``) where the persons stand who are on it,
    None where that could not be read.
    """

    key: str
    pointer: str
    found: Upload | tuple[Defect, ...]
    of: tuple[str, ...] | None = ()


def settled(
    sent: Iterable[Sent], wanted: Sequence[Wanted]
) -> tuple[list[tuple[str, Upload]], list[Defect]]:
    """The files by the key of what is wanted, each with whose it is; and everything that is wrong with others, each at its place."""
    files: list[tuple[str, Upload]] = []
    wrong: list[Defect] = []
    known = {one.key: one for one in wanted if not one.produced}
    for each in sent:
        found = _settled(each, known.get(each.key))
        if isinstance(found, Upload):
            files.append((each.key, found))
        else:
            wrong += found
    return files, wrong


def _settled(sent: Sent, wanted: Wanted | None) -> Upload | list[Defect]:
    about, wrong = _whose(sent, wanted)
    if isinstance(sent.found, Upload):
        return wrong or replace(sent.found, about=about)
    return [*sent.found, *wrong]


def _whose(sent: Sent, wanted: Wanted | None) -> tuple[tuple[str, ...] | None, list[Defect]]:
    """The documents of those who are on it, or what is wrong with what it is for; of one person alone nobody need say it."""
    if wanted is None:
        return None, [Defect(sent.pointer, NOT_WANTED, _NOT_WANTED)]
    if sent.of is None:
        return None, []
    at, persons = f"{sent.pointer}/of", wanted.persons
    if persons is None:
        words = _NOT_OF_PERSONS.format(name=wanted.name)
        return None, [Defect(at, "materials.not_of_persons", words)] if sent.of else []
    if not sent.of:
        if len(persons) > 1:
            return None, [Defect(at, "materials.whose", _WHOSE.format(places=_places(persons)))]
        return tuple(one.document for one in persons), []
    words = _NOBODY.format(name=wanted.name, places=_places(persons))
    wrong = [
        Defect(f"{at}/{number}", "materials.nobody", words)
        for number, place in enumerate(sent.of)
        if not any(place in one.places for one in persons)
    ]
    on_it = [one.document for one in persons if not set(one.places).isdisjoint(sent.of)]
    return tuple(on_it), wrong


def _places(persons: Iterable[Person]) -> str:
    return "、".join(one.places[0] for one in persons if one.places)
