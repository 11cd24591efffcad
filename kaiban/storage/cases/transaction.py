"""The rows of cases within one transaction: what the orchestrator reads and writes."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.exchange import Exchange
from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.circuit_breaker import DepartmentCircuit
from kaiban.domain.desk.search_terms import is_found_alike
from kaiban.domain.hours.waiting import Horizon
from kaiban.domain.papers.package import Package
from kaiban.ports import Announce, CaseNotFound, Hint, NoticePaper
from kaiban.storage import alarm, circuit_breakers, schema
from kaiban.storage.audit.writing import SqlAudit
from kaiban.storage.cases import lookups
from kaiban.storage.cases.changes import next_change
from kaiban.storage.cases.indexes import SubjectOf, indexes, subject_index
from kaiban.storage.cases.kept_cases import KeptCase, KeptCases, Mark, lock
from kaiban.storage.cases.loading import TABLES, load
from kaiban.storage.cases.numbers import next_number
from kaiban.storage.cases.records import case_records, earlier_forms, exchanges, notices
from kaiban.storage.cases.rows import ORDER, Row, Rows, cells_of, rows_of
from kaiban.storage.desk.worklist import LineWriter
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.upkeep import epochs


class HistoryChangedError(Exception):
    """An event already stored was changed or left out; a defect of ours."""


class SqlTransaction:
    """The rows of cases within one database transaction (kaiban.ports.Transaction)."""

    def __init__(
        self,
        connection: Connection,
        cells: Cells,
        subject_of: SubjectOf,
        lines: LineWriter | None,
        kept: KeptCases,
        audit: SqlAudit | None,
    ) -> None:
        self.connection = connection
        self._audit = audit
        self._cells = cells
        self._subject_of = subject_of
        self._lines = lines
        self._kept = kept
        self._stored: dict[str, KeptCase] = {}
        self._written: set[str] = set()
        self._epoch: int | None = None
        self._change: int | None = None
        self._standings: dict[str, DepartmentCircuit] | None = None
        self._shown: list[tuple[str, Disclosure]] = []
        #: What has happened in here so far: of each case its events from that place on.
        self.news: dict[str, tuple[Case, int]] = {}

    def add(self, case: Case) -> None:
        """Write a new case."""
        self._write(
            case, KeptCase(Mark(-1, 0, self.epoch), case, {name: {} for name in ORDER}, None)
        )

    def get(self, no: str) -> Case:
        """The case, locked until the transaction ends, and not to be used after it; raises CaseNotFound."""
        if known := self._stored.get(no):
            return known.case
        mark = lock(self.connection, no)
        if mark is None:
            raise CaseNotFound(no)
        self._epoch = mark.epoch
        found = self._kept.take(no, mark) or self._loaded(no, mark)
        self._stored[no] = found
        return found.case

    def save(self, case: Case) -> None:
        """Write what changed since ``get`` or ``add``; KeyError for a case not got here."""
        self._write(case, self._stored[case.no])

    def _loaded(self, no: str, mark: Mark) -> KeptCase:
        case = load(self.connection, self._cells, [no])[0]
        return KeptCase(mark, case, rows_of(case), None)

    def keep(self) -> None:
        """After the transaction has been committed: what was written need not be read again soon."""
        for no in self._written:
            self._kept.put(self._stored[no])

    def next_number(self, day: str) -> int:
        """The next running number of a day (``yyyymmdd``), each given once."""
        return next_number(self.connection, day)

    def about_the_same(self, form: Mapping[str, Any]) -> list[str]:
        """The numbers of the cases whose forms are about the same, oldest first.

        Until the transaction ends nobody else asks about it: of two that add such a case, one finds the other's.
        """
        index = subject_index(self._cells.keyring, self._subject_of(form))
        if index is None:
            return []
        # On SQLite the transaction holds the only write lock already.
        if self.connection.dialect.name != "sqlite":
            lock = func.pg_advisory_xact_lock(func.hashtextextended(index, 0))
            self.connection.execute(select(lock))
        table = schema.cases.c
        found = select(table.no).where(table.subject_index == index)
        return list(self.connection.scalars(found.order_by(table.accepted_at, table.no)))

    @property
    def epoch(self) -> int:
        """The epoch of the database."""
        if self._epoch is None:
            self._epoch = epochs.current(self.connection)
        return self._epoch

    def doubt_epoch(self, at: datetime) -> None:
        """A department knows a key of ours by another application: it was issued twice."""
        epochs.on_a_departments_word(self.connection, at)
        self._epoch = None

    def find_steps(self, department: str, hint: Hint) -> list[tuple[str, str]]:
        """The (case number, step) of a department's applications with that key or number."""
        return lookups.named(self.connection, department, hint)

    def overdue(self, horizon: Horizon, limit: int) -> list[tuple[str, str, str]]:
        """Each (case number, link, step) due beyond the horizon on either side, oldest first; so many of each link."""
        return lookups.overdue(self.connection, horizon, limit)

    def put_off(self, department: str, now: datetime) -> list[tuple[str, str]]:
        """Each (case number, step) of the department that is to be looked at later than now."""
        return lookups.put_off(self.connection, department, now)

    def standing(self, department: str) -> DepartmentCircuit:
        """How a department stands, locked until the transaction ends."""
        return circuit_breakers.locked(self.connection, department)

    def seen_standing(self, department: str) -> DepartmentCircuit:
        """How a department stood when the transaction first looked at any, not locked."""
        if self._standings is None:
            self._standings = circuit_breakers.read(self.connection)
        return self._standings.get(department) or DepartmentCircuit(department)

    def save_standing(self, standing: DepartmentCircuit) -> None:
        """Write how a department stands now."""
        circuit_breakers.write(self.connection, standing)
        self._standings = None

    def sent_since(self, since: datetime) -> dict[str, int]:
        """How many messages departments were sent since then, by link name."""
        return exchanges.sent_since(self.connection, since)

    def add_package(self, no: str, package: Package) -> None:
        """Keep a new version of the case's package."""
        digests = {"pdf_sha256": package.pdf_sha256, "archive_sha256": package.archive_sha256}
        row = {"case_no": no, **asdict(package), **digests}
        self._cells.insert(self.connection, schema.packages, row)

    def add_notice_paper(self, no: str, paper: NoticePaper) -> NoticePaper:
        """Keep what was printed, or return what was printed under that name before."""
        return notices.add_paper(self.connection, self._cells, no, paper)

    def due_notices(self, now: datetime, limit: int) -> list[str]:
        """The cases whose gathered notice is to go out by then, the most urgent first."""
        return lookups.due_notices(self.connection, now, limit)

    def disclose(self, no: str, disclosure: Disclosure) -> None:
        """Write down who was shown something of the case."""
        self._shown.append((no, disclosure))

    def get_rating(self, no: str, link: str) -> Rating | None:
        """What was said of the case's link, or ("") of the case as a whole."""
        found = case_records.ratings(self.connection, self._cells, no)
        return next((rating for rating in found if rating.link == link), None)

    def put_rating(self, no: str, rating: Rating) -> None:
        """Keep a rating in the place of the one given before."""
        case_records.put_rating(self.connection, self._cells, no, rating)

    def begin_exchange(self, no: str, exchange: Exchange) -> int:
        """Write down that a department is about to be spoken to; return the exchange's number."""
        return exchanges.begin(self.connection, no, self._blinded(exchange))

    def end_exchange(self, no: str, exchange: Exchange) -> None:
        """Write down what came of it."""
        exchanges.end(self.connection, self._cells, no, exchange)

    def is_heard(self, no: str, call: Exchange) -> bool:
        """Whether that call about that step was written down before; the case is locked."""
        return exchanges.is_heard(self.connection, no, self._blinded(call))

    def redate_exchanges(self, now: datetime) -> int:
        """Let those begun later than now, and not ended, have begun now; return how many there were."""
        return exchanges.redate(self.connection, now)

    def last_exchange(self, no: str, link: str, step: str) -> Exchange | None:
        """The latest exchange in which we spoke about the step."""
        return exchanges.last_of(self.connection, self._cells, no, link, step)

    def _blinded(self, exchange: Exchange) -> Exchange:
        """What a department called with may be personal: only whoever has the key can try what it was."""
        if exchange.heard is None:
            return exchange
        blind = self._cells.keyring.blind(exchange.heard, "exchanges", "heard")
        return replace(exchange, heard=blind)

    def _write(self, case: Case, before: KeptCase) -> None:
        after = rows_of(case)
        if after == before.rows:
            return
        _check_history(before.rows["events"], after["events"])
        version = before.mark.version + 1
        for name in ORDER:
            self._write_rows(case, name, before.rows[name], after[name], version)
        for place in before.rows["documents"].keys() - after["documents"].keys():
            table = schema.documents
            self.connection.execute(delete(table).where(at(table, (case.no, *place))))
        self._keep_earlier_form(case.no, before.rows, after)
        line = self._write_line(case, before, after["cases"][()])
        mark = before.mark._replace(version=version, events=len(after["events"]))
        self._stored[case.no] = KeptCase(mark, case, after, line)
        self._written.add(case.no)
        self.news.setdefault(case.no, (case, len(before.rows["events"])))

    def _keep_earlier_form(self, no: str, before: Rows, after: Rows) -> None:
        known = before["cases"].get(())
        if known and known["form"] != after["cases"][()]["form"]:
            so_far = len(before["events"])
            earlier_forms.keep(self.connection, self._cells, no, so_far, known["form"].cell)

    def _write_line(self, case: Case, before: KeptCase, after: Row) -> Row | None:
        if self._lines is None:
            return None
        line = self._lines.write(self.connection, case, before.line)
        known = before.rows["cases"].get(())
        if not (
            known
            and known["form"] == after["form"]
            and is_found_alike(after["facts"], known["facts"])
        ):
            self._lines.write_terms(self.connection, case)
        return line

    def finish(self) -> None:
        """Write what is written once for all of it, and let it be heard if something is left due at once."""
        if self._shown:
            case_records.disclose(self.connection, self._shown)
        if self._audit:
            news = [(case.no, known, case.events[known:]) for case, known in self.news.values()]
            self._audit.write(self.connection, news, self._shown)
        if any(_has_due(case) for case, _ in self.news.values()):
            alarm.ring(self.connection)

    def announce(self, announce: Announce) -> None:
        """Let it be written down who is to be told of what happened in here."""
        for case, known in self.news.values():
            events: list[Event] = case.events[known:]
            if events:
                announce(self.connection, case, known, events)

    def _write_rows(
        self,
        case: Case,
        name: str,
        before: Mapping[tuple[Any, ...], Row],
        after: Mapping[tuple[Any, ...], Row],
        version: int,
    ) -> None:
        table = TABLES[name]
        columns = [column.name for column in table.primary_key]
        beside = {"version": version, "change": self._order()} if name == "cases" else {}
        new = []
        # Rows of which the same cells have changed go in one statement.
        changes: dict[tuple[str, ...], list[tuple[tuple[Any, ...], Row]]] = {}
        for place, row in after.items():
            key, old = (case.no, *place), before.get(place)
            if old is None:
                new.append(
                    self._indexed({**row, **beside, **dict(zip(columns, key, strict=True))})
                )
            elif changed := {cell: row[cell] for cell in row if row[cell] != old[cell]} | beside:
                cells = self._indexed(changed)
                changes.setdefault(tuple(cells), []).append((key, cells))
        for alike in changes.values():
            self._cells.update_all(self.connection, table, alike)
        if new:
            self._cells.insert_all(self.connection, table, new)

    def _order(self) -> int:
        if self._change is None:
            self._change = next_change(self.connection)
        return self._change

    def _indexed(self, row: Row) -> Row:
        cells = cells_of(row)
        return {**cells, **indexes(self._cells.keyring, cells, self._subject_of)}


def _has_due(case: Case) -> bool:
    return case.package_due is not None or any(step.is_due_at_once for _, step in case.steps())


def _check_history(
    before: Mapping[tuple[Any, ...], Row], after: Mapping[tuple[Any, ...], Row]
) -> None:
    if any(after.get(place) != row for place, row in before.items()):
        raise HistoryChangedError("events are only appended")
