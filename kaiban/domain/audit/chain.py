"""The chain of audit records: what each record's hash is made of, and what a chain that was touched shows.

A record is a line of JSON. Its hash is SHA-256 over the hash before it, its day, its number in that day and the line;
the first record of a day follows the last one of the day before. So a chain says nothing of who wrote it: whoever may
write the database can make it all anew. An anchor, a time stamp by somebody else on the newest hash, is what stays
true: everything up to the newest anchor is as it was then, or shows.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Before the first record of all.
START: Final = "0" * 64


@dataclass(frozen=True)
class Record:
    """A record in its place: ``day`` of the hall's calendar (ISO 8601), ``seq`` from 1 within it."""

    day: str
    seq: int
    line: str
    hash: str


@dataclass(frozen=True, order=True)
class Head:
    """The hash of the chain at one place."""

    day: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Found:
    """What a look at a chain found: how many records, how many of them no anchor covers yet, and what is wrong."""

    records: int
    uncovered: int
    problems: tuple[str, ...]


def line_of(told: Mapping[str, Any]) -> str:
    """The one way a record is written: sorted keys, no spaces, nothing that is empty."""
    kept = {name: value for name, value in told.items() if value not in ("", None, [], {}, 0)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def linked(before: str, day: str, seq: int, line: str) -> str:
    """The hash of the record that follows ``before``, in hex."""
    return hashlib.sha256(f"kaiban-audit/1\n{before}\n{day}\n{seq}\n{line}".encode()).hexdigest()


def statement(city: str, head: Head) -> bytes:
    """What an authority of time stamps."""
    return f"kaiban-audit-anchor/1\n{city}\n{head.day}\n{head.seq}\n{head.hash}\n".encode()


def examine(records: Iterable[Record], anchors: Iterable[Head], before: str = START) -> Found:
    """Look at a chain in its order, against anchors that were proved before; ``before`` is the hash its first day follows.

    Any record changed, missing, moved or added up to the newest anchor is a problem; what comes after it may have been
    made anew by whoever may write the database.
    """
    known = {(each.day, each.seq): each.hash for each in anchors}
    newest, count, uncovered = max(known, default=("", 0)), 0, 0
    problems: list[str] = []
    for place, wrong in _walk(records, before):
        count += 1
        uncovered += place[:2] > newest
        problems += [wrong] if wrong else []
        if known.pop(place[:2], place[2]) != place[2]:
            problems.append(f"{place[0]} {place[1]}: not what was anchored")
    problems += [f"{day} {seq}: anchored, and not there any more" for day, seq in sorted(known)]
    return Found(count, uncovered, tuple(problems))


def _walk(records: Iterable[Record], before: str) -> Iterator[tuple[tuple[str, int, str], str]]:
    """Each record's place and hash, and what is wrong with it, if anything."""
    day, seq = "", 0
    for each in records:
        follows = (each.seq == seq + 1) if each.day == day else (each.day > day and each.seq == 1)
        wrong = ""
        if not follows:
            wrong = f"{each.day} {each.seq}: does not follow {day} {seq}"
        elif linked(before, each.day, each.seq, each.line) != each.hash:
            wrong = f"{each.day} {each.seq}: changed, or what was before it"
        day, seq, before = each.day, each.seq, each.hash
        yield (day, seq, before), wrong
