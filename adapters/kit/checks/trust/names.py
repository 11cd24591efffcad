"""What is not told to everybody: names, however short."""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from random import Random

from adapters.kit.check import Check
from adapters.kit.checks.bronze import CHINESE
from adapters.kit.checks.trusting import everything_shown, listened_to
from adapters.kit.demanding import demand, raised
from adapters.kit.rig import contents
from adapters.kit.rig.contents import Leaf
from adapters.kit.rig.stand import Stand
from adapters.wire.reading import masked
from kaiban.ports import Done

#: What says about somebody who it is, whatever it is called.
PERSONAL = re.compile(r"(^|\.)(cert\.no|mobile|email|residence)$")
TELLING = 2
CODE = 6


def no_name_is_given_away(stand: Stand) -> None:
    """S37."""
    stand.others = change = _strangers(stand)
    personal = {
        str(contents.get(stand.needs(stand.step, change), leaf.where) or "")
        for leaf in _personal(stand)
    }
    secrets = sorted(each for each in personal if _is_own(each))
    with listened_to() as lines:
        shown = list(everything_shown(stand))
        ready = stand.prepared()
        since = len(stand.proxy.seen)
        found = raised(stand.finish, ready.ref)
        shown.append(repr((ready.key, ready.ref, dict(ready.meta))))
        shown += [repr(each.ref) for each in (found,) if isinstance(each, Done)]
    for text in (*lines, *shown):
        read = text + _decoded(text)
        leaked = [masked("name", each) for each in secrets if each in read]
        demand(not leaked, f"{leaked} can be read in {text[:40]!r}…")
    for raw in (ready.body, *_bodies(stand, since)):
        shown_there = stand.adapter.readable(raw)
        open_ones = [
            name for name, text in shown_there.items() if any(each in text for each in secrets)
        ]
        demand(not open_ones, f"readable shows who it is in {open_ones[:3]}")


CHECKS = (Check("S37", "姓名再短也不外泄；可读视图已遮盖", "silver", no_name_is_given_away),)


# --- private ------------------------------------------------------------------------------------


def _decoded(text: str) -> str:
    """Return what stands in a text as base64 or hexadecimal."""
    found = []
    for coded in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", text):
        for decode in (base64.b64decode, bytes.fromhex):
            with suppress(ValueError):
                found.append(decode(coded).decode("utf-8"))
    return " ".join(found)


def _is_own(value: str) -> bool:
    # A sum or a code stands somewhere by chance; two characters of a name do not.
    return len(value) >= TELLING and (bool(CHINESE.search(value)) or len(value) > CODE)


def _personal(stand: Stand) -> Iterator[Leaf]:
    for leaf in contents.leaves(stand.adapter.Needs(), stand.needs(stand.step)):
        if (
            leaf.declared.metadata.get("sensitive")
            or contents.is_person(leaf)
            or PERSONAL.search(leaf.path)
        ):
            yield leaf


def _strangers(stand: Stand) -> dict[str, str]:
    """Return people whose names are two characters that stand nowhere else."""
    found: dict[str, str] = {}
    for leaf in _personal(stand):
        kind = contents.kind_of(leaf)
        if kind in (contents.NAME, contents.ID, contents.MOBILE, contents.MAIL):
            dice = Random(f"{leaf.sample}|strangers")  # noqa: S311 - the same people every time
            found[leaf.where] = kind.make(leaf, dice, contents.PLAIN, "")
    return found


def _bodies(stand: Stand, since: int) -> Iterator[bytes]:
    for each in stand.proxy.seen[since:]:
        yield each.asked.body
        if each.answer:
            yield each.answer.body
