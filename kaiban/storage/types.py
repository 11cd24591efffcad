"""Column types that mean the same on SQLite and PostgreSQL.

SQLite's STRICT tables know INTEGER, REAL, TEXT, BLOB and nothing else, so what PostgreSQL has
a type for (instants, truth values) is spelled out here once.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import TIMESTAMP, Boolean, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from kaiban.storage import codec

#: So far may the clocks of two machines differ. A row of an instant further ahead was written while a clock was
#: wrong: it must neither open nor refuse anything until that instant comes.
CLOCK_SKEW = timedelta(minutes=5)


class Instant(TypeDecorator[datetime]):
    """An instant: aware datetimes in, UTC datetimes out; ValueError for a naive one.

    SQLite keeps ISO 8601 text of fixed width in UTC, so that text order is time order.
    """

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To UTC, as text on SQLite."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To an aware UTC datetime."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return instant.astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """Yes or no; 0 or 1 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Integer on SQLite."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: FBT001 - SQLAlchemy's signature
        """To the number on SQLite."""
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, _dialect: Dialect) -> bool | None:
        """To a bool."""
        return None if value is None else bool(value)


class Json(TypeDecorator[Any]):
    """Plain values as JSON text; for nothing personal, which is encrypted instead."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else codec.dumps(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """From text."""
        return None if value is None else codec.loads(value)
