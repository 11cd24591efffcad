"""What the service itself must remember: numbers, epochs, keys, how departments stand."""

from sqlalchemy import Column, Table

from kaiban.domain.circuit_breaker import Cause, Circuit
from kaiban.storage.schema.columns import (
    LONG,
    count,
    instant,
    key,
    metadata,
    numbered,
    one_of,
    required,
)
from kaiban.storage.types import Json

numbers = Table("numbers", metadata, key("day"), count("last"), sqlite_strict=True)
epochs = Table(
    "epochs",
    metadata,
    numbered("number"),
    instant("began_at", nullable=False),
    required("cause"),
    required("home"),
    # From what numbers of transactions are counted since (changes.py).
    Column("base", LONG, nullable=False, server_default="0"),
    sqlite_strict=True,
)

witnesses = Table("witnesses", metadata, key("name"), count("beat"), sqlite_strict=True)
#: Which keys the sealed cells and the blind indexes are made with, and how to know each; no key itself.
keys = Table(
    "keys",
    metadata,
    key("name"),  # a key's id, or "index"
    required("check_value"),
    instant("since", nullable=False),
    instant("retired_at"),  # no cell names it any more
    sqlite_strict=True,
)

#: One row, written to see whether the database can be written.
probes = Table(
    "probes",
    metadata,
    numbered("id"),
    required("filler"),
    sqlite_strict=True,
)

departments = Table(
    "departments",
    metadata,
    key("department"),
    required("circuit"),
    count("failures"),
    instant("opened_at"),
    instant("probe_at"),
    required("cause"),
    required("detail"),
    instant("window_at"),
    count("sends"),
    count("resends"),
    Column("silent", Json, nullable=False, server_default="[]"),
    one_of("circuit", (each.value for each in Circuit)),
    one_of("cause", (each.value for each in Cause)),
    sqlite_strict=True,
)

#: The revisions a program must know to work on this schema; a migration that takes something away adds its own.
schema_floor = Table("schema_floor", metadata, key("revision"), sqlite_strict=True)
