"""What is kept beside a case rather than in it: who saw it, what was said of it; and past stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.ports import Stay
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.schema import cases, steps
from kaiban.storage.schema import disclosures as disclosure_table
from kaiban.storage.schema import ratings as rating_table
from kaiban.storage.statements import inserting_into, rows_of_cases


def disclose(connection: Connection, shown: Sequence[tuple[str, Disclosure]]) -> None:
    """Write down who was shown something of which case."""
    rows = [
        {**vars(disclosure), "what": list(disclosure.what), "case_no": no}
        for no, disclosure in shown
    ]
    connection.execute(inserting_into(disclosure_table), rows)


def disclosures(connection: Connection, no: str) -> list[Disclosure]:
    """Who saw what of the case, in order."""
    return [each for _, each in disclosures_of(connection, [no])]


def disclosures_of(
    connection: Connection, numbers: Sequence[str]
) -> Iterator[tuple[str, Disclosure]]:
    """The same of several cases at a time, each with its case."""
    wanted = rows_of_cases(disclosure_table, "case_no", ("at", "id"))
    for row in connection.execute(wanted, {"numbers": numbers}).mappings():
        yield row["case_no"], _disclosure(row)


def has_looked(connection: Connection, no: str, look: Disclosure, since: datetime) -> bool:
    """Whether the same was shown to the same for the same reason since then."""
    table = disclosure_table.c
    same = select(table.what).where(
        table.case_no == no, table.at >= since, table.kind == look.kind,
        table.who == look.who, table.why == look.why,
    )  # fmt: skip
    return list(look.what) in connection.execute(same).scalars().all()


def ratings(connection: Connection, cells: Cells, no: str) -> list[Rating]:
    """What was said of the case, as a whole first."""
    table = rating_table
    wanted = select(table).where(table.c.case_no == no).order_by(table.c.link)
    rows = connection.execute(wanted).mappings()
    return [_rating(cells.opened(table, row)) for row in rows]


def put_rating(connection: Connection, cells: Cells, no: str, rating: Rating) -> None:
    """Keep a rating in the place of the one given before; the case is locked by the caller."""
    row = {
        **asdict(rating), "case_no": no,
        "remark": rating.remark.encode(), "answer": rating.answer.encode(),
    }  # fmt: skip
    place = (no, rating.link)
    known = select(rating_table.c.level).where(at(rating_table, place))
    if connection.execute(known).first() is None:
        cells.insert(connection, rating_table, row)
    else:
        cells.update(connection, rating_table, place, row)


def past_spans(connection: Connection, link: str, step: str, most: int) -> list[Stay]:
    """The latest stays of that step in departments that ended well without a correction."""
    done = steps.c
    wanted = (
        select(cases.c.hall, done.submitted_at, done.done_at)
        .join(cases, cases.c.no == done.case_no)
        .where(done.link == link, done.name == step, done.done_at.is_not(None))
        .where(done.state == LinkState.DONE.value, done.revision == 1)
        .where(done.submitted_at.is_not(None), done.submitted_at <= done.done_at)
        .order_by(done.done_at.desc())
        .limit(most)
    )
    return [Stay(*row) for row in connection.execute(wanted)]


def _disclosure(row: RowMapping) -> Disclosure:
    kept = {name: row[name] for name in ("at", "kind", "who", "why", "step", "attempt")}
    return Disclosure(**kept, what=tuple(row["what"]))


def _rating(row: Mapping[str, Any]) -> Rating:
    kept = {name: row[name] for name in row if name != "case_no"}
    return Rating(**{**kept, "remark": row["remark"].decode(), "answer": row["answer"].decode()})
