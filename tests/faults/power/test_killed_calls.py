"""Killed at any of its system calls, the service loses nothing of an intake, of a case's way, or of a migration."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from kaiban.app import Kaiban
from kaiban.storage.database import Database
from kaiban.storage.migrations import _config
from tests.faults.books import Kind
from tests.faults.campaign import Campaign, Plan
from tests.faults.disturbances import Disturbance
from tests.faults.planted import program
from tests.faults.power.deeds import Death, Rehearsal, carry, hand_in, migrate

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(5400)]

#: By these a database changes, and by these the changes last.
CALLS = ("pwrite64", "fdatasync")
#: The most that strace counts to.
NEVER = 65535
LINKS = ("registration", "bank")
#: A release of long ago.
OLD = "0013"


class Deaths(Disturbance):
    """What has happened before the service comes."""

    name = "killed at a call"


def deaths(call, calls, most):
    """Each death at one of so many such calls, or as many as wanted, spread over them all."""
    step = max(calls / most, 1)
    return [Death(call, round(1 + n * step)) for n in range(min(calls, most))]


@pytest.fixture
def killed(found, ran):
    """Let many die while they hand in and carry cases; then the service comes, and every client insists.

    The row of it, and the keys that were first told another number.
    """

    def run(most, bug="", deeds=(die_handing_in, die_carrying), **plan):
        city = found(apart=True)
        campaign = Campaign(city, Plan(0, 0))
        with Rehearsal(city.environ, city.token, bug) as rehearsal:
            for deed in deeds:
                for call in CALLS:
                    deed(campaign, rehearsal, call, most)
        ledger, told = campaign.ledger, dict(campaign.ledger.told)
        cases = len(ledger.forms)
        row = ran(city, Plan(cases, 0, (Deaths(),), links=(LINKS,), bug=bug, **plan), ledger)
        return row, [key for key in told if ledger.told[key].no != told[key].no]

    return run


def die_handing_in(campaign, rehearsal, call, most):
    def hand_in_until(death):
        form, key = new(campaign)
        told = rehearsal.done(hand_in, form, key, death=death)
        if told.words:
            campaign.ledger.tell(key, told.words)
        return told.calls

    for death in deaths(call, hand_in_until(Death(call, NEVER)), most):
        hand_in_until(death)


def die_carrying(campaign, rehearsal, call, most):
    def carry_until(death):
        return rehearsal.done(carry, handed_in(campaign, rehearsal), death=death).calls

    for death in deaths(call, carry_until(Death(call, NEVER)), most):
        carry_until(death)


def new(campaign):
    """The form of another client, and its key."""
    forms = campaign.ledger.forms
    key = f"key-{len(forms)}"
    forms[key] = campaign.city.form(len(forms), LINKS)
    return forms[key], key


def handed_in(campaign, rehearsal):
    form, key = new(campaign)
    no = rehearsal.done(hand_in, form, key).words
    campaign.ledger.tell(key, no)
    return no


def test_whoever_is_killed_at_any_call_leaves_nothing_lost_doubled_or_undone(killed, size):
    row, told_otherwise = killed(size.cases)
    assert row.passed, row.summary
    assert told_otherwise == []


def test_an_answer_before_the_commit_is_noticed_at_a_kill(killed):
    lost = {"tells": (Kind.LOST, Kind.MIXED), "patience": 60}
    row, told_otherwise = killed(3, "early-answer", deeds=(die_handing_in,), **lost)
    assert row.passed or told_otherwise, row.summary


def test_work_that_nobody_takes_up_is_noticed_after_a_kill(killed):
    row, _ = killed(
        6, "unreconciled", deeds=(die_carrying,), patience=60, tells=(Kind.STUCK,),
        programs=(program("stranger-unreconciled"),),
    )  # fmt: skip
    assert row.passed, row.summary


# --- migrations ---------------------------------------------------------------------------------


def environ_of(folder):
    return {"KAIBAN_VAR": str(folder), "KAIBAN_DATABASE": f"sqlite:///{folder}/kaiban.db"}


def of_old(folder):
    """An installation of long ago, that knows one department."""
    folder.mkdir()
    database = Database(environ_of(folder)["KAIBAN_DATABASE"])
    with database.transaction() as connection:
        command.upgrade(_config(connection), OLD)
    with database.transaction() as connection:
        row = "'seal', 'closed', 0, '', '', 0, 0, '[]'"
        names = "department, circuit, failures, cause, detail, sends, resends, silent"
        connection.exec_driver_sql(f"INSERT INTO departments ({names}) VALUES ({row})")
    database.close()


def shape(folder):
    """Everything that is defined in the database, and the row it had."""
    with closing(sqlite3.connect(folder / "kaiban.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        defined = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")
        known = connection.execute("SELECT department FROM departments")
        return defined.fetchall(), known.fetchall()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("begin", [Path.mkdir, of_old], ids=["nothing", "an old release"])
def test_a_migration_killed_at_any_call_is_done_by_the_next(tmp_path, size, begin, call):
    def begun(name):
        folder = tmp_path / name
        begin(folder)
        return environ_of(folder)

    with Rehearsal(begun("rehearsed")) as rehearsal:
        whole = rehearsal.done(migrate, begun("whole"), death=Death(call, NEVER))
        all_of_them = deaths(call, whole.calls, size.cases)
        for death in all_of_them:
            ours = begun(f"killed-{death.at}")
            assert not rehearsal.done(migrate, ours, death=death).lived
            assert rehearsal.done(migrate, ours).words == "[]"
            assert shape(tmp_path / f"killed-{death.at}") == shape(tmp_path / "whole")
    assert len(all_of_them) > 1
    assert Kaiban(ours).what_is_missing() == []
