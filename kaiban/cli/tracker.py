"""``kaiban case events``: what happened to a case, and what was said to departments about it."""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.cases import read_case
from kaiban.cli.terminal import as_json, put
from kaiban.domain.exchange import Exchange
from kaiban.orchestrator.reporting import exchange_in_full, exchange_line, time_line


@click.command()
@click.argument("no")
@click.option("--exchanges", is_flag=True, help="Also what was said to departments, and when.")
@click.option("--exchange", "number", type=int, help="One exchange in full, by its number.")
@as_json
@click.pass_obj
def events(kaiban: Kaiban, no: str, *, exchanges: bool, number: int | None, as_json: bool) -> None:
    """Everything that happened to a case, in order."""
    found = time_line(read_case(kaiban, no))
    if number is not None:
        _show_exchange(kaiban, no, number, as_json=as_json)
        return
    said = [exchange_line(each) for each in _all(kaiban, no)] if exchanges else []
    if as_json:
        put({"case_no": no, "events": found, **({"exchanges": said} if exchanges else {})})
        return
    for each in sorted([*found, *said], key=itemgetter("at")):
        click.echo("  ".join(part for part in _parts(each) if part))


def _all(kaiban: Kaiban, no: str) -> Iterator[Exchange]:
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


COMMANDS = (events,)
