"""``kaiban case notice``: compose the one-time notice, let it go out, print it, prove that it arrived."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import case, case_or_refuse, find, put_case
from kaiban.cli.case.counter import by_whom
from kaiban.cli.terminal import (
    FILE,
    LIMIT,
    NUMBER,
    as_json,
    links_of,
    put,
    read_json,
    refuse,
    write_bytes,
)
from kaiban.cli.users import answering
from kaiban.domain.notices.notice import FRESHNESS_TITLES, Item
from kaiban.domain.roles import Act
from kaiban.orchestrator.window.notices.composing import (
    Finding,
    add_finding,
    compose_form,
    drop_item,
    issue_notice,
    preview,
    settle_findings,
)
from kaiban.orchestrator.window.notices.notice_delivery import NO_SUCH_NOTICE, hand_notice
from kaiban.orchestrator.window.notices.notice_papers import (
    Sheet,
    archived,
    notice_sheet,
    refusal_sheet,
)
from kaiban.orchestrator.window.notices.noticed import latest_copies, preview_report

#: Options of a finding that are sentences.
_SENTENCES = (
    "code",
    "link",
    "pointer",
    "message",
    "rule",
    "example",
    "bring",
    "material",
    "reason",
)

number_of = click.option("--number", type=NUMBER, help="Its number; the latest without it.")


@case.group()
def notice() -> None:
    """One-time notices (一次性告知书): compose, issue, print, hand over."""


@notice.command("check")
@click.argument("file", type=FILE)
@click.option(
    "--links", default="", help="Links to check for, separated by commas; all without it."
)
@as_json
@click.pass_obj
def check_form(kaiban: Kaiban, file: Path, *, links: str, as_json: bool) -> None:
    """Everything that is wrong with the form in FILE, as one notice would say it; opens no case."""
    entry = read_json(file)
    found = compose_form(kaiban.office, entry, links_of(entry, links))
    if as_json:
        put({"items": [asdict(item) for item in found]})
    else:
        _show_items(found)
    raise SystemExit(1 if found else 0)


@notice.command("catalogue")
@as_json
@click.pass_obj
def show_catalogue(kaiban: Kaiban, *, as_json: bool) -> None:
    """What staff may choose from: code, sentence, rule."""
    found = [each for each in kaiban.office.city.notices.catalogue.values() if each.message]
    if as_json:
        put({"catalogue": [asdict(each) for each in found]})
        return
    for each in found:
        click.echo(f"{each.code}  {each.message}  {each.rule}")


@notice.command("preview")
@click.argument("no")
@as_json
@click.pass_obj
def show_preview(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """What the next notice would say if it went out now."""
    find(kaiban, no)
    found = preview(kaiban.office, no)
    if as_json:
        put({"case_no": no, **preview_report(found)})
        return
    for line in found.lines:
        click.echo(f"{line.number}. [{FRESHNESS_TITLES[line.freshness]}] {_said(line.item)}")
    for each in found.dropped:
        click.echo(f"   已删去：{each.item.message}（{each.by}：{each.reason}）")
    if found.needs_reason:
        click.echo("有上次告知时就能发现的内容，发出时须写明理由（--reason）。")
    click.echo(f"--version {found.version}")


@notice.command("add")
@click.argument("no")
@click.option("--code", default="", help="An entry of the catalogue.")
@click.option("--link", default="", help="The link it is about.")
@click.option("--pointer", default="", help="The place in the form, as a JSON pointer.")
@click.option("--message", default="", help="What to do, in words the applicant will read.")
@click.option("--rule", default="", help="The rule it stands on.")
@click.option("--example", default="", help="An example of the right thing.")
@click.option("--bring", default="", help="What to bring.")
@click.option(
    "--material", default="", help="A material asked for: its key, or the name of another."
)
@click.option("--reason", default="", help="Why a material is asked for that is not on the list.")
@by_whom
@as_json
@click.pass_obj
def add(kaiban: Kaiban, /, no: str, *, by: str, as_json: bool, **said: Any) -> None:
    """Put what somebody found into the next notice."""
    by = answering(kaiban, find(kaiban, no), by, Act.NOTIFY)
    finding = Finding(by, **{name: said[name] for name in _SENTENCES})
    outcome = add_finding(kaiban.office, no, finding)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@notice.command("drop")
@click.argument("no")
@click.argument("item", type=NUMBER)
@click.option("--reason", required=True)
@by_whom
@as_json
@click.pass_obj
def drop(kaiban: Kaiban, no: str, item: int, *, reason: str, by: str, as_json: bool) -> None:
    """Take line ITEM of the preview off the next notice."""
    by = answering(kaiban, find(kaiban, no), by, Act.NOTIFY)
    outcome = drop_item(kaiban.office, no, item, by, reason)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@notice.command("issue")
@click.argument("no")
@click.option(
    "--reason", default="", help="Why it is told only now, if it could have been before."
)
@click.option("--version", default="", help="Refuse if the preview has changed since.")
@by_whom
@as_json
@click.pass_obj
def issue(kaiban: Kaiban, no: str, *, reason: str, version: str, by: str, as_json: bool) -> None:
    """Let the next notice go out as it is previewed."""
    by = answering(kaiban, find(kaiban, no), by, Act.NOTIFY)
    outcome = issue_notice(kaiban.office, no, by, reason, version)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@notice.command("settle")
@click.argument("no")
@click.option("--how", required=True, help="How it was put right at the window.")
@by_whom
@as_json
@click.pass_obj
def settle(kaiban: Kaiban, no: str, *, how: str, by: str, as_json: bool) -> None:
    """Write down that what staff found was put right at the window."""
    by = answering(kaiban, find(kaiban, no), by, Act.NOTIFY)
    outcome = settle_findings(kaiban.office, no, by, how)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@notice.command("print")
@click.argument("no")
@number_of
@click.option("--refusal", default="", metavar="LINK", help="The refusal of that link instead.")
@click.option("--copy", is_flag=True, help="With --refusal: the supervisor's copy.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Usually <NO>-<NAME>.pdf."
)
@as_json
@click.pass_obj
def print_notice(
    kaiban: Kaiban, no: str, *, number: int | None, refusal: str, copy: bool, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Print a notice, or a refusal, as it is kept with the case."""
    sheet = _sheet(kaiban, no, number, refusal, is_copy=copy)
    if sheet is None:
        refuse([NO_SUCH_NOTICE], json_wanted=as_json)
    paper = archived(kaiban.office, sheet, kaiban.printed_notice)
    path = out or Path(f"{no}-{paper.name}.pdf")
    write_bytes(path, paper.pdf)
    put({"files": [str(path)], "digest": paper.digest}) if as_json else click.echo(path)


@notice.command("handed")
@click.argument("no")
@number_of
@click.option("--to", required=True, help="Who signed for it.")
@by_whom
@as_json
@click.pass_obj
def handed(
    kaiban: Kaiban, no: str, *, number: int | None, to: str, by: str, as_json: bool
) -> None:
    """Write down that the notice was handed over on paper against a signature."""
    found = find(kaiban, no)
    by, latest = answering(kaiban, found, by, Act.NOTIFY), len(found.notices)
    outcome = hand_notice(kaiban.office, no, latest if number is None else number, by, to)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@notice.command("copies")
@click.option("--limit", type=LIMIT, default=200, show_default=True, help="So many of the latest.")
@as_json
@click.pass_obj
def show_copies(kaiban: Kaiban, *, limit: int, as_json: bool) -> None:
    """What supervisors are told: refusals, second notices, materials asked for off the list."""
    found = latest_copies(kaiban.cases.copied("", limit), limit)
    if as_json:
        put({"copies": found})
        return
    for each in found:
        click.echo(f"{each['at']}  {each['case_no']}  {_COPIES[each['kind']].format(**each)}")


_COPIES = {
    "refusal": "{title}  {link}  {basis}",
    "second_notice": "二次告知  第 {number} 号  {by}：{reason}",
    "unlisted": "清单外材料  {by}：{reason}",
}


def _sheet(
    kaiban: Kaiban, no: str, number: int | None, refusal: str, *, is_copy: bool
) -> Sheet | None:
    found = find(kaiban, no)
    if not refusal:
        latest = len(found.notices) if number is None else number
        return notice_sheet(kaiban.office, found, latest)
    if refusal not in {link.name for link in found.links}:
        raise click.UsageError(f"办件中没有环节 {refusal}。")
    return refusal_sheet(kaiban.office, found, refusal, is_copy=is_copy)


def _show_items(items: Sequence[Item]) -> None:
    for number, item in enumerate(items, 1):
        click.echo(f"{number}. {_said(item)}")


def _said(item: Item) -> str:
    more = {"依据": item.rule, "例如": item.example, "带": item.bring}
    told = "".join(f"  {title}：{text}" for title, text in more.items() if text)
    return f"{item.message}{told}"
