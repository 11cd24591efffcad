"""``kaiban case``: hand in, follow, correct, withdraw, take the package home."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kaiban.api.problems import Problem
from kaiban.api.request.amending import amendment_of
from kaiban.app import Kaiban
from kaiban.cli.terminal import (
    FILE,
    LIMIT,
    NUMBER,
    as_json,
    links_of,
    put,
    read_json,
    refuse,
    show_case,
    write_bytes,
)
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.states import title_of
from kaiban.orchestrator.applicant.aftercare.forecasting import forecast_case
from kaiban.orchestrator.applicant.correcting import correct
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.case import outlook, report
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import CaseNotFound

PARTS = {"pdf": "pdf", "zip": "archive", "json": "summary"}

#: The command line, as the owner of cases and as one who looks at them.
OWNER = "cli"
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
    chosen = links_of(entry, links)
    promise = promise or entry.pop("promise", "")
    if promise and promise not in kaiban.profile.city.promises:
        raise click.BadParameter("one of " + ", ".join(kaiban.profile.city.promises))
    application = Application(entry, chosen, OWNER, promise=promise)
    outcome = open_case(kaiban.office, application)
    opened = case_or_refuse(outcome, as_json=as_json)
    if wait:
        opened = _waited(kaiban, opened)
    put_case(kaiban, opened, as_json=as_json)
    sys.exit(1 if opened.state.value in ("refused", "needs_correction") else 0)


@case.command()
@click.argument("no")
@as_json
@click.pass_obj
def show(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """How a case stands."""
    put_case(kaiban, find(kaiban, no), as_json=as_json)


@case.command("list")
@click.option("--limit", type=LIMIT, default=50, show_default=True)
@as_json
@click.pass_obj
def list_cases(kaiban: Kaiban, *, limit: int, as_json: bool) -> None:
    """The newest cases."""
    if as_json:
        found = kaiban.cases.browse(limit=limit)
        put({"cases": [report(kaiban.office, each) for each in found]})
        return
    for line in kaiban.cases.lines(limit=limit):
        click.echo(
            f"{line.no}  {title_of(line.state, withdrawing=line.withdrawing)}  {line.company}"
        )


@case.command("forecast")
@click.argument("no")
@as_json
@click.pass_obj
def show_forecast(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """When a case will probably be finished, and on what that stands."""
    found = outlook(forecast_case(kaiban.office, find(kaiban, no), kaiban.clock.now()))
    if as_json:
        put({"case_no": no, "forecast": found})
    elif found is None:
        click.echo("已办结或正在出证，无需预计。")
    else:
        _show_forecast(found)


def _show_forecast(found: Mapping[str, Any]) -> None:
    likely, late = (found[name][:16].replace("T", " ") for name in ("likely", "late"))
    click.echo(f"预计 {likely} 前后办结，最迟（十件有九件）{late}")
    for each in found["basis"]:
        click.echo(f"  {each['link']}  {each['words']}")


@case.command()
@click.argument("no")
@click.option("--out", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", type=NUMBER, help="An earlier version.")
@as_json
@click.pass_obj
def package(kaiban: Kaiban, no: str, *, out: Path, version: int | None, as_json: bool) -> None:
    """Write a case's certificate package as PDF, ZIP and JSON."""
    find(kaiban, no)
    found = kaiban.cases.get_package(no, version)
    if found is None:
        raise click.ClickException("证照包尚未生成，或没有这一版本。")
    written = []
    for kind, part in PARTS.items():
        path = out / f"{no}-v{found.version}.{kind}"
        write_bytes(path, getattr(found, part))
        written.append(str(path))
    put({"files": written}) if as_json else click.echo("\n".join(written))


@case.command("correct")
@click.argument("no")
@click.argument("file", type=FILE)
@as_json
@click.pass_obj
def correct_case(kaiban: Kaiban, no: str, file: Path, *, as_json: bool) -> None:
    """Answer the open notice with FILE: {"changes": {pointer: value}, "confirmed": [link], "version": "as last seen"}.

    `version` is the notice's, as `kaiban case show` tells it; without it nothing is written.
    """
    find(kaiban, no)
    try:
        amendment = amendment_of(read_json(file))
    except Problem as wrong:
        raise click.UsageError(f"{file}: {wrong.detail}") from wrong
    outcome = correct(kaiban.office, no, amendment)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


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
    find(kaiban, no)
    outcome = add_links(kaiban.office, no, links, read_json(sections) if sections else {})
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("withdraw")
@click.argument("no")
@as_json
@click.pass_obj
def withdraw_case(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """Withdraw a case as far as the departments allow it."""
    find(kaiban, no)
    outcome = withdraw(kaiban.office, no, actor="window")
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


def find(kaiban: Kaiban, no: str) -> Case:
    """The case, or a usage error; that the operator looks is written down for its owner."""
    try:
        found = kaiban.cases.read(no)
    except CaseNotFound as error:
        raise click.UsageError(f"没有编号为 {no} 的办件。") from error
    if found.owner != OWNER:
        note_look(kaiban.office, no, OWNER, "query")
    return found


def case_or_refuse(outcome: Any, *, as_json: bool) -> Case:
    """The case, or its defects and exit code 1."""
    if not isinstance(outcome, Case):
        refuse(outcome, json_wanted=as_json)
    return outcome


def _waited(kaiban: Kaiban, waited: Case) -> Case:
    while not waited.ended and waited.state.value != "needs_correction":
        time.sleep(LOOK)
        waited = kaiban.cases.read(waited.no)
    return waited


def put_case(kaiban: Kaiban, shown: Case, *, as_json: bool) -> None:
    """Print how the case stands."""
    found = report(kaiban.office, shown)
    put(found) if as_json else show_case(found)
