#!/bin/sh
# DBOS in a SQLite file shared with an application.
#
# Expected: as on PostgreSQL, where its system tables lie in a schema called "dbos", they keep apart from an
# application's own in SQLite, too, by a prefix or a file.
# Real: they are plain tables in the application's file under everyday names ("notifications", "streams"), and
# bringing the tables up to date fails where the application has one of these names already.
# Where it matters: whoever enqueues in the transaction of the application has both in one file, and an outbox
# called "notifications" stops the start of the service only on SQLite.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check dbos==3.4.0
cat >"$here/try.py" <<'PYTHON'
import sqlite3
import sys
from importlib.metadata import version

from dbos import DBOS

print("dbos", version("dbos"), "| sqlite", sqlite3.sqlite_version)
folder = sys.argv[1]
DBOS.migrate(f"sqlite:///{folder}/alone.db")
with sqlite3.connect(f"{folder}/alone.db") as file:
    names = sorted(row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
print("its tables:", ", ".join(names))
with sqlite3.connect(f"{folder}/shared.db") as file:
    file.execute("CREATE TABLE notifications (id INTEGER PRIMARY KEY, text TEXT)")
try:
    DBOS.migrate(f"sqlite:///{folder}/shared.db")
    clash = ""
except Exception as error:  # whatever it raises is the finding
    clash = f"{type(error).__name__}: {str(error).splitlines()[0]}"
print("beside a table of that name:", clash or "no error")
sys.exit(0 if "notifications" in names and clash else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py" "$here"
