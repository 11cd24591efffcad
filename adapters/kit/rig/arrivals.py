"""What of somebody's answers stands in a message as the stub decoded it, and where."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from adapters.hall.speech import Speech
from adapters.kit.demanding import NotProvable, demand, raised
from adapters.kit.rig.contents import Leaf, answers, kind_name
from adapters.kit.rig.stand import Stand
from kaiban.ports import Prepared

#: Field names of a message, in its order, with their values.
Fields = Mapping[str, str]
#: A field, and what stands around the value there.
Place = tuple[str, str]
#: The name of what nobody can take apart (``adapters.wire.reading``), and what separates its parts.
UNREAD, BETWEEN = "text", re.compile(r"\s{2,}|[|<>\"{}\r\n]+")
#: Shorter values are found everywhere by chance.
TELLING = 3
#: How much of two texts must agree to be the same, altered; and how often that is no chance.
LIKE, MANY = 0.6, 8
NUMBERS = frozenset({"amount", "share", "count"})
DAYS = frozenset({"day", "month"})


def asked_of(stand: Stand, since: int) -> dict[str, str]:
    """Return the fields of what the stub was asked since the n-th exchange, in order."""
    found: dict[str, str] = {}
    for exchange in stand.stub.store.journal()[since:]:
        if exchange.way == "in":
            for name, text in stand.stub.speech.asked(stand.stub, exchange).fields.items():
                # A file and its receipt, say, may have fields of the same name.
                found[f"{exchange.line} {name}" if name in found else name] = text
    return found


def heard(stand: Stand, prepared: Prepared) -> dict[str, str]:
    """Hand it in, and return the fields of what the stub was asked meanwhile."""
    since = len(stand.stub.store.journal())
    stand.open_up()
    raised(stand.adapter.submit, prepared)
    return asked_of(stand, since)


def parts(fields: Fields) -> Iterator[str]:
    """Yield the values of a message; of one that cannot be taken apart what stands between its separators."""
    for name, text in fields.items():
        if name == UNREAD:
            yield from filter(None, BETWEEN.split(text))
        else:
            yield text


def demand_legible(stand: Stand) -> None:
    """NotProvable where nobody has told how the stub's messages are read, and they are neither JSON nor text."""
    if type(stand.stub.speech) is not Speech:
        return
    message = heard(stand, stand.prepared(key=stand.key(case=stand.another_case)))
    rows = answers(stand.adapter.Needs(), stand.needs(stand.step))
    if not any(places(leaf, message) for leaf in rows):
        raise NotProvable(
            "nobody can read the stub's messages: give it a speech (adapters.hall.speech.Speech)"
        )


def answered_by(stand: Stand, since: int) -> Iterator[tuple[Any, Fields]]:
    """Yield each exchange since the n-th one, with the fields of its answer."""
    for exchange in stand.stub.store.journal()[since:]:
        if exchange.way == "in":
            yield exchange, stand.stub.speech.answered(stand.stub, exchange).fields


def places(leaf: Leaf, message: Fields) -> set[Place]:
    """Return where the answer stands whole, and what stands around it."""
    name, value = kind_name(leaf), leaf.text
    found = set()
    for field_name, text in message.items():
        # Where the stub has no speech, a whole message is one text: what stands around a value there says nothing.
        around = (
            _around(name, value, text) if field_name != UNREAD else ("" if value in text else None)
        )
        if around is not None:
            found |= {(each, around) for each in _patterns(field_name, leaf)}
    return found


def telling(value: str) -> bool:
    """Whether a value is so much its own that it does not stand somewhere by chance."""
    number = value.replace(".", "")
    return len(number.strip("0") if number.isdigit() else value) >= TELLING


def same_value(value: str, text: str) -> bool:
    """Whether a text says a value: as it is, or as the same day or number otherwise written."""
    if value in text:
        return True
    digits = re.sub(r"\D", "", value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", value):
        return digits in re.sub(r"\D", "", text)
    return _ratio(value, text) is not None


@dataclass
class Ledger:
    """What was sent in several messages, answer by answer."""

    sent: dict[str, list[tuple[int, Leaf, set[Place]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    messages: list[Fields] = field(default_factory=list)

    def add(self, rows: Iterable[Leaf], message: Fields) -> None:
        """Enter a message and the answers that should stand in it."""
        number = len(self.messages)
        self.messages.append(message)
        for leaf in rows:
            self.sent[leaf.pattern].append((number, leaf, places(leaf, message)))

    def demand_whole(self, in_the_sample: set[str]) -> None:
        """Demand that each answer always stands whole in the same place; Failed with the first that does not."""
        for pattern, rows in self.sent.items():
            votes = Counter(place for *_, found in rows for place in found)
            usual, times = votes.most_common(1)[0] if votes else (("", ""), 0)
            if times == len(rows):
                self._demand_order(pattern, rows, [p for p, n in votes.items() if n == times])
                continue
            altered = self._altered(rows) if 2 * times < len(rows) else ""
            told = 2 * times >= len(rows) or bool(altered) or pattern in in_the_sample
            usual = (altered, usual[1]) if altered else usual
            number, leaf, _ = next(row for row in rows if usual not in row[2])
            demand(
                not told,
                f"{pattern}: {leaf.text!r} did not arrive whole{self._instead(number, leaf, usual)}",
            )

    def _altered(self, rows: Sequence[Any]) -> str:
        """Return a field in which each time something like the value stands, or ""."""
        likely: Counter[str] = Counter()
        for number, leaf, _ in rows:
            likely.update({
                each for name, text in self.messages[number].items() if _alike(leaf, text)
                for each in _patterns(name, leaf)
            })  # fmt: skip
        return next(
            (name for name, times in likely.most_common(1) if times == len(rows) >= MANY), ""
        )

    def _instead(self, number: int, leaf: Leaf, usual: Place) -> str:
        texts = [
            text
            for name, text in self.messages[number].items()
            if usual[0] in _patterns(name, leaf)
        ]
        return f"; in {usual[0]} stands {texts[:3]!r}" if texts else ""

    def _demand_order(self, pattern: str, rows: Sequence[Any], usual: Sequence[Place]) -> None:
        """People stay who they are: what belongs to the n-th stands with the n-th."""
        if "*" not in pattern:
            return
        for number, message in enumerate(self.messages):
            mine = [leaf for n, leaf, _ in rows if n == number]
            right = any(_in_order(mine, message, place) for place in usual)
            demand(
                right, f"{pattern}: {[leaf.text for leaf in mine]} did not arrive in this order"
            )


def _in_order(mine: Sequence[Leaf], message: Fields, usual: Place) -> bool:
    names = list(message)
    last = -1
    for leaf in mine:
        here = [
            n for n, name in enumerate(names)
            if n > last and usual[0] in _patterns(name, leaf)
            and _around(kind_name(leaf), leaf.text, message[name]) == usual[1]
        ]  # fmt: skip
        if not here:
            return False
        last = here[0]
    return True


def _around(kind: str, value: str, text: str) -> str | None:
    """Return what is written around a value in a text, None if it is not there."""
    if kind in NUMBERS:
        ratio = _ratio(value, text)
        return None if ratio is None else str(ratio)
    if kind in DAYS:
        same = re.sub(r"\D", "", value) == re.sub(r"\D", "", text)
        return "" if same else None
    before, found, after = text.partition(value)
    return f"{before}|{after}" if found else None


def _ratio(value: str, text: str) -> int | None:
    """Return by which power of ten a number in a text differs from a value; None if it is another."""
    if not text[-1:].isdigit():
        return None
    try:
        ours, theirs = Decimal(value), Decimal(text.strip())
    except InvalidOperation:
        return None
    if not ours.is_finite() or not theirs.is_finite() or not ours or not theirs:
        return None
    return next((n for n in range(-8, 9) if ours.scaleb(n) == theirs), None)


def _alike(leaf: Leaf, text: str) -> bool:
    """Whether a text may be the answer, altered: a sum rounded, a day moved, a name written otherwise."""
    value = leaf.text
    if kind_name(leaf) in ("amount", "share"):
        try:
            ours, theirs = Decimal(value), Decimal(text.strip())
        except InvalidOperation:
            return False
        near = (abs(ours.scaleb(n) - theirs) <= Decimal(1).scaleb(n) for n in (0, 2))
        return any(near)
    return (
        len(value) > TELLING
        and len(text) > TELLING
        and SequenceMatcher(None, value, text).ratio() > LIKE
    )


def _patterns(name: str, leaf: Leaf) -> set[str]:
    """Return a field's name; for one of many people's with each of its numbers left open in turn."""
    if "*" not in leaf.pattern:
        return {name}
    opened = {f"{name[: at.start()]}*{name[at.end() :]}" for at in re.finditer(r"\d+", name)}
    return opened | {re.sub(r"#\d+$", "", name) + "#*"}
