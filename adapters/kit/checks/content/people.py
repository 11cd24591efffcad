"""Among several people: the one who is meant is named."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from marshmallow import fields

from adapters.hall.driving import Round
from adapters.kit.check import Check
from adapters.kit.checks.content.passing_on import carried
from adapters.kit.demanding import NotApplicable, demand, told
from adapters.kit.rig import contents
from adapters.kit.rig.stand import Stand
from kaiban.ports import NeedsCorrection, Partial

PEOPLE = 5
#: Who among them is refused: each differs from where one would land by counting wrongly.
WRONG: Sequence[frozenset[int]] = (frozenset({1, 3}), frozenset({4}), frozenset({0, 2, 3}))
INDEX = re.compile(r"\.(\d+)(?=\.|$)")


def who_is_refused_is_named(stand: Stand) -> None:
    """S34."""
    rows = [
        (round_, name, bad)
        for round_ in _rounds(stand)
        for name, bad in _one_of_many(stand, round_)
    ]
    if not rows:
        raise NotApplicable("no sample refuses one of several people in this step")
    for round_, name, bad in rows:
        for positions in WRONG:
            with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
                run = carried(own, {name: _people(own, name, bad, positions, round_)}, 0)
            outcome = run.outcome
            demand(
                isinstance(outcome, NeedsCorrection | Partial),
                f"some of {PEOPLE} refused: {told(outcome)}",
            )
            assert isinstance(outcome, NeedsCorrection | Partial)
            above = round_.path[: INDEX.search(round_.path).start()]  # type: ignore[union-attr]  # chosen by it
            named = {int(INDEX.search(item.path)[1]) for item in outcome.items  # type: ignore[index]  # asked first
                     if item.path.startswith(f"{above}.") and INDEX.search(item.path)}  # fmt: skip
            demand(
                named == positions,
                f"refused are numbers {sorted(positions)}, named are {sorted(named)}",
            )


CHECKS = (
    Check("S34", "多人之中说的是哪几个：一个不错，一个不漏", "silver", who_is_refused_is_named, seconds=90),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _rounds(stand: Stand) -> Iterator[Round]:
    for kind in ("partial", "correction"):
        found = [each for each in stand.driving.rounds(kind) if each.step == stand.step]
        yield from (each for each in found if INDEX.search(each.path))


def _one_of_many(stand: Stand, round_: Round) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the list of a sample's change, and who in it is refused."""
    sample = stand.needs(stand.step)
    for where, value in round_.change.items():
        name, _, rest = where.partition(".")
        declared = stand.adapter.Needs().fields.get(name)
        if not isinstance(declared, fields.List) or not isinstance(declared.inner, fields.Nested):
            continue
        if not rest and len(value) == 1:
            yield name, value[0]
        elif rest:
            number, _, field = rest.partition(".")
            yield name, {**sample[name][int(number)], field: value}


def _people(
    stand: Stand, name: str, bad: Mapping[str, Any], positions: frozenset[int], round_: Round
) -> list[dict[str, Any]]:
    """Return several people, nobody twice, of whom those at these places are refused."""
    good = stand.needs(stand.step)[name]
    rows = [
        copy.deepcopy(dict(bad if n in positions else good[n % len(good)])) for n in range(PEOPLE)
    ]
    for n, row in enumerate(rows):
        for leaf in contents.leaves(stand.adapter.Needs(), {name: [row]}):
            field = leaf.where.rpartition(".")[2]
            kind = contents.kind_of(leaf)
            kept = n in positions and (
                kind is contents.NAME or any(field in each for each in round_.change)
            )
            if kind in (contents.ID, contents.NAME) and not kept:
                dice = Random(f"{n}|{leaf.where}")  # noqa: S311 - the same people every time
                row[field] = kind.make(leaf, dice, contents.PLAIN, "")
    return rows
