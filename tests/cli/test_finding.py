"""Commands are read when they are called, and all of them are there."""

import os
import subprocess
import sys
from pathlib import Path

import click

from kaiban.app import Kaiban, prepare
from kaiban.cli import OURS, kaiban

ROOT = Path(__file__).parents[2]
#: Tells which of these a command has made Python read: what a whole service needs.
PROGRAM = """
import sys
from kaiban.cli import kaiban
kaiban(sys.argv[1:], standalone_mode=False)
print([name for name in ("sqlalchemy", "dbos", "flask_babel", "kaiban.app", "adapters.kit") if name in sys.modules])
"""
#: Looks whether an installation fits, as everything that serves does first and `/readyz` every time.
LOOKING = """
import os, sys
from kaiban.app import Kaiban
assert Kaiban(os.environ).what_is_missing() == []
print([name for name in ("alembic", "dbos", "flask_babel") if name in sys.modules])
"""


def read_for(*words):
    argv = [sys.executable, "-c", PROGRAM, *words]
    told = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return told.splitlines()[-1]


def test_every_command_is_where_it_is_said_to_be():
    context = click.Context(kaiban)
    names = kaiban.list_commands(context)
    assert {*OURS, "stubs"} <= {*names}
    found = {name: kaiban.get_command(context, name) for name in names}
    assert {name: command.name for name, command in found.items()} == {n: n for n in names}
    # Both ours and an installed package's, and what several modules add to one group.
    assert {"list", "needs", "check", "new"} <= {*found["adapter"].commands}
    assert {"submit", "rate", "resend", "enter", "replay"} <= {*found["case"].commands}


def test_who_pretends_to_be_a_department_does_not_wait_for_the_service():
    assert read_for("stubs", "up", "--help") == "[]"
    assert read_for("form", "--help") == "['sqlalchemy', 'kaiban.app']"


def test_who_looks_whether_the_tables_fit_does_not_read_what_brings_them_up_to_date(tmp_path):
    environ = {**os.environ, "KAIBAN_VAR": str(tmp_path)}
    prepare(Kaiban(environ))
    argv = [sys.executable, "-c", LOOKING]
    told = subprocess.run(
        argv, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    ).stdout
    assert told.splitlines()[-1] == "[]"
