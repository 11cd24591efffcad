"""``kaiban case events | resend``: what was said to departments about a case, and saying it again."""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import case, case_or_refuse, find, put_case
from kaiban.cli.terminal import FILE, NUMBER, as_json, put, read_json
from kaiban.cli.users import answering, approving
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Exchange
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import time_line
from kaiban.orchestrator.reporting.records import exchange_in_full, exchange_line
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST, SEEN, Order
from kaiban.orchestrator.window.by_hand.resending import resend as send_again


@case.command()
@click.argument("no")
@click.option("--exchanges", is_flag=True, help="Also what was said to departments, and when.")
@click.option("--exchange", "number", type=NUMBER, help="One exchange in full, by its number.")
@as_json
@click.pass_obj
def events(kaiban: Kaiban, no: str, *, exchanges: bool, number: int | None, as_json: bool) -> None:
    """Everything that happened to a case, in order."""
    found = time_line(find(kaiban, no))
    if number is not None:
        _show_exchange(kaiban, no, number, as_json=as_json)
        return
    said = [exchange_line(each) for each in all_exchanges(kaiban, no)] if exchanges else []
    if as_json:
        put({"case_no": no, "events": found, **({"exchanges": said} if exchanges else {})})
        return
    for each in sorted([*found, *said], key=itemgetter("at")):
        click.echo("  ".join(part for part in _parts(each) if part))


def all_exchanges(kaiban: Kaiban, no: str) -> Iterator[Exchange]:
    """What was said to departments about the case, in order, as far as it is kept."""
    after = 0
    while found := kaiban.cases.exchanges(no, after):
        yield from found
        after = found[-1].number


def _parts(each: Mapping[str, Any]) -> tuple[str, ...]:
    if "errand" in each:
        return (
            each["at"],
            f"⇄ {each['number']} {each['title']}",
            each["link"],
            each["step"],
            *_end(each),
        )
    change = f"{each['before']} → {each['after']}" if each["after"] else ""
    return (each["at"], each["title"], each["link"], each["step"], change, each["text"])


def _end(said: Mapping[str, Any]) -> tuple[str, ...]:
    if not said["outcome"]:
        return ("尚无结果（正在进行，或进程中断）",)
    answers = "HTTP " + "、".join(str(status or "无应答") for status in said["answers"])
    return (
        said["outcome"], said["code"], f"{said['milliseconds']} ms",
        answers if said["answers"] else "", said["text"],
    )  # fmt: skip


def _show_exchange(kaiban: Kaiban, no: str, number: int, *, as_json: bool) -> None:
    found = kaiban.cases.exchange(no, number)
    if found is None:
        raise click.UsageError(f"办件 {no} 没有编号为 {number} 的往来，或已过保存期。")
    if as_json:
        put(exchange_in_full(found))
        return
    click.echo("  ".join(part for part in _parts(exchange_line(found)) if part))
    for message in found.messages:
        click.echo(f"\n→ {message.line}")
        _show_fields(message.asked)
        click.echo(f"← HTTP {message.status or '无应答'}  {message.milliseconds} ms")
        _show_fields(message.answered)


def _show_fields(fields: Mapping[str, str]) -> None:
    for name, text in fields.items():
        click.echo(f"    {name}: {text}")


@case.command()
@click.argument("no")
@click.argument("link")
@click.argument("step", default="")
@click.option("--by", required=True, help="The account of who answers for it.")
@click.option(
    "--checked", multiple=True, type=click.Choice([*CHECKLIST, *SEEN]),
    help="What you have found out; without these the list is shown.",
)  # fmt: skip
@click.option("--told-by", default="", help="Who at the department said so.")
@click.option("--changes", type=FILE, help='JSON object {"/pointer": value}: say something else.')
@click.option(
    "--approved-by",
    default="",
    help="The account of a second person, who is asked for the password; needed for changes.",
)
@as_json
@click.pass_obj
def resend(
    kaiban: Kaiban, no: str, link: str, step: str, *, by: str, checked: tuple[str, ...],
    told_by: str, changes: Path | None, approved_by: str, as_json: bool,
) -> None:  # fmt: skip
    """Send a LINK again that the department surely does not have."""
    found = find(kaiban, no)
    _check_place(found, link, step)
    by = answering(kaiban, found, by, Act.RESEND)
    changed = read_json(changes) if changes else {}
    approved_by = approving(kaiban, found, approved_by, by) if approved_by else ""
    order = Order(by, frozenset(checked), told_by, changed, approved_by)
    outcome = send_again(kaiban.office, no, link, step, order)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


def _check_place(case: Case, link: str, step: str) -> None:
    steps = {each.name: [one.name for one in each.steps] for each in case.links}
    if link not in steps:
        raise click.UsageError(f"办件中没有环节 {link}，有：{'、'.join(steps)}。")
    if step and step not in steps[link]:
        raise click.UsageError(f"环节 {link} 没有步骤 {step}，有：{'、'.join(steps[link])}。")
