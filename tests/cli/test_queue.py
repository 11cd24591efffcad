"""``kaiban queue``: people are called by an account that exists, in the order the hall has."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from kaiban.app import Kaiban
from kaiban.cli import kaiban as program
from kaiban.domain.tickets.ticket import Ticket, TicketState
from tests.cli.test_users import add


@pytest.fixture
def service(home):
    """The home's service, with two people waiting in the main hall whatever the time is."""
    app = Kaiban({"KAIBAN_VAR": str(home)})
    now, today = app.clock.now(), app.queue.today()
    with app.queue.tickets.transaction() as tx:
        for n, business in enumerate(("opening", "bank"), 1):
            ticket = Ticket(f"{n:032x}", "main", business, TicketState.ARRIVED, today, now)
            number = f"{'AB'[n - 1]}{n:03d}"
            tx.add(replace(ticket, number=number, turn=n, arrived_at=now))
    yield app
    with app.queue.tickets.transaction() as tx:
        for n in (1, 2):
            found = tx.get(f"{n:032x}")
            tx.move(replace(found, state=TicketState.DONE), found.state)
    app.queue.tickets.forget(today.replace(year=today.year + 1))
    app.database.close()


def run(home, *words):
    return CliRunner(env={"KAIBAN_VAR": str(home)}).invoke(program, ["queue", *words])


def test_people_are_called_and_settled_by_an_account_and_by_nobody_else(home, service):
    assert add(home, "hao1").returncode == 0
    stranger = run(home, "next", "1", "--by", "nobody")
    assert stranger.exit_code == 2
    assert run(home, "next", "1").exit_code == 2
    called = json.loads(run(home, "next", "1", "--by", "HAO1", "--json").stdout)
    assert (called["number"], called["state"], called["window"]) == ("A001", "called", "1")
    assert run(home, "again", "A001", "--by", "hao1").exit_code == 0
    busy = run(home, "next", "1", "--by", "hao1")
    assert busy.exit_code == 1
    assert "queue.busy" in busy.stderr
    assert run(home, "mark", "A001", "done", "--by", "hao1").exit_code == 0
    assert [line.split()[0] for line in run(home, "list").stdout.splitlines()] == ["B002"]
    told = json.loads(run(home, "figures", "--json").stdout)
    assert (told["people"], told["waiting"]) == (1, 1)
    assert "逐人按整分钟计" in told["rule"]


def test_a_hall_without_a_queue_is_refused(home):
    assert run(home, "list", "--hall", "elsewhere").exit_code == 2
