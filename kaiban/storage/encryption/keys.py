"""Whether the keys at hand are those the data was sealed with: told at once, not by the first cell.

For each key the database keeps a check value (see crypto.py), from the first start with it until
no cell names it any more and it is retired.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import (
    Connection,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)

from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import (
    ALGORITHMS,
    Keyring,
    UnknownKeyError,
    UnopenableError,
    label,
)
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import SEALED, keys, metadata

#: Where an id cannot be said, because no check value was kept and no cell could be opened.
INDEX = "index"


class WrongKeysError(Exception):
    """These are not the keys of the data; the message says which is wrong and what to do."""


def wrong_keys(database: Database, keyring: Keyring) -> list[str]:
    """What is wrong with the keys, in sentences; nothing if they are those of the data."""
    with database.reading() as connection:
        wrong = [*_known_otherwise(connection, keyring), *_retired(connection, keyring)]
        return wrong if wrong and _has_sealed(connection) else []


def settle_keys(database: Database, keyring: Keyring, at: datetime) -> None:
    """Keep the check values of keys that are new here; raises WrongKeysError, and then keeps nothing.

    Data from before there were check values is asked itself: its first cells must open.
    """
    with database.transaction() as connection:
        known = list(connection.execute(select(keys.c.name)).scalars())
        if not _has_sealed(connection):  # no data, no wrong keys
            connection.execute(delete(keys))
            known = []
        ask = _known_otherwise if known else _unopened
        if wrong := list(ask(connection, keyring)):
            raise WrongKeysError("; ".join(wrong))
        for name, value in keyring.check_values().items():
            if name not in known:
                connection.execute(insert(keys).values(name=name, check_value=value, since=at))
        # Whoever puts an old key on top again means it.
        used = update(keys).where(keys.c.name == keyring.current)
        connection.execute(used.values(retired_at=None))


def has_sealed(database: Database) -> bool:
    """Whether there is anything that could not be read without its key, whatever the schema is at."""
    with database.reading() as connection:
        return _has_sealed(connection)


def count_cells(database: Database, keyring: Keyring) -> dict[str, int]:
    """How many cells each key has sealed, by id; "" are those of keys that are neither here nor known."""
    with database.reading() as connection:
        known = connection.execute(select(keys.c.name)).scalars().all()
        names = sorted({*keyring.keys, *known} - {INDEX})
        counts = {name: sum(_named(connection, name)) for name in names}
        return {**counts, "": sum(_cells(connection)) - sum(counts.values())}


def _has_sealed(connection: Connection) -> bool:
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    return any(
        connection.execute(select(table.c[column]).where(table.c[column].is_not(None)).limit(1))
        .first() is not None
        for table, column in _columns()
        if table.name in there
        and column in {each["name"] for each in inspector.get_columns(table.name)}
    )  # fmt: skip


def _known_otherwise(connection: Connection, keyring: Keyring) -> Iterator[str]:
    values = keyring.check_values()
    for row in connection.execute(select(keys).order_by(keys.c.name)):
        if row.name in values and values[row.name] != row.check_value:
            yield _another(row.name)
        if row.name not in values and row.retired_at is None:
            yield f"key {row.name} is missing: cells are sealed with it (see `kaiban keys rotate`)"


def _another(name: str) -> str:
    if name == INDEX:
        return "the index key is another one than the data was written with (see `kaiban keys reindex`)"
    return f"key {name} is another one than the data was sealed with; bring the right one back"


def _retired(connection: Connection, keyring: Keyring) -> Iterator[str]:
    gone = select(keys).where(keys.c.name == keyring.current, keys.c.retired_at.is_not(None))
    if connection.execute(gone).first() is not None:
        yield f"key {keyring.current} was retired meanwhile: start again with the newer one on top"


def _unopened(connection: Connection, keyring: Keyring) -> Iterator[str]:
    cells = Cells(keyring)
    for name in SEALED:
        table = metadata.tables[name]
        row = connection.execute(select(table).limit(1)).mappings().first()
        try:
            opened: Mapping[str, object] = cells.opened(table, row) if row else {}
        except (UnknownKeyError, UnopenableError) as error:
            yield f"not the keys of this database: {error}"
            return
        if name == "cases" and opened and not _finds(keyring, opened):
            yield _another(INDEX)


def _finds(keyring: Keyring, case: Mapping[str, object]) -> bool:
    owner = case["owner"]
    assert isinstance(owner, bytes)
    return keyring.blind(owner.decode(), "cases", "owner") == case["owner_index"]


def _named(connection: Connection, key_id: str) -> Iterator[int]:
    for algorithm in ALGORITHMS:
        start = label(algorithm, key_id)
        for table, column in _columns():
            cell = table.c[column]
            begins = func.substr(cell, 1, len(start), type_=LargeBinary) == start
            counted = select(func.count()).select_from(table).where(begins)
            yield connection.execute(counted).scalar_one()


def _cells(connection: Connection) -> Iterator[int]:
    for table, column in _columns():
        yield connection.execute(select(func.count(table.c[column]))).scalar_one()


def _columns() -> Iterator[tuple[Table, str]]:
    for name, columns in SEALED.items():
        for column in columns:
            yield metadata.tables[name], column
