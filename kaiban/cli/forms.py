"""``kaiban form``: a sample, the description, a check without sending anything."""

import sys
from pathlib import Path

import click

import forms.sample
import forms.schema
from kaiban.app import Kaiban
from kaiban.cli.terminal import as_json, put, read_json, refuse
from kaiban.domain.clock import HALL_TIME
from kaiban.orchestrator.opening import check


@click.group()
def form() -> None:
    """The one form."""


@form.command()
@click.option("--seed", default=7, show_default=True, help="Another seed, another company.")
@click.pass_obj
def sample(kaiban: Kaiban, *, seed: int) -> None:
    """Print a complete, fictitious form for a limited company."""
    put(forms.sample.sample(seed, kaiban.clock.now().astimezone(HALL_TIME).date()))


@form.command()
@click.pass_obj
def schema(kaiban: Kaiban) -> None:
    """Print the form as data: sections, fields, labels, code lists."""
    put(forms.schema.describe(kaiban.sections))


@form.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--links", default="", help="Links to check for, separated by commas.")
@as_json
@click.pass_obj
def check_form(kaiban: Kaiban, file: Path, *, links: str, as_json: bool) -> None:
    """Check the form in FILE: all defects at once; nothing is sent."""
    entry = read_json(file)
    chosen = tuple(filter(None, links.split(","))) or tuple(entry.pop("links", ()))
    entry.pop("promise", None)
    checked = check(kaiban.office, entry, chosen)
    if checked.defects:
        refuse(checked.defects, json_wanted=as_json)
    if as_json:
        put({"ok": True, "links": list(checked.links), "errors": []})
    else:
        click.echo("未发现问题，可以提交。")
    sys.exit(0)
