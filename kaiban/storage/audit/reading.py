"""Read the audit: the chain, its anchors, and whether the rows it tells of are still as it says."""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from kaiban.domain.audit.chain import START, Head, Record
from kaiban.domain.audit.lines import disclosure_line, event_line
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.storage import codec
from kaiban.storage.cases.loading import load
from kaiban.storage.cases.records import case_records
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import audit_anchors, audit_records, cases
from kaiban.storage.statements import rows_of_cases

_AT_ONCE: Final = 1000
#: So many cases are compared at a time.
_CASES: Final = 100
T = TypeVar("T")
#: A record of a case: what it says, its line, its salt.
_Told = tuple[dict[str, Any], str, str]


class SqlAuditReader:
    """What is read of the audit."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def records(self, first: str = "", last: str = "") -> Iterator[Record]:
        """The chain in its order, from one day to another (ISO 8601, both included; "" is from its beginning, or to its end)."""
        table = audit_records.c
        wanted = select(table.day, table.seq, table.line, table.hash).where(
            table.hash.is_not(None), table.day >= first
        )
        if last:
            wanted = wanted.where(table.day <= last)
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(
                wanted.order_by(table.day, table.seq)
            )
            for row in rows:
                yield Record(*row)

    def hash_before(self, day: str) -> str:
        """The hash of the last record before that day: what the first one of it follows."""
        table = audit_records.c
        wanted = select(table.hash).where(table.hash.is_not(None), table.day < day)
        with self._database.reading() as connection:
            found = connection.scalar(wanted.order_by(table.day.desc(), table.seq.desc()).limit(1))
        return found or START

    def of_case(self, no: str) -> list[dict[str, Any]]:
        """A case's records with their places and salts, in the order of the chain."""
        table = audit_records.c
        wanted = select(table.day, table.seq, table.line, table.salt, table.hash)
        placed = wanted.where(table.case_no == no, table.hash.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(placed.order_by(table.day, table.seq)).mappings()
            return [dict(row) for row in rows]

    def anchors(self) -> list[tuple[Head, bytes]]:
        """Every stamped place with its token, in order."""
        table = audit_anchors.c
        wanted = select(table.day, table.seq, table.hash, table.token).where(
            table.token.is_not(None)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(table.day, table.seq)).all()
        return [(Head(day, seq, head), base64.b64decode(token)) for day, seq, head, token in rows]

    def changed_cases(self) -> Iterator[str]:
        """What the rows of cases say otherwise than their records, in sentences."""
        with self._database.reading() as connection:
            numbers = list(connection.scalars(select(cases.c.no).order_by(cases.c.no)))
        for start in range(0, len(numbers), _CASES):
            some = numbers[start : start + _CASES]
            with self._database.reading() as connection:
                told = self._told(connection, some)
                shown = _by_case(case_records.disclosures_of(connection, some))
                found = load(connection, self._cells, list(told), documents=False)
            for case in found:
                yield from _changed(case, told[case.no], shown.get(case.no, ()))

    def _told(self, connection: Connection, numbers: Sequence[str]) -> dict[str, list[_Told]]:
        """What was recorded of those of the cases of which anything was."""
        wanted = rows_of_cases(audit_records, "case_no", ("id",))
        rows = connection.execute(wanted, {"numbers": numbers}).mappings()
        return _by_case(
            (row["case_no"], (codec.loads(row["line"]), row["line"], row["salt"])) for row in rows
        )


def _by_case(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for no, each in pairs:
        found.setdefault(no, []).append(each)
    return found


def _changed(case: Case, told: Sequence[_Told], shown: Iterable[Disclosure]) -> Iterator[str]:
    no = case.no
    events = {each["number"]: (line, salt) for each, line, salt in told if each["kind"] == "event"}
    if not events:
        return  # from before there was an audit
    first = min(events)
    for number, event in enumerate(case.events, 1):
        line, salt = events.pop(number, ("", ""))
        if number >= first and line != event_line(no, number, event, salt):
            yield f"{no}: event {number} is not as it was recorded"
    for number in events:
        yield f"{no}: event {number} was recorded and is not there any more"
    recorded = Counter(line for each, line, _ in told if each["kind"] == "disclosure")
    kept = Counter(disclosure_line(no, each) for each in shown)
    if recorded - kept:
        yield f"{no}: a disclosure was recorded and is not there any more"
    if first == 1 and kept - recorded:
        yield f"{no}: a disclosure was never recorded"
