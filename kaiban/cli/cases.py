"""``kaiban case``: hand in, follow, correct, withdraw, take the package home."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.terminal import as_json, put, read_json, refuse, show_case
from kaiban.domain.case import Case
from kaiban.orchestrator.correcting import Amendment, correct
from kaiban.orchestrator.deciding import decide
from kaiban.orchestrator.joining import add_links
from kaiban.orchestrator.opening import Application, open_case
from kaiban.orchestrator.reporting import report
from kaiban.orchestrator.withdrawing import withdraw
from kaiban.ports import CaseNotFound, Done, NotFound, Outcome, Pending, Ref, Rejected

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PARTS = {"pdf": "pdf", "zip": "archive", "json": "summary"}

#: Seconds between two looks at a case that is waited for.
LOOK = 0.5


@click.group()
def case() -> None:
    """Cases: submit, follow, correct, withdraw, take the package home."""


@case.command()
@click.argument("file", type=FILE)
@click.option("--links", default="", help="Links to run, separated by commas; all without it.")
@click.option(
    "--promise", default="", help="Which promise counts; the city's usual one without it."
)
@click.option("--wait", is_flag=True, help="Until the case has ended or somebody has to act.")
@as_json
@click.pass_obj
def submit(
    kaiban: Kaiban, file: Path, *, links: str, promise: str, wait: bool, as_json: bool
) -> None:
    """Open a case with the form in FILE."""
    entry = read_json(file)
    chosen = tuple(filter(None, links.split(","))) or tuple(entry.pop("links", ()))
    promise = promise or entry.pop("promise", "")
    if promise and promise not in kaiban.profile.city.promises:
        raise click.BadParameter("one of " + ", ".join(kaiban.profile.city.promises))
    application = Application(entry, chosen, "cli", promise=promise)
    outcome = open_case(kaiban.office, application)
    opened = case_or_refuse(outcome, as_json=as_json)
    if wait:
        opened = _waited(kaiban, opened)
    show_report(kaiban, opened, as_json=as_json)
    sys.exit(1 if opened.state.value in ("refused", "needs_correction") else 0)


@case.command()
@click.argument("no")
@as_json
@click.pass_obj
def show(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """How a case stands."""
    show_report(kaiban, read_case(kaiban, no), as_json=as_json)


@case.command("list")
@click.option("--limit", default=50, show_default=True)
@as_json
@click.pass_obj
def list_cases(kaiban: Kaiban, *, limit: int, as_json: bool) -> None:
    """The newest cases."""
    found = [report(kaiban.office, each) for each in kaiban.cases.browse(limit=limit)]
    if as_json:
        put({"cases": found})
        return
    for each in found:
        click.echo(f"{each['case_no']}  {each['status_title']}  {each['company']}")


@case.command()
@click.argument("no")
@click.option("--out", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", type=int, help="An earlier version.")
@as_json
@click.pass_obj
def package(kaiban: Kaiban, no: str, *, out: Path, version: int | None, as_json: bool) -> None:
    """Write a case's certificate package as PDF, ZIP and JSON."""
    read_case(kaiban, no)
    found = kaiban.cases.get_package(no, version)
    if found is None:
        raise click.ClickException("证照包尚未生成，或没有这一版本。")
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, part in PARTS.items():
        path = out / f"{no}-v{found.version}.{kind}"
        path.write_bytes(getattr(found, part))
        written.append(str(path))
    put({"files": written}) if as_json else click.echo("\n".join(written))


@case.command("correct")
@click.argument("no")
@click.argument("file", type=FILE)
@as_json
@click.pass_obj
def correct_case(kaiban: Kaiban, no: str, file: Path, *, as_json: bool) -> None:
    """Answer the open notice with FILE: {"changes": {pointer: value}, "confirmed": [link]}."""
    read_case(kaiban, no)
    body = read_json(file)
    amendment = Amendment(body.get("changes", {}), tuple(body.get("confirmed", ())))
    outcome = correct(kaiban.office, no, amendment)
    show_report(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("add")
@click.argument("no")
@click.argument("links", nargs=-1, required=True)
@click.option("--sections", type=FILE, help="JSON object with the sections the links need.")
@as_json
@click.pass_obj
def add(
    kaiban: Kaiban, no: str, links: tuple[str, ...], *, sections: Path | None, as_json: bool
) -> None:
    """Let links join that were left out."""
    read_case(kaiban, no)
    outcome = add_links(kaiban.office, no, links, read_json(sections) if sections else {})
    show_report(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("withdraw")
@click.argument("no")
@as_json
@click.pass_obj
def withdraw_case(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """Withdraw a case as far as the departments allow it."""
    read_case(kaiban, no)
    outcome = withdraw(kaiban.office, no, actor="window")
    show_report(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("decide")
@click.argument("no")
@click.argument("link")
@click.argument("heard", type=click.Choice(["received", "not-received", "refused", "granted"]))
@click.option("--number", default="", help="The department's own number, if they told one.")
@click.option("--reason", default="", help="Why they refuse, in words the applicant will read.")
@click.option("--result", type=FILE, help="JSON object with what was granted.")
@as_json
@click.pass_obj
def decide_link(
    kaiban: Kaiban, no: str, link: str, heard: str, *,
    number: str, reason: str, result: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write down what the department said on the phone about a LINK in 人工处理."""
    concerned = read_case(kaiban, no)
    if link not in {each.name for each in concerned.links}:
        raise click.UsageError(f"办件中没有环节 {link}。")
    if (heard == "refused" and not reason) or (heard == "granted" and result is None):
        raise click.UsageError("refused 需要 --reason，granted 需要 --result。")
    known = Ref(**(concerned.link(link).current.ref or {"key": ""}))
    ref = replace(known, number=number or known.number)
    outcome = decide(kaiban.office, no, link, _heard(heard, ref, reason, result))
    show_report(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


def _heard(heard: str, ref: Ref, reason: str, result: Path | None) -> Outcome:
    if heard == "granted":
        assert result is not None
        return Done(ref, read_json(result))
    outcomes: dict[str, Outcome] = {
        "received": Pending(ref),
        "not-received": NotFound(),
        "refused": Rejected("window", reason),
    }
    return outcomes[heard]


def read_case(kaiban: Kaiban, no: str) -> Case:
    """The case; a usage error (exit 2) if there is none."""
    try:
        return kaiban.cases.read(no)
    except CaseNotFound as error:
        raise click.UsageError(f"没有编号为 {no} 的办件。") from error


def case_or_refuse(outcome: Any, *, as_json: bool) -> Case:
    """What a use case made of the case; otherwise its defects are told, and that is the end."""
    if not isinstance(outcome, Case):
        refuse(outcome, json_wanted=as_json)
    return outcome


def _waited(kaiban: Kaiban, waited: Case) -> Case:
    while not waited.ended and waited.state.value != "needs_correction":
        time.sleep(LOOK)
        waited = kaiban.cases.read(waited.no)
    return waited


def show_report(kaiban: Kaiban, shown: Case, *, as_json: bool) -> None:
    """How the case stands, for a program or a person."""
    found = report(kaiban.office, shown)
    put(found) if as_json else show_case(found)
