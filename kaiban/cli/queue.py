"""``kaiban queue``: give numbers, call people to a window, and see how long they wait."""

from datetime import date
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.case.counter import by_whom
from kaiban.cli.terminal import as_json, put, refuse
from kaiban.cli.users import answering_in
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act
from kaiban.domain.tickets.ticket import STATE_TITLES, Ticket
from kaiban.domain.tickets.waits import CLOCK_RULE
from kaiban.orchestrator.window.tickets.calling import (
    ACTS,
    call_again,
    call_next,
    figures,
    line,
    settle,
)

in_hall = click.option(
    "--hall", default="", help="The hall; the profile's first with a queue without it."
)


@click.group()
def queue() -> None:
    """The hall's queue: who is called to which window."""


@queue.command("next")
@click.argument("window")
@in_hall
@by_whom
@as_json
@click.pass_obj
def call(kaiban: Kaiban, window: str, *, hall: str, by: str, as_json: bool) -> None:
    """Call whoever is next to WINDOW."""
    place, who = _who(kaiban, hall, by)
    _show(call_next(kaiban.queue, place, window, who), as_json=as_json)


@queue.command()
@click.argument("number")
@in_hall
@by_whom
@as_json
@click.pass_obj
def again(kaiban: Kaiban, number: str, *, hall: str, by: str, as_json: bool) -> None:
    """Call NUMBER once more."""
    place, who = _who(kaiban, hall, by)
    _show(call_again(kaiban.queue, place, number, who), as_json=as_json)


@queue.command()
@click.argument("number")
@click.argument("act", type=click.Choice(sorted(ACTS)))
@in_hall
@by_whom
@as_json
@click.pass_obj
def mark(kaiban: Kaiban, number: str, act: str, *, hall: str, by: str, as_json: bool) -> None:
    """Say of NUMBER that it is being served, done, missed its call, or is back to wait."""
    place, who = _who(kaiban, hall, by)
    _show(settle(kaiban.queue, place, number, act, who), as_json=as_json)


@queue.command("list")
@in_hall
@as_json
@click.pass_obj
def waiting(kaiban: Kaiban, *, hall: str, as_json: bool) -> None:
    """Who waits, in the order they are called in."""
    found = [_told(each) for each in line(kaiban.queue, _hall(kaiban, hall))]
    if as_json:
        put({"waiting": found})
        return
    for each in found:
        click.echo(f"{each['number']}  {each['business']}  {each['arrived_at']}")


@queue.command("figures")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Usually today.")
@in_hall
@as_json
@click.pass_obj
def show_figures(kaiban: Kaiban, *, day: Any, hall: str, as_json: bool) -> None:
    """How long people waited that day: minutes, people, and the rule of the clock."""
    at: date = day.date() if day else kaiban.queue.today()
    found = figures(kaiban.queue, _hall(kaiban, hall), at)
    told = {"day": at.isoformat(), **vars(found), "mean": found.mean, "rule": CLOCK_RULE}
    if as_json:
        put(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {'-' if value is None else value}")


def _hall(kaiban: Kaiban, name: str) -> str:
    halls = kaiban.queue.halls
    if not halls:
        raise click.UsageError("本市没有大厅设置取号（halls.<大厅>.queue）。")
    if name and name not in halls:
        raise click.BadParameter("the profile has " + ", ".join(halls))
    return name or next(iter(halls))


def _who(kaiban: Kaiban, hall: str, by: str) -> tuple[str, str]:
    """The hall, and the account that may call people there."""
    place = _hall(kaiban, hall)
    return place, answering_in(kaiban, place, by, Act.CALL)


def _show(found: Ticket | list[Defect], *, as_json: bool) -> None:
    if not isinstance(found, Ticket):
        refuse(found, json_wanted=as_json)
    told = _told(found)
    put(told) if as_json else click.echo(
        f"{told['number']}  {STATE_TITLES[found.state]}  {told['window']}".rstrip()
    )


def _told(ticket: Ticket) -> dict[str, Any]:
    """A ticket without whom it is: neither phone nor code."""
    arrived = ticket.arrived_at
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "business": ticket.business,
        "window": ticket.window,
        "booked": ticket.booked,
        "calls": ticket.calls,
        "arrived_at": arrived.astimezone(HALL_TIME).isoformat(timespec="minutes")
        if arrived
        else None,
    }
