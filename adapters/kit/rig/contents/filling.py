"""Contents for a department's needs: every answer gets a value of its own kind.

What kind a field is, is seen by its declaration, its form path and its sample; no department is known here. First come
values that are known to be awkward (long to the last byte, rare, with ``·``, boundary sums), then what hypothesis draws.
Codes of lists keep their sample: what a department does not know it refuses, and nothing would be learnt.
"""

import copy
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from marshmallow import Schema, fields

from adapters.kit.demanding import NotProvable
from adapters.kit.rig.contents.kinds import (
    CREDIT_CODE,
    GIVEN,
    ID,
    LONGEST_NAME,
    LONGEST_TEXT,
    PLAIN,
    PUNCTUATION,
    RARE,
    SURNAMES,
    kind_of,
    person,
)
from adapters.kit.rig.contents.leaves import Leaf, is_person, leaves, put

PEOPLE = 3
#: What a sample would have there, by form path.
USUAL: Sequence[tuple[str, str]] = (
    (r"^people\..*name$", "王五"),
    (r"^people\..*cert\.no$", "990102199003070011"),
    (r"^people\..*mobile$", "13900000003"),
    (r"\.email$", "b@example.com"),
    (r"^explanation\.text$", "已按要求更正并说明"),
)
STRATEGIES: Mapping[str, Callable[[Any, Leaf], Any]] = {
    "name": lambda st, leaf: _words(st, leaf, LONGEST_NAME // 2),
    "text": lambda st, leaf: _words(st, leaf, LONGEST_TEXT // 2),
    "amount": lambda st, _leaf: st.decimals("0.01", "99999999.99", places=2).map(str),
    "share": lambda st, _leaf: st.decimals("0.01", "99.99", places=2).map(str),
    "day": lambda st, _leaf: st.dates(date(2026, 1, 1), date(2049, 12, 31)).map(str),
}


def filled(schema: Schema, sample: Mapping[str, Any], nth: int, salt: str = "") -> dict[str, Any]:
    """Return the sample with other contents, the n-th of them; lists of people get several people."""
    found = _peopled(schema, copy.deepcopy(dict(sample)))
    for leaf in leaves(schema, found):
        kind = kind_of(leaf)
        if kind:
            dice = Random(f"{leaf.where}|{nth}|{salt}")  # noqa: S311 - the same contents every time
            put(found, leaf.where, kind.make(leaf, dice, nth, salt))
    return found


def drawn(
    schema: Schema, sample: Mapping[str, Any], most: int, *, again: bool
) -> list[dict[str, Any]]:
    """Return what hypothesis draws, ``most`` at most; with ``again`` the same every time."""
    try:
        hypothesis: Any = importlib.import_module("hypothesis")
    except ImportError as lacking:
        raise NotProvable(
            "contents are drawn by hypothesis: install it beside Kaiban"
        ) from lacking
    found: list[dict[str, Any]] = []
    base = _peopled(schema, copy.deepcopy(dict(sample)))
    wanted = {leaf.where: STRATEGIES[kind.name](hypothesis.strategies, leaf)
              for leaf in leaves(schema, base)
              if (kind := kind_of(leaf)) and kind.name in STRATEGIES}  # fmt: skip
    rules = hypothesis.settings(
        max_examples=most, derandomize=again, database=None, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip

    def keep(values: Mapping[str, str]) -> None:
        one = filled(schema, sample, PLAIN, f"drawn {len(found)}")
        for where, value in values.items():
            put(one, where, value)
        found.append(one)

    given = hypothesis.given(hypothesis.strategies.fixed_dictionaries(wanted))
    rules(given(keep))()
    return found[:most]


def enriched(schema: Schema, sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sample with people it leaves out: who acts for the company, how they are reached."""
    found = copy.deepcopy(dict(sample))
    for name, declared in schema.fields.items():
        path = str(declared.metadata.get("path", ""))
        usual = next((value for shape, value in USUAL if re.search(shape, path)), None)
        if found.get(name) in (None, "") and isinstance(declared, fields.String) and usual:
            found[name] = usual
    return found


def fresh(schema: Schema, sample: Mapping[str, Any], salt: str) -> dict[str, Any]:
    """Return what makes another company of the sample: name, credit code, people's numbers; told apart by form path."""
    found: dict[str, Any] = {}
    for leaf in leaves(schema, sample):
        kind = kind_of(leaf)
        # The same person stays the same person, wherever the number stands.
        dice = Random(f"{leaf.sample}|{salt}")  # noqa: S311 - guards nothing
        if kind in (CREDIT_CODE, ID):
            found[leaf.where] = kind.make(leaf, dice, PLAIN, salt)
        elif leaf.path in ("company.name.full", "company.name.trade_name"):
            found[leaf.where] = _renamed(sample, schema, Random(salt), leaf)  # noqa: S311 - same
    return found


def _words(st: Any, leaf: Leaf, longest: int) -> Any:
    most = min(longest, (leaf.width or 2 * longest) // 2 - 4)
    letters = st.sampled_from(GIVEN + SURNAMES + PUNCTUATION + RARE + "AZaz09 &<'\"")
    # Something of its own in front: values that stand inside one another prove nothing.
    own = person(Random(leaf.where))  # noqa: S311 - see filled
    return st.text(letters, min_size=2, max_size=max(2, most)).map(
        lambda text: f"{own}{text}".strip()
    )


def _peopled(schema: Schema, needs: dict[str, Any]) -> dict[str, Any]:
    """Give every list of objects that has one several, as long as they are people."""
    for name, declared in schema.fields.items():
        rows = needs.get(name)
        if (
            rows
            and isinstance(declared, fields.List)
            and isinstance(declared.inner, fields.Nested)
            and any(is_person(leaf) for leaf in leaves(schema, {name: rows}))
        ):
            rows += [copy.deepcopy(rows[0]) for _ in range(PEOPLE - len(rows))]
    return needs


def _renamed(sample: Mapping[str, Any], schema: Schema, dice: Random, leaf: Leaf) -> str:
    """Return a name with another trade name, in its parts and as a whole."""
    trade = next(
        (each.text for each in leaves(schema, sample) if each.path == "company.name.trade_name"),
        "",
    )
    own = person(dice) + dice.choice(GIVEN)
    if leaf.path == "company.name.trade_name":
        return own
    name = leaf.text
    return name.replace(trade, own) if trade else f"{name[:3]}{own}{name[-6:]}"
