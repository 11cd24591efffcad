"""Where cases are kept, and what pages, API and command line read of them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import (
    func,
    select,
)

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Both, Exchange
from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.cases.states import ENDED, CaseState
from kaiban.domain.circuit_breaker import DepartmentCircuit
from kaiban.domain.city import City
from kaiban.domain.messages.notification import Message
from kaiban.domain.papers.package import Package
from kaiban.domain.papers.verification import IssuedPackage
from kaiban.ports import (
    EVERY_CASE,
    Announce,
    AtHand,
    CaseFilter,
    CaseLine,
    CaseNotFound,
    EarlierForm,
    FeedPage,
    FeedPlace,
    FeedRestarted,
    Job,
    NoticePaper,
    Stay,
)
from kaiban.storage import circuit_breakers, schema
from kaiban.storage.audit.writing import SqlAudit
from kaiban.storage.cases import filters, lists
from kaiban.storage.cases.changes import changed
from kaiban.storage.cases.due_jobs import due_jobs
from kaiban.storage.cases.indexes import SubjectOf, owner_index
from kaiban.storage.cases.kept_cases import KeptCases
from kaiban.storage.cases.loading import load
from kaiban.storage.cases.records import case_records, earlier_forms, exchanges, notices, packages
from kaiban.storage.cases.transaction import SqlTransaction
from kaiban.storage.database import Database
from kaiban.storage.desk.worklist import LineWriter
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.messages import outbox
from kaiban.storage.upkeep.epochs import Epochs, current


class SqlCases:
    """Where cases are kept (kaiban.ports.Cases), and what is read of them.

    With ``epochs`` nothing is written before it is known whether the database was set back. ``announce`` hears, in
    each transaction, of every event that was written in it: there is no other way for one to be written.
    ``subject_of`` tells what a form is about; by the rules of ``city`` each case has its line in the worklist. ``audit``
    records in the same transaction what happened and what was shown.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        epochs: Epochs | None = None,
        announce: Announce | None = None,
        subject_of: SubjectOf = lambda _form: "",
        city: City | None = None,
        audit: SqlAudit | None = None,
    ) -> None:
        self._database = database
        self._cells = Cells(keyring)
        self._lines = LineWriter(self._cells, city) if city else None
        self._epochs = epochs
        self._announce = announce
        self._subject_of = subject_of
        self._kept = KeptCases(0)
        self._audit = audit

    def keep(self, most: int) -> None:
        """From now on keep so many cases between transactions: for a process that uses none after its transaction."""
        self._kept = KeptCases(most)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Begin; commit at the end of the block, roll back on any exception."""
        if self._epochs:
            self._epochs.check()
        with self._database.transaction() as connection:
            tx = SqlTransaction(
                connection, self._cells, self._subject_of, self._lines, self._kept, self._audit
            )
            yield tx
            if self._announce:
                tx.announce(self._announce)
            tx.finish()
        tx.keep()

    def read(self, no: str) -> Case:
        """The case as it is at this moment, not locked; raises CaseNotFound."""
        with self._database.reading() as connection:
            found = load(connection, self._cells, [no])
        if not found:
            raise CaseNotFound(no)
        return found[0]

    def browse(
        self,
        *,
        states: Sequence[CaseState] = (),
        owner: str | None = None,
        hall: str = "",
        before: str | None = None,
        limit: int = 50,
    ) -> list[Case]:
        """Cases, of a hall or all, the newest first, without their documents; ``before`` continues after a number."""
        wanted = lists.Wanted(tuple(states), self._owner_index(owner), hall, before)
        with self._database.reading() as connection:
            numbers = lists.newest(connection, wanted, limit)
            return load(connection, self._cells, numbers, documents=False)

    def lines(
        self, wanted: CaseFilter = EVERY_CASE, *, before: str | None = None, limit: int = 50
    ) -> list[CaseLine]:
        """Those cases as lines of a list: no case is opened."""
        with self._database.reading() as connection:
            numbers = filters.listed(connection, self._cells.keyring, wanted, before, limit)
            return lists.lines(connection, self._cells, numbers)

    def changes(self, owner: str | None, after: FeedPlace | None, limit: int) -> FeedPage:
        """An owner's cases (None: all) by when they were written last, behind that place; raises FeedRestarted."""
        with self._database.reading() as connection:
            place = FeedPlace(current(connection))
            if after and after.epoch != place.epoch:
                raise FeedRestarted
            place = after or place
            asked = changed(self._owner_index(owner), place, limit + 1, connection.dialect.name)
            found = [(row.change, row.no) for row in connection.execute(asked)]
            page, more = found[:limit], len(found) > limit
            end = replace(place, change=page[-1][0], no=page[-1][1]) if page else place
            return FeedPage(
                lists.lines(connection, self._cells, [no for _, no in page]), end, more
            )

    def drafting(self, hall: str, limit: int) -> list[Case]:
        """Cases, of a hall or any, whose next notice is being gathered, what goes out first first; without documents."""
        with self._database.reading() as connection:
            numbers = list(connection.scalars(lists.drafting(hall, limit)))
            return load(connection, self._cells, numbers, documents=False)

    def copied(self, hall: str, limit: int) -> list[Case]:
        """Cases, of a hall or any, with something supervisors are told of, the latest such first; without documents."""
        with self._database.reading() as connection:
            numbers = list(connection.scalars(lists.copied(hall, limit)))
            return load(connection, self._cells, numbers, documents=False)

    def leaving(self, by: str, hall: str, limit: int) -> list[Case]:
        """Cases about whose package a hall (or "": any) has to do that next, the longest finished first; without documents."""
        table = schema.cases.c
        wanted = select(table.no).where(table.leaves_by == by)
        if hall:
            wanted = wanted.where(func.coalesce(table.leaves_from, table.hall) == hall)
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(table.finished_at, table.no).limit(limit))
            numbers = [row.no for row in found]
            return load(connection, self._cells, numbers, documents=False)

    def due(self, now: datetime, queues: Collection[str], most: int) -> list[Job]:
        """What is due at once, so many for each of the queues, what waits longest first."""
        with self._database.reading() as connection:
            return due_jobs(connection, now, queues, most)

    def at_hand(self, hall: str, limit: int) -> list[AtHand]:
        """What waits for people in a hall's open cases, those of the oldest case first; "" is every hall. No case is opened."""
        steps, cases, links = schema.steps.c, schema.cases.c, schema.links.c
        key = (steps.case_no, steps.link, steps.name)
        wanted = (
            select(*key, steps.reason, links.title)
            .join(schema.cases, cases.no == steps.case_no)
            .join(schema.links, (links.case_no == steps.case_no) & (links.name == steps.link))
        ).where(
            steps.state == schema.MANUAL,
            cases.state.not_in([each.value for each in ENDED]),
        )  # fmt: skip
        if hall:
            wanted = wanted.where(cases.hall == hall)
        with self._database.reading() as connection:
            asked = wanted.order_by(*key).limit(limit)
            rows = connection.execute(asked).mappings().all()
        found = [self._cells.opened(schema.steps, row) for row in rows]
        return [
            AtHand(row["case_no"], row["link"], row["title"], (row["reason"] or b"").decode())
            for row in found
        ]

    def get_package(self, no: str, version: int | None = None) -> Package | None:
        """A version of the case's package, by default the latest; None if there is none."""
        table = schema.packages
        wanted = table.c.case_no == no
        wanted = wanted if version is None else wanted & (table.c.version == version)
        latest = select(table).where(wanted).order_by(table.c.version.desc()).limit(1)
        with self._database.reading() as connection:
            found = connection.execute(latest).mappings().first()
        if found is None:
            return None
        row = self._cells.opened(table, found)
        kept = {each.name: row[each.name] for each in fields(Package)}
        return Package(**{**kept, "level": row["level"] or ""})

    def find_issued(self, code: str) -> IssuedPackage | None:
        """The version of a package with that verify code, and what has become of its case; None if there is none."""
        with self._database.reading() as connection:
            return packages.find_issued(connection, self._cells, code)

    def get_notice_paper(self, no: str, name: str) -> NoticePaper | None:
        """What was printed of the case under that name."""
        with self._database.reading() as connection:
            return notices.get_paper(connection, self._cells, no, name)

    def notice_papers(self, no: str) -> list[NoticePaper]:
        """Everything that was printed of the case, in order."""
        with self._database.reading() as connection:
            return notices.papers(connection, self._cells, no)

    def earlier_forms(self, no: str) -> list[EarlierForm]:
        """The case's form before it was corrected or grew, the oldest first."""
        with self._database.reading() as connection:
            return earlier_forms.read(connection, self._cells, no)

    def standings(self) -> dict[str, DepartmentCircuit]:
        """How the departments stand that were ever spoken to, by link name; locks nothing."""
        with self._database.reading() as connection:
            return circuit_breakers.read(connection)

    def sent_since(self, since: datetime) -> dict[str, int]:
        """How many messages departments were sent since then, by link name."""
        with self._database.reading() as connection:
            return exchanges.sent_since(connection, since)

    def happened(self, no: str) -> int:
        """How many things have happened to the case: cheap, and another number whenever it changes."""
        table = schema.events.c
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(table.case_no == no)) or 0

    def disclosures(self, no: str) -> list[Disclosure]:
        """Who saw what of the case, in order."""
        with self._database.reading() as connection:
            return case_records.disclosures(connection, no)

    def check_audit(self) -> None:
        """Raise Unavailable where nothing personal may be shown, as the audit has gone without an anchor for too long."""
        if self._audit:
            self._audit.check()

    def has_looked(self, no: str, look: Disclosure, since: datetime) -> bool:
        """Whether the same was shown to the same for the same reason since then."""
        with self._database.reading() as connection:
            return case_records.has_looked(connection, no, look, since)

    def ratings(self, no: str) -> list[Rating]:
        """What was said of the case, as a whole first."""
        with self._database.reading() as connection:
            return case_records.ratings(connection, self._cells, no)

    def past_spans(self, link: str, step: str, most: int) -> list[Stay]:
        """The latest stays of that step in departments that ended well without a correction."""
        with self._database.reading() as connection:
            return case_records.past_spans(connection, link, step, most)

    def messages(self, no: str) -> list[Message]:
        """What people were told of the case, in order."""
        with self._database.reading() as connection:
            return outbox.to_people(connection, self._cells, no)

    def exchanges(self, no: str, after: int = 0, limit: int = 100) -> list[Exchange]:
        """What was said to departments about the case, in order, from a number on."""
        with self._database.reading() as connection:
            return exchanges.listed(connection, self._cells, no, after, limit)

    def exchange(self, no: str, number: int) -> Exchange | None:
        """One of them; None if there is none of that number."""
        found = self.exchanges(no, number - 1, 1)
        return found[0] if found and found[0].number == number else None

    def passed(self, no: str, number: int) -> Sequence[Both]:
        """The bytes of each message of that exchange; none of those written down before they were kept."""
        with self._database.reading() as connection:
            return exchanges.passed(connection, self._cells, no, number)

    def forget_exchanges(self, before: datetime) -> int:
        """Delete those that began before then, a batch a transaction; return how many."""
        count = 0
        while found := self._forget_some(before):
            count += found
        return count

    def _forget_some(self, before: datetime) -> int:
        with self._database.transaction() as connection:
            return exchanges.forget(connection, before)

    def _owner_index(self, owner: str | None) -> str | None:
        return None if owner is None else owner_index(self._cells.keyring, owner)
