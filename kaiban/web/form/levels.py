"""Long lists by their natural levels: in which drawers an entry lies, from the outermost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from forms import codes
from kaiban.web.form.lists import choosable

#: Up to so many entries are shown at once, under headings; more lie in drawers or on pages.
AT_ONCE = 20

#: The sections of GB/T 4754-2017, by the letter with which its codes begin.
TRADES: Mapping[str, str] = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}
CLASSES: Mapping[str, str] = {
    "general": "一般项目",
    "licensed": "许可项目",
    "pre_approval": "前置许可项目",
}


class Step(NamedTuple):
    """One level on the way to an entry: its key among its neighbours, and what stands on it."""

    key: str
    title: str


class Entry(NamedTuple):
    """An entry that may be chosen, and the way to it."""

    item: codes.Item
    path: tuple[Step, ...]


class Drawer(NamedTuple):
    """Entries under one step further down, and how many."""

    key: str
    title: str
    size: int


@dataclass(frozen=True)
class Shelf:
    """What lies at one place of a list: the way to it, drawers to open, entries under headings."""

    path: tuple[Step, ...]
    drawers: tuple[Drawer, ...]
    groups: Mapping[tuple[Step, ...], Sequence[Entry]]


def _above(item: codes.Item) -> Iterator[Step]:
    parent = codes.REGIONS.by_code.get(item.more.get("parent", ""))
    if parent is not None:
        yield from _above(parent)
        yield Step(parent.code, parent.label)


def _district(item: codes.Item) -> Iterator[Step]:
    region = codes.REGIONS.by_code.get(item.more.get("region", ""))
    if region is not None:
        yield from _above(region)
        yield Step(region.code, region.label)


def _bank(item: codes.Item) -> Iterator[Step]:
    """The first three digits of a branch's number say whose it is."""
    if item.more.get("bank"):
        yield Step(item.code[:3], item.more["bank"])


def _trade(item: codes.Item) -> Iterator[Step]:
    letter = item.more.get("industry", item.code)[:1]
    if letter in TRADES:
        yield Step(letter, TRADES[letter])


def _class(item: codes.Item) -> Iterator[Step]:
    kind = item.more.get("class", "")
    if kind in CLASSES:
        yield Step(kind, CLASSES[kind])


#: What leads to an entry of a list, from the outermost; a list without levels is paged.
LEVELS: Mapping[str, tuple[Callable[[codes.Item], Iterator[Step]], ...]] = {
    "regions": (_above,),
    "bank_branches": (_district, _bank),
    "engravers": (_district,),
    "scope": (_trade, _class),
    "industries": (_trade,),
}


@cache
def entries(listed: codes.CodeList) -> tuple[Entry, ...]:
    """Everything that may be chosen from a list, with the way to it."""
    levels = LEVELS.get(listed.name, ())
    return tuple(
        Entry(item, tuple(step for level in levels for step in level(item)))
        for item in choosable(listed)
    )


def shelf(found: Sequence[Entry], place: Sequence[str]) -> Shelf | None:
    """What lies at a place, given by the keys of its steps; None if nothing does."""
    inside = [each for each in found if _keys(each)[: len(place)] == tuple(place)]
    if not inside:
        return None
    way = _common(inside, len(place))
    if len(inside) <= AT_ONCE:
        return Shelf(way, (), _grouped(inside, len(way)))
    direct = [each for each in inside if len(each.path) == len(way)]
    return Shelf(way, _drawers(inside, len(way)), {(): direct} if direct else {})


def start(found: Sequence[Entry], region: str) -> tuple[str, ...]:
    """Where to begin: at the city's own drawer, if the list has one."""
    for each in found:
        keys = _keys(each)
        if region in keys:
            return keys[: keys.index(region) + 1]
    return ()


def _keys(entry: Entry) -> tuple[str, ...]:
    return tuple(step.key for step in entry.path)


def _common(inside: Sequence[Entry], depth: int) -> tuple[Step, ...]:
    """The way to the place, and on as long as there is only one drawer to open."""
    first = inside[0].path
    while len(first) > depth and all(
        each.path[: depth + 1] == first[: depth + 1] for each in inside
    ):
        depth += 1
    return first[:depth]


def _grouped(inside: Sequence[Entry], depth: int) -> dict[tuple[Step, ...], list[Entry]]:
    found: dict[tuple[Step, ...], list[Entry]] = {}
    for each in inside:
        found.setdefault(each.path[depth:], []).append(each)
    return found


def _drawers(inside: Sequence[Entry], depth: int) -> tuple[Drawer, ...]:
    counts: dict[Step, int] = {}
    for each in inside:
        if len(each.path) > depth:
            counts[each.path[depth]] = counts.get(each.path[depth], 0) + 1
    return tuple(Drawer(step.key, step.title, size) for step, size in sorted(counts.items()))
