"""The books of a campaign: what the clients were told, what our rows say, what departments made effective.

Whatever does not agree is a *violation*: of what kind, and in one sentence. Each check is a function of the books;
``CHECKS`` is all of them.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pypdfium2

from adapters.hall.store import Commit
from forms.derive import full_name
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState, Step

#: What a service may answer that cannot do it now; any other 5xx says that nobody had thought of it.
EXCUSES = frozenset({503})


class Kind(StrEnum):
    """What must not happen."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    MIXED = "mixed"
    STUCK = "stuck"
    OTHER = "other"


@dataclass(frozen=True)
class Violation:
    """One thing that does not agree."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Told:
    """A case number a client was given, and how often the database had been restored when it asked."""

    no: str
    restores: int


@dataclass
class Ledger:
    """What the clients asked and were told, by key; many of them write into it.

    ``kept`` has for each restored backup the case numbers it held: what was told later is lost with
    it, by its nature.
    """

    told: dict[str, Told] = field(default_factory=dict)
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    kept: list[frozenset[str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def standing(self) -> dict[str, str]:
        """The number of every case that must be there, by key."""
        return {
            key: told.no for key, told in self.told.items()
            if all(told.no in numbers for numbers in self.kept[told.restores:])
        }  # fmt: skip

    @property
    def turned_away(self) -> int:
        """How many requests were answered that the service cannot do it."""
        return sum(count for status, count in dict(self.statuses).items() if status >= 500)

    def tell(self, key: str, no: str) -> None:
        """Write down that a client was given that number, just now."""
        self.told[key] = Told(no, len(self.kept))

    def note(self, status: int) -> None:
        """Count an answer."""
        with self.lock:
            self.statuses[status] += 1


@dataclass(frozen=True)
class Books:
    """All three ledgers when everything is over."""

    ledger: Ledger
    cases: Mapping[str, Case]
    commits: Sequence[Commit]

    def violations(self) -> list[Violation]:
        """Everything that does not agree."""
        return [each for check in CHECKS for each in check(self)]


def _answered(books: Books) -> Iterator[Violation]:
    for each in books.ledger.refused:
        yield Violation(Kind.OTHER, each)
    for status, count in books.ledger.statuses.items():
        if status >= 500 and status not in EXCUSES:
            yield Violation(Kind.OTHER, f"{count} requests were answered {status}")


def _acknowledged(books: Books) -> Iterator[Violation]:
    standing = books.ledger.standing
    for key, no in standing.items():
        if no not in books.cases:
            yield Violation(Kind.LOST, f"{key}: case {no} was acknowledged and is lost")
        elif name_of(books.cases[no]) != named(books.ledger.forms[key]):
            yield Violation(Kind.MIXED, f"{key}: case {no} is mixed: it is another company's")
    if len(set(standing.values())) < len(standing):
        yield Violation(Kind.MIXED, "two keys were given one case")
    for no in books.cases.keys() - set(standing.values()):
        yield Violation(Kind.OTHER, f"case {no} was never acknowledged")


def _ended(books: Books) -> Iterator[Violation]:
    for no, case in books.cases.items():
        if not case.ended:
            steps = (f"{link.name} {step.name} {step.state}" for link, step in case.steps())
            yield Violation(Kind.STUCK, f"case {no} did not end by itself: {', '.join(steps)}")


def _once(books: Books) -> Iterator[Violation]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in books.commits:
        found.setdefault((each.enterprise, each.department, each.step), []).append(each.key)
    for place, keys in found.items():
        if len(keys) > 1:
            yield Violation(
                Kind.DUPLICATED, f"{place} became effective {len(keys)} times: {', '.join(keys)}"
            )


def _known(books: Books) -> Iterator[Violation]:
    """Departments know nobody whom we do not; of cases that went with a restored database only the names are left."""
    names = {named(form) for form in books.ledger.forms.values()}
    codes = {case.facts.get("credit_code") for case in books.cases.values()}
    by_code = {commit.enterprise for commit in books.commits} - names
    strangers = by_code - codes if not books.ledger.kept else set()
    for commit in books.commits:
        if commit.enterprise in strangers:
            yield Violation(
                Kind.DUPLICATED,
                f"{commit.department} knows {commit.enterprise}, of whom there is no case",
            )


def _granted(books: Books) -> Iterator[Violation]:
    done = Counter(
        link.name for case in books.cases.values() for link, step in case.steps()
        if step.state is LinkState.DONE
    )  # fmt: skip
    effective = Counter(commit.department for commit in books.commits)
    for name, count in done.items():
        if count > effective[name]:
            yield Violation(
                Kind.LOST, f"{name}: {count} steps are done, {effective[name]} became effective"
            )


def _refused(books: Books) -> Iterator[Violation]:
    """Nobody is told that a department refused the very application it has made effective."""
    effective = {(commit.department, commit.key) for commit in books.commits}
    for no, case in books.cases.items():
        for link, step in case.steps():
            known = any((link.name, each) in effective for each in _refs(step))
            if known and step.state is LinkState.REFUSED:
                yield Violation(
                    Kind.LOST, f"case {no}: {link.name} {step.name} is refused and effective"
                )


def _own_refs(books: Books) -> Iterator[Violation]:
    """A case asks by a ref, and whoever the department knows by it must be the case's company."""
    by_ref = {(commit.department, commit.key): commit.enterprise for commit in books.commits}
    for no, case in books.cases.items():
        own = {name_of(case), case.facts.get("credit_code")}
        for link, step in case.steps():
            found = {by_ref.get((link.name, each)) for each in _refs(step)} - {None}
            for other in found - own:
                yield Violation(
                    Kind.MIXED, f"case {no} is mixed: its {link.name} {step.name} is {other}'s"
                )


def _own_numbers(books: Books) -> Iterator[Violation]:
    """What is granted once in the world is in one case only."""
    found: dict[tuple[str, str], list[str]] = {}
    for no, case in books.cases.items():
        for place in {*_numbers(case)}:
            found.setdefault(place, []).append(no)
    for (what, value), cases in found.items():
        if len(cases) > 1:
            yield Violation(
                Kind.MIXED, f"cases {' and '.join(cases)} are mixed: both have {what} {value}"
            )


def _own_name(books: Books) -> Iterator[Violation]:
    """No result and no paper of a case names another company."""
    names = {named(form) for form in books.ledger.forms.values()}
    for no, case in books.cases.items():
        for where, text in _shown(case):
            for other in names - {name_of(case)}:
                if other in text:
                    yield Violation(Kind.MIXED, f"case {no} is mixed: its {where} names {other}")


CHECKS: Sequence[Callable[[Books], Iterator[Violation]]] = (
    _answered, _acknowledged, _ended, _once, _known, _granted, _refused, _own_refs, _own_numbers, _own_name,
)  # fmt: skip


def named(form: Mapping[str, Any]) -> str:
    """The company a form is about."""
    return full_name(form["company"]["name"])


def name_of(case: Case) -> str:
    """The company a case is about."""
    return named(case.form)


def _refs(step: Step) -> set[str]:
    refs = [ref for ref in (step.ref, (step.sent or {}).get("ref")) if ref]
    return {each for ref in refs for each in (ref["key"], *ref["extra"].values())}


def _numbers(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((name, case.facts[name]) for name in ("credit_code",) if name in case.facts)
    yield from ((f"receipt of {link.name}", link.receipt) for link in case.links if link.receipt)


def _shown(case: Case) -> Iterator[tuple[str, str]]:
    for link in case.links:
        yield f"result of {link.name}", json.dumps(link.result, ensure_ascii=False, default=str)
    for name, papers in case.documents.items():
        for paper in papers:
            yield f"{paper.name} of {name}", _text(paper.content)


def _text(content: bytes) -> str:
    """The text of a paper, without the breaks a printer made."""
    paper = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_bounded() for page in paper]
    paper.close()
    return "".join("".join(pages).split())
