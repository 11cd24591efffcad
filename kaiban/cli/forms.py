"""``kaiban form``: a sample, the description, a check, the materials; nothing is sent."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

import forms.applicants
import forms.opening
import forms.sample
import forms.structure.schema
from kaiban.app import Kaiban
from kaiban.cli.terminal import (
    FILE,
    as_json,
    links_of,
    put,
    read_bytes,
    read_json,
    refuse,
    write_bytes,
)
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Wanted
from kaiban.orchestrator.applicant.opening import Checked, applying, check

TYPE = click.option(
    "--type", "applicant", type=click.Choice(list(forms.applicants.applicants())),
    default=forms.applicants.USUAL, show_default=True, help="Whose form.",
)  # fmt: skip
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def form() -> None:
    """The one form."""


@form.command()
@click.option("--seed", default=7, show_default=True, help="Another seed, another company.")
@TYPE
@click.pass_obj
def sample(kaiban: Kaiban, *, seed: int, applicant: str) -> None:
    """Print a complete, fictitious form: a limited company's, or another applicant's."""
    form = forms.sample.sample(seed, _today(kaiban), applicant)
    read = kaiban.rules.departments.sections(applying(kaiban.rules, form)) | forms.opening.ALWAYS
    sections = {name: each for name, each in kaiban.sections.items() if name in read}
    put(forms.sample.with_examples(form, sections))


@form.command()
@TYPE
@click.pass_obj
def schema(kaiban: Kaiban, *, applicant: str) -> None:
    """Print the form as data: sections, fields, labels, code lists."""
    entry = {forms.applicants.APPLICANT: applicant}
    asked = forms.applicants.asked(entry, kaiban.sections)
    put(forms.structure.schema.describe(asked, applicant))


@click.command()
@click.pass_obj
def openapi(kaiban: Kaiban) -> None:
    """Print the API's description (OpenAPI), byte for byte as it is served."""
    click.echo(kaiban.openapi, nl=False)


@form.command("check")
@click.argument("file", type=FILE)
@click.option("--links", default="", help="Links to check for, separated by commas.")
@as_json
@click.pass_obj
def check_form(kaiban: Kaiban, file: Path, *, links: str, as_json: bool) -> None:
    """Check the form in FILE: all defects at once; nothing is sent."""
    checked = _checked(kaiban, file, links, json_wanted=as_json)
    if as_json:
        put({"ok": True, "links": list(checked.links), "errors": []})
    else:
        click.echo("未发现问题，可以提交。")
    sys.exit(0)


@form.command("materials")
@click.argument("file", type=FILE)
@click.option("--links", default="", help="Links to list for, separated by commas.")
@as_json
@click.pass_obj
def materials(kaiban: Kaiban, file: Path, *, links: str, as_json: bool) -> None:
    """List what the form in FILE calls for: what is produced, what has to be brought, what may follow."""
    checked = _checked(kaiban, file, links, json_wanted=as_json)
    deferral = kaiban.profile.city.materials.deferral
    found = [
        _told(one, may_follow=one.key in deferral.keys)
        for one in kaiban.form.materials(checked.form, checked.links)
    ]
    if as_json:
        later = {"working_days": deferral.working_days, "commitment": deferral.commitment}
        put({"materials": found, **later})
        return
    for heading, produced in (("由系统生成，签字即可", True), ("请自行准备", False)):
        click.echo(f"{heading}：")
        for one in found:
            if one["produced"] is produced:
                click.echo(f"  {one['key']}  {one['name']}{_later(one, deferral.working_days)}")


def _told(one: Wanted, *, may_follow: bool) -> dict[str, Any]:
    """What is said of a material; ``of``: where the form names each of those whose document it must be."""
    told = {name: value for name, value in vars(one).items() if name != "persons"}
    return {**told, "of": [each.places[0] for each in one.persons or ()], "may_follow": may_follow}


@form.command("papers")
@click.argument("file", type=FILE)
@click.option("--links", default="", help="Links to write for, separated by commas.")
@click.option("--only", default="", help="The key of one paper; see `kaiban form materials`.")
@click.option("--out", type=FOLDER, required=True, help="Folder for the PDFs; made if missing.")
@as_json
@click.pass_obj
def papers(kaiban: Kaiban, file: Path, *, links: str, only: str, out: Path, as_json: bool) -> None:
    """Write every document the form in FILE is the source of, one PDF each."""
    from kaiban.documents.papers.making import NoSuchPaperError

    checked = _checked(kaiban, file, links, json_wanted=as_json)
    form, chosen, now = checked.form, checked.links, kaiban.clock.now()
    try:
        made = (
            (kaiban.papers.one(only, form, chosen, now),)
            if only
            else kaiban.papers.make(form, chosen, now)
        )
    except NoSuchPaperError as error:
        raise click.UsageError(f"本申请没有可生成的材料“{only}”。") from error
    written = [(paper, out / f"{paper.key}.pdf") for paper in made]
    for paper, path in written:
        write_bytes(path, paper.pdf)
    if as_json:
        put({"papers": [
            {"key": paper.key, "title": paper.title, "path": str(path), "sensitive": paper.sensitive}
            for paper, path in written
        ]})  # fmt: skip
        return
    for paper, path in written:
        click.echo(f"{path}  {paper.title}{'（含敏感信息）' if paper.sensitive else ''}")


@form.command("upload")
@click.argument("file", type=FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to keep it.")
@click.pass_obj
def upload(kaiban: Kaiban, file: Path, *, out: Path | None) -> None:
    """Try a file as an upload: what would be kept of it, or what is wrong with it."""
    from kaiban.documents.uploads.taking import accept

    found = accept(read_bytes(file), file.name, kaiban.profile.city.materials.limits)
    if isinstance(found, Defect):
        refuse([found], json_wanted=False)
    click.echo(f"{found.name}  {found.media_type}  {found.pages} 页  {len(found.content)} 字节")
    if out:
        write_bytes(out, found.content)


@form.command("roster")
@click.argument("file", type=FILE)
@click.pass_obj
def roster(kaiban: Kaiban, file: Path) -> None:
    """Read the roster of staff in FILE (xlsx, CSV) and print the entries for `staff.members`."""
    from kaiban.documents import tables

    sheet = tables.roster(read_bytes(file), _today(kaiban))
    if isinstance(sheet, Defect):
        refuse([sheet], json_wanted=False)
    found, read_as = sheet
    click.echo(f"文件按 {read_as} 读取。", err=True)
    if found.unseen:
        click.echo(f"隐藏或者被筛选掉的 {found.unseen} 行没有读取。", err=True)
    if found.ignored:
        click.echo(f"未使用的列：{'、'.join(found.ignored)}。", err=True)
    if found.errors:
        click.echo("\n".join(found.errors), err=True)
        sys.exit(1)
    put(list(found.members))


@form.command("roster-template")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def make_roster_template(out: Path) -> None:
    """Write the table to fill in for `kaiban form roster` to OUT (xlsx)."""
    from kaiban.documents.tables import roster_template

    write_bytes(out, roster_template())
    click.echo(str(out))


def _checked(kaiban: Kaiban, file: Path, links: str, *, json_wanted: bool) -> Checked:
    """The form in the file without defects; else they are printed and the command ends."""
    entry = read_json(file)
    chosen = links_of(entry, links)
    entry.pop("promise", None)
    checked = check(kaiban.rules, entry, chosen)
    if checked.defects:
        refuse(checked.defects, json_wanted=json_wanted)
    return checked


def _later(material: Mapping[str, Any], working_days: int) -> str:
    return f"（可容缺，{working_days} 个工作日内补交）" if material["may_follow"] else ""


def _today(kaiban: Kaiban) -> date:
    return kaiban.clock.now().astimezone(HALL_TIME).date()
