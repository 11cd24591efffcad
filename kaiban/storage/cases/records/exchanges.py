"""Exchanges as rows: written with the case they belong to, read on their own."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from kaiban.domain.cases.exchange import Both, Exchange, Message, Passed
from kaiban.storage import codec
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import exchanges

#: Columns of the table that are fields of an exchange.
_PLAIN = (
    "number", "link", "step", "attempt", "errand", "at", "outcome", "code", "milliseconds", "heard",
)  # fmt: skip
#: What an exchange learns when it ends.
_END = ("outcome", "code", "milliseconds")
#: What is read of one to tell it; its bytes are read on their own.
_READ = [each for each in exchanges.c if each.name != "passed"]
_NEXT = select(func.coalesce(func.max(exchanges.c.number), 0) + 1).where(
    exchanges.c.case_no == bindparam("no")
)
_BEGUN = insert(exchanges).values(number=_NEXT.scalar_subquery()).returning(exchanges.c.number)
#: Rows deleted at once, so that nobody waits long for the write lock.
BATCH = 5_000


def begin(connection: Connection, no: str, exchange: Exchange) -> int:
    """Write it down as begun, under the next number of the case, whose row is locked."""
    row = {name: getattr(exchange, name) for name in _PLAIN if name != "number"}
    return int(connection.execute(_BEGUN, {**row, "case_no": no, "no": no}).scalar_one())


def end(connection: Connection, cells: Cells, no: str, exchange: Exchange) -> None:
    """Write down what came of it."""
    told = {"said": exchange.said, "messages": [asdict(each) for each in exchange.messages]}
    row = {name: getattr(exchange, name) for name in _END}
    row["told"] = codec.dumps(told).encode()
    if exchange.passed:
        row["passed"] = _packed(exchange.passed)
    cells.update(connection, exchanges, (no, exchange.number), row)


def sent_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many messages were sent since then, by link name."""
    table = exchanges.c
    counted = (
        select(table.link, func.count().label("sent"))
        .where(table.at >= since, table.errand == "send")
        .group_by(table.link)
    )
    return {row.link: row.sent for row in connection.execute(counted)}


def is_heard(connection: Connection, no: str, call: Exchange) -> bool:
    """Whether that call about that step was written down before; the case is locked by the caller."""
    table = exchanges.c
    same = select(table.number).where(
        table.case_no == no, table.link == call.link, table.step == call.step,
        table.heard == call.heard,
    )  # fmt: skip
    return connection.execute(same.limit(1)).first() is not None


def redate(connection: Connection, now: datetime) -> int:
    """Let those that begin later than now, and have not ended, begin now; return how many there were."""
    ahead = update(exchanges).where(exchanges.c.at > now, exchanges.c.outcome == "")
    return connection.execute(ahead.values(at=now)).rowcount


def last_of(
    connection: Connection, cells: Cells, no: str, link: str, step: str
) -> Exchange | None:
    """The latest exchange in which we spoke about the step; None if there was none."""
    table = exchanges.c
    wanted = (
        select(*_READ)
        .where(table.case_no == no, table.link == link, table.step == step)
        .where(table.errand != "callback")
        .order_by(table.number.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _exchange(cells.opened(exchanges, row))


def listed(
    connection: Connection, cells: Cells, no: str, after: int, limit: int
) -> list[Exchange]:
    """The case's exchanges in order, those with a number above ``after``."""
    wanted = (
        select(*_READ)
        .where(exchanges.c.case_no == no, exchanges.c.number > after)
        .order_by(exchanges.c.number)
        .limit(limit)
    )
    rows = connection.execute(wanted).mappings()
    return [_exchange(cells.opened(exchanges, row)) for row in rows]


def passed(connection: Connection, cells: Cells, no: str, number: int) -> Sequence[Both]:
    """The bytes of each message of that exchange, as far as they were kept."""
    table = exchanges.c
    wanted = select(table.case_no, table.number, table.passed)
    place = wanted.where(table.case_no == no, table.number == number)
    row = connection.execute(place).mappings().first()
    cell = cells.opened(exchanges, row)["passed"] if row else None
    return _unpacked(cell) if cell else ()


def _packed(both: Sequence[Both]) -> bytes:
    told = [[asdict(asked), asdict(answered)] for asked, answered in both]
    return zlib.compress(codec.dumps(told).encode())


def _unpacked(cell: bytes) -> Sequence[Both]:
    told = codec.loads(zlib.decompress(cell))
    return [(Passed(**asked), Passed(**answered)) for asked, answered in told]


def forget(connection: Connection, before: datetime) -> int:
    """Delete some of those that began before then; how many, 0 if none is left."""
    place = tuple_(exchanges.c.case_no, exchanges.c.number)
    old = select(exchanges.c.case_no, exchanges.c.number).where(exchanges.c.at < before)
    return connection.execute(delete(exchanges).where(place.in_(old.limit(BATCH)))).rowcount


def _exchange(row: Mapping[str, Any]) -> Exchange:
    told = codec.loads(row["told"] or "{}")
    messages = tuple(Message(**each) for each in told.get("messages", ()))
    plain = {name: row[name] for name in _PLAIN}
    return Exchange(**plain, said=told.get("said", ""), messages=messages)
