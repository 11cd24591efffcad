"""The floor: by hand, one process, sqlite3 and requests; a thread a case, and more for what goes on at once.

With ``PEERS_SAFE=1`` it keeps what Kaiban promises as well, as cheaply as SQL can: every message is written down before
its first byte leaves, every change of state is an event's row, personal cells are sealed with AES-GCM.

``python -m tests.bench.peers.engines.floor_engine schema|worker``.
"""

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.bench.peers import work

PATH = os.environ["PEERS_DATABASE"].removeprefix("sqlite:///")
SAFE = os.environ.get("PEERS_SAFE") == "1"
POLL = 0.05
SCHEMA = """
CREATE TABLE IF NOT EXISTS peer_cases (id TEXT PRIMARY KEY, form BLOB, state TEXT, summary BLOB, touched_at REAL);
CREATE INDEX IF NOT EXISTS by_state ON peer_cases (state) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS peer_steps (case_id TEXT, name TEXT, state TEXT, sent BLOB, result BLOB, touched_at REAL,
    PRIMARY KEY (case_id, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS peer_events (case_id TEXT, n INTEGER, at REAL, text BLOB, PRIMARY KEY (case_id, n))
    WITHOUT ROWID;
"""
_KEY = AESGCM(bytes(32))
_local = threading.local()
_line = threading.Lock()


def submit(case: str, form: dict[str, Any]) -> None:
    """Keep the case; the worker finds it by its state."""
    text = json.dumps(form, ensure_ascii=False)
    with _writing() as tx:
        row = (case, _sealed(text, case), time.time())
        tx.execute("INSERT INTO peer_cases VALUES (?, ?, 'open', NULL, ?)", row)
        _note(tx, case, "accepted")


def _sealed(value: str, place: str) -> bytes:
    if not SAFE:
        return value.encode()
    nonce = os.urandom(12)
    return nonce + _KEY.encrypt(nonce, value.encode(), place.encode())


def _opened(cell: bytes, place: str) -> str:
    return (_KEY.decrypt(cell[:12], cell[12:], place.encode()) if SAFE else cell).decode()


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(PATH, isolation_level=None, timeout=30)
        _local.connection.execute("PRAGMA journal_mode=WAL")
        _local.connection.execute("PRAGMA synchronous=FULL")
    found: sqlite3.Connection = _local.connection
    return found


@contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    """One transaction that writes; the threads of a process stand in line rather than try the lock."""
    with _line:
        found = _connection()
        found.execute("BEGIN IMMEDIATE")
        try:
            yield found
        except BaseException:
            found.execute("ROLLBACK")
            raise
        found.execute("COMMIT")


def _note(tx: sqlite3.Connection, case: str, text: str) -> None:
    if SAFE:
        tx.execute(
            "INSERT INTO peer_events SELECT ?, coalesce(max(n), 0) + 1, ?, ? FROM peer_events WHERE case_id = ?",
            (case, time.time(), _sealed(text, case), case),
        )


def _step(case: str, name: str, form: Mapping[str, Any], results: dict[str, Any]) -> None:
    told, serial = work.message(name, form, results), f"{case}-{name}-1"
    if SAFE:
        with _writing() as tx:
            sent = _sealed(json.dumps(told, ensure_ascii=False), serial)
            row = (case, name, sent, time.time())
            tx.execute(
                "INSERT OR REPLACE INTO peer_steps VALUES (?, ?, 'sending', ?, NULL, ?)", row
            )
            _note(tx, case, f"{name} sending")
    results[name] = work.post(name, serial, told)
    with _writing() as tx:
        cell = _sealed(json.dumps(results[name]), serial)
        tx.execute(
            "INSERT INTO peer_steps VALUES (?, ?, 'done', NULL, ?, ?) ON CONFLICT (case_id, name)"
            " DO UPDATE SET state = 'done', result = excluded.result, touched_at = excluded.touched_at",
            (case, name, cell, time.time()),
        )
        _note(tx, case, f"{name} done")
        if name == "merge":
            summary = _sealed(json.dumps({"case": case, "results": results}), case)
            row = (summary, time.time(), case)
            tx.execute(
                "UPDATE peer_cases SET state = 'done', summary = ?, touched_at = ? WHERE id = ?",
                row,
            )


def _flow(case: str, pool: ThreadPoolExecutor) -> None:
    (cell,) = _connection().execute("SELECT form FROM peer_cases WHERE id = ?", (case,)).fetchone()
    form, results = json.loads(_opened(cell, case)), {}
    _step(case, "registration", form, results)
    others = ("tax", "social_insurance", "housing_fund")
    rest = [pool.submit(_step, case, name, form, results) for name in others]
    _step(case, "seal", form, results)
    _step(case, "bank", form, results)
    for each in rest:
        each.result()
    _step(case, "merge", form, results)


def _schema() -> None:
    _connection().executescript(SCHEMA)


def _worker() -> None:
    seen: set[str] = set()
    with ThreadPoolExecutor(16) as flows, ThreadPoolExecutor(16) as pool:
        while True:
            found = _connection().execute("SELECT id FROM peer_cases WHERE state = 'open'")
            for (case,) in found.fetchall():
                if case not in seen:
                    seen.add(case)
                    flows.submit(_flow, case, pool)
            time.sleep(POLL)


if __name__ == "__main__":
    {"schema": _schema, "worker": _worker}[sys.argv[1]]()
