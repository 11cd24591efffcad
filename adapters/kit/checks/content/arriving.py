"""What is filled in arrives: whole, in its place, with whom it belongs to."""

import copy
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from itertools import combinations
from typing import Any

from marshmallow import ValidationError

from adapters.kit.check import Check
from adapters.kit.demanding import Failed, demand, raised, told
from adapters.kit.rig import contents
from adapters.kit.rig.arrivals import Ledger, demand_legible, heard, places, telling
from adapters.kit.rig.contents import Leaf
from adapters.kit.rig.stand import Stand
from kaiban.ports import Key, NeedsCorrection, Prepared

#: Rounds of values known to be awkward, rounds that hypothesis draws, and how often one is made plainer.
AWKWARD, DRAWN, PLAINER = 7, 6, 12
#: The awkward ones that people a sample leaves out are put through, too.
ENRICHED = (1, 2, 4)
#: What two answers of the sample must not have in common where they stand side by side.
TWINS = frozenset({"amount", "share", "count", "day", "month", "name", "mobile", "text"})


def what_is_filled_in_arrives(stand: Stand) -> None:
    """S31."""
    stand.go_before()
    demand_legible(stand)
    sample = stand.needs(stand.step)
    schema = stand.adapter.Needs()
    in_the_sample = _of_the_sample(stand, sample)
    rich = contents.enriched(schema, sample)
    rounds = [contents.filled(schema, sample, nth) for nth in range(AWKWARD)]
    rounds += contents.drawn(schema, sample, DRAWN, again=not stand.target.url)
    # All are prepared before any is sent, and sent the other way round: nothing of one may be left for another.
    ready = [_fitting(stand, needs, nth) for nth, needs in enumerate(rounds)]
    for nth in ENRICHED if rich != sample else ():
        # Not every department takes everybody along.
        with suppress(Failed):
            ready.append(
                _fitting(stand, contents.filled(schema, rich, nth), AWKWARD + DRAWN + nth)
            )
    ledger = Ledger()
    for needs, prepared in reversed(ready):
        ledger.add(contents.answers(schema, needs), heard(stand, prepared))
    ledger.demand_whole(in_the_sample)


def what_is_asked_is_told(stand: Stand) -> None:
    """S39."""
    demand_legible(stand)
    asked: dict[str, bool] = {}
    for step in stand.steps:
        with Stand(stand.adapter_class, stand.target, step, stand.keys) as own:
            own.go_before()
            sample = contents.enriched(own.adapter.Needs(), own.needs(step))
            for nth in range(2):
                _note(own, contents.filled(own.adapter.Needs(), sample, nth), nth, asked)
    silent = sorted(pattern for pattern, heard in asked.items() if not heard)
    demand(not silent, f"asked of the applicant, and told to nobody: {silent}")


def the_sample_tells_apart(stand: Stand) -> None:
    """B15."""
    sample = stand.driving.samples.get("golden", {}).get(stand.step)
    demand(sample, "golden/needs.json names no sample message for this step")
    for rows in _siblings(list(contents.leaves(stand.adapter.Needs(), sample["needs"]))).values():
        for one, other in combinations(rows, 2):
            same = (
                one.text == other.text
                and contents.kind_name(one) == contents.kind_name(other) in TWINS
            )
            demand(not same, f"the sample message has {one.sample!r} for {one.where} and for {other.where}: "
                             "nobody would see them swapped")  # fmt: skip


CHECKS = (
    Check("S39", "所需的每一项都说给了部门：不多要，也不漏说", "silver", what_is_asked_is_told, each_step=False),
    Check("B15", "样例报文里并列的两项不相同：对调看得出", "bronze", the_sample_tells_apart, stub=False),
    Check("S31", "填什么，部门就收到什么：长短、生僻字、间隔号、金额、日期、多人", "silver",
          what_is_filled_in_arrives, seconds=90),
)  # fmt: skip


# --- private ------------------------------------------------------------------------------------


def _note(stand: Stand, needs: dict[str, Any], nth: int, asked: dict[str, bool]) -> None:
    """Note of each answer whether it stands in the message."""
    with suppress(Failed):
        found, prepared = _fitting(stand, needs, nth)
        message = heard(stand, prepared)
        for leaf in contents.answers(stand.adapter.Needs(), found):
            if not leaf.declared.metadata.get("untold"):
                here = bool(places(leaf, message))
                asked[leaf.pattern] = asked.get(leaf.pattern, False) or here


def _of_the_sample(stand: Stand, sample: Mapping[str, Any]) -> set[str]:
    """Return which answers of the sample its message says, leaving out what could be another's."""
    message = heard(stand, stand.prepared(key=stand.key(case=stand.another_case)))
    rows = contents.answers(stand.adapter.Needs(), sample)
    seen = Counter(text for _, text in {(leaf.pattern, leaf.text) for leaf in rows})
    return {
        leaf.pattern
        for leaf in rows
        if telling(leaf.text) and seen[leaf.text] == 1 and places(leaf, message)
    }


def _fitting(stand: Stand, needs: dict[str, Any], nth: int) -> tuple[dict[str, Any], Prepared]:
    """Make plainer what the department cannot hold, until it can be prepared; Failed if plain contents do not pass."""
    schema, found = stand.adapter.Needs(), copy.deepcopy(needs)
    key = stand.key(case=f"{stand.case[:-4]}{7000 + nth:04}")
    for _ in range(PLAINER):
        wrong, outcome = _wrong(stand, found, key)
        if isinstance(outcome, Prepared):
            return found, outcome
        rows = [leaf for leaf in contents.leaves(schema, found)
                if any(leaf.path == path or leaf.path.startswith(f"{path}.") for path in wrong)]  # fmt: skip
        plainer = [(leaf, _plain(stand, leaf, nth)) for leaf in rows]
        demand(any(leaf.text != value for leaf, value in plainer),
               f"plain contents do not pass: {told(outcome)}")  # fmt: skip
        for leaf, value in plainer:
            contents.put(found, leaf.where, value)
    raise Failed(f"contents do not pass, however plain: {told(outcome)}")


def _wrong(stand: Stand, needs: dict[str, Any], key: Key) -> tuple[set[str], Any]:
    """Return the form paths of what cannot be prepared, and what came of it."""
    try:
        loaded = stand.adapter.Needs().load(needs)
    except ValidationError as error:
        return _paths(stand, error.messages_dict), error
    outcome = raised(stand.adapter.prepare, loaded, key, stand.step)
    items = outcome.items if isinstance(outcome, NeedsCorrection) else ()
    demand(
        items or isinstance(outcome, Prepared),
        f"prepare said {told(outcome)} to contents of the right kinds",
    )
    return {item.path for item in items}, outcome


def _paths(stand: Stand, messages: Mapping[str, Any]) -> set[str]:
    names = set(messages)
    leaves = contents.leaves(stand.adapter.Needs(), stand.needs(stand.step))
    return {leaf.path for leaf in leaves if leaf.where.partition(".")[0] in names}


def _plain(stand: Stand, leaf: Leaf, nth: int) -> str:
    """Return something of the kind that anybody can hold; the sample's own if even that was refused."""
    kind = contents.kind_of(leaf)
    schema = stand.adapter.Needs()
    plain = contents.get(
        contents.filled(schema, stand.needs(stand.step), contents.PLAIN, f"plain {nth}"),
        leaf.where,
    )
    if kind and plain is not None and leaf.text != str(plain):
        return str(plain)
    return str(contents.get(stand.needs(stand.step), leaf.where) or leaf.sample)


def _siblings(rows: list[Leaf]) -> dict[str, list[Leaf]]:
    found: dict[str, list[Leaf]] = {}
    for leaf in rows:
        found.setdefault(leaf.where.rpartition(".")[0], []).append(leaf)
    return found
