"""What a stub remembers: a SQLite file that outlives the stub's death."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS papers (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) STRICT;
CREATE TABLE IF NOT EXISTS commits (
    n INTEGER PRIMARY KEY, enterprise TEXT NOT NULL, department TEXT NOT NULL,
    step TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS exchanges (
    n INTEGER PRIMARY KEY, at TEXT NOT NULL, operation TEXT NOT NULL,
    line TEXT NOT NULL, asked BLOB NOT NULL, answered BLOB NOT NULL, status INTEGER NOT NULL,
    asked_head TEXT NOT NULL, answered_head TEXT NOT NULL,
    way TEXT NOT NULL, fault TEXT NOT NULL, wire_at TEXT NOT NULL
) STRICT;
"""
COLUMNS = (
    "at, operation, line, asked, answered, status, asked_head, answered_head, way, fault, wire_at"
)


@dataclass(frozen=True)
class Commit:
    """An application became effective. Two lines for one (enterprise, department, step) are a fault."""

    enterprise: str
    department: str
    step: str
    key: str
    at: str


@dataclass(frozen=True)
class Exchange:
    """One exchange as it went over the wire; ``line`` is method and path.

    ``way`` is "in" for what the stub was asked, "out" for its calls to Kaiban; ``fault`` names
    what was done to it on purpose; ``at`` is business time, ``wire_at`` real time. ``status`` 0
    means that there was no answer.
    """

    at: str
    operation: str
    line: str
    asked: bytes
    answered: bytes
    status: int
    asked_head: Mapping[str, str] = field(default_factory=dict)
    answered_head: Mapping[str, str] = field(default_factory=dict)
    way: str = "in"
    fault: str = ""
    wire_at: str = ""
    n: int = 0


class Store:
    """Documents by kind and id, commits, journal. For many threads of one process."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        # A stub may be killed, but the machine stays up: no need to wait for the disk.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)
        self._depth = 0

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Do all that follows at once or, after an exception, not at all; may be nested."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def get(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return the document, or None."""
        row = self._one("SELECT body FROM papers WHERE kind = ? AND id = ?", kind, id_)
        return json.loads(row[0]) if row else None

    def put(self, kind: str, id_: str, body: dict[str, Any]) -> None:
        """Write the document, new or over the old one; JSON values only."""
        text = json.dumps(body, ensure_ascii=False)
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO papers VALUES (?, ?, ?)", (kind, id_, text))

    def remove(self, kind: str, id_: str) -> bool:
        """Forget the document; tell whether there was one."""
        with self._lock:
            gone = self._db.execute("DELETE FROM papers WHERE kind = ? AND id = ?", (kind, id_))
            return gone.rowcount > 0

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return all documents of the kind by id, in the order of ids."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, body FROM papers WHERE kind = ? ORDER BY id", (kind,)
            ).fetchall()
        return {id_: json.loads(body) for id_, body in rows}

    def next_number(self, name: str) -> int:
        """Return 1, 2, 3 ... for the name, each number once."""
        with self.atomic():
            number = int((self.get("_number", name) or {"last": 0})["last"]) + 1
            self.put("_number", name, {"last": number})
            return number

    def write_commit(self, commit: Commit) -> None:
        """Write down that an application became effective."""
        with self._lock:
            self._db.execute(
                "INSERT INTO commits (enterprise, department, step, key, at) VALUES (?,?,?,?,?)",
                (commit.enterprise, commit.department, commit.step, commit.key, commit.at),
            )

    def commits(self) -> list[Commit]:
        """Return every commit, in order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT enterprise, department, step, key, at FROM commits ORDER BY n"
            ).fetchall()
        return [Commit(*row) for row in rows]

    def write_exchange(self, exchange: Exchange) -> None:
        """Write down what went over the wire."""
        heads = (json.dumps(dict(h)) for h in (exchange.asked_head, exchange.answered_head))
        with self._lock:
            self._db.execute(
                f"INSERT INTO exchanges ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 - a constant
                (
                    exchange.at, exchange.operation, exchange.line, exchange.asked,
                    exchange.answered, exchange.status, *heads, exchange.way, exchange.fault,
                    exchange.wire_at,
                ),
            )  # fmt: skip

    def journal(self, after: int = 0, last: int = -1) -> list[Exchange]:
        """Return the exchanges with a number above ``after``, in order; only the ``last`` ones."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {COLUMNS}, n FROM exchanges WHERE n > ? ORDER BY n DESC LIMIT ?",  # noqa: S608 - a constant
                (after, last),
            ).fetchall()
        return [_exchange(row) for row in reversed(rows)]

    def latest(self) -> datetime | None:
        """Return the latest business time of an exchange; None if there was none."""
        (at,) = self._one("SELECT max(at) FROM exchanges")
        return instant(at) if at else None

    def exchange(self, number: int) -> Exchange | None:
        """Return the exchange of that number, or None."""
        row = self._one(f"SELECT {COLUMNS}, n FROM exchanges WHERE n = ?", number)  # noqa: S608 - a constant
        return _exchange(row) if row else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _one(self, sql: str, *values: Any) -> Any:
        with self._lock:
            return self._db.execute(sql, values).fetchone()


def _exchange(row: Any) -> Exchange:
    first, heads, rest = row[:6], row[6:8], row[8:]
    return Exchange(*first, *(json.loads(each) for each in heads), *rest)


def instant(text: str) -> datetime:
    """Return an instant as it was stored with ``isoformat``."""
    return datetime.fromisoformat(text)
