"""``kaiban case`` after the fact: post the package, hand it over, have it come another way, rate, answer a rating, see who saw it."""

from pathlib import Path

import click

from forms.structure.tour import walk
from kaiban.app import Kaiban
from kaiban.cli.case.cases import OWNER, case, case_or_refuse, find, put_case
from kaiban.cli.case.counter import by_whom
from kaiban.cli.terminal import FILE, NUMBER, as_json, put, read_json, refuse
from kaiban.cli.users import answering
from kaiban.domain.cases.rating import LEVELS, Rating
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.delivery import choice_of
from kaiban.domain.roles import Act
from kaiban.orchestrator.applicant.aftercare.delivering import choose
from kaiban.orchestrator.applicant.aftercare.rating import Opinion, answer, rate
from kaiban.orchestrator.reporting.records import opinions, who_saw
from kaiban.orchestrator.window.exit_desk.handing_out import hand_out, post
from kaiban.orchestrator.worker.disclosing import note_look


@case.command("post")
@click.argument("no")
@click.option("--tracking", required=True, help="The carrier's number (运单号).")
@click.option("--carrier", default="EMS", show_default=True)
@click.option(
    "--choice", type=NUMBER, help="Refuse if the applicant has changed it since (see delivery)."
)
@by_whom
@as_json
@click.pass_obj
def post_package(
    kaiban: Kaiban, no: str, *, tracking: str, carrier: str, choice: int | None, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write down that the certificate package was posted; the last number counts."""
    by = answering(kaiban, find(kaiban, no), by, Act.HAND_OUT)
    outcome = post(kaiban.office, no, tracking, carrier, f"window:{by}", choice)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("hand-out")
@click.argument("no")
@by_whom
@as_json
@click.pass_obj
def hand_out_package(kaiban: Kaiban, no: str, *, by: str, as_json: bool) -> None:
    """Write down that the certificate package was handed over at the window."""
    by = answering(kaiban, find(kaiban, no), by, Act.HAND_OUT)
    outcome = hand_out(kaiban.office, no, by)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


@case.command("delivery")
@click.argument("no")
@click.argument("file", type=FILE, required=False)
@as_json
@click.pass_obj
def deliver(kaiban: Kaiban, no: str, file: Path | None, *, as_json: bool) -> None:
    """How the package is wanted, in full; with FILE (the form's section `delivery`) change it."""
    found = find(kaiban, no)
    if file is not None:
        outcome = choose(kaiban.office, no, read_json(file), actor="window")
        put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)
        return
    section = found.form.get("delivery", {})
    if found.owner != OWNER:
        seen = tuple(f"delivery.{name}" for name in section)
        note_look(kaiban.office, no, OWNER, "window", what=seen)
    if as_json:
        put({"case_no": no, "choice": choice_of(found), "delivery": section})
        return
    for line in walk({"delivery": section}, kaiban.sections):
        click.echo(f"{line.label}  {line.value}")
    click.echo(f"--choice {choice_of(found)}")


@case.command("rate")
@click.argument("no")
@click.argument("level", type=click.IntRange(min(LEVELS), max(LEVELS)))
@click.option("--link", default="", help="A link; the whole case without it.")
@click.option("--remark", default="")
@as_json
@click.pass_obj
def rate_case(
    kaiban: Kaiban, no: str, level: int, *, link: str, remark: str, as_json: bool
) -> None:
    """Write down how satisfied (5 to 1) the applicant was, as said at the window."""
    find(kaiban, no)
    _told(rate(kaiban.complaints, no, Opinion(level, link, remark, "window")), as_json=as_json)


@case.command("answer")
@click.argument("no")
@click.argument("text")
@click.option("--link", default="", help="A link; the whole case without it.")
@by_whom
@as_json
@click.pass_obj
def answer_rating(
    kaiban: Kaiban, no: str, text: str, *, link: str, by: str, as_json: bool
) -> None:
    """Answer a rating with TEXT; it cannot be changed by the applicant afterwards."""
    by = answering(kaiban, find(kaiban, no), by, Act.NOTIFY)
    _told(answer(kaiban.office, no, link, text, by), as_json=as_json)


@case.command("seen")
@click.argument("no")
@as_json
@click.pass_obj
def show_disclosures(kaiban: Kaiban, no: str, *, as_json: bool) -> None:
    """Who saw what of a case."""
    find(kaiban, no)
    found = who_saw(kaiban.cases.disclosures(no))
    if as_json:
        put({"case_no": no, "disclosures": found})
        return
    for each in found:
        told = f"{len(each['what'])} 项" if each["what"] else "进度与结果"
        click.echo(
            f"{each['at']}  {each['kind_title']} {each['who']}  {each['why_title']}  {told}"
        )


def _told(outcome: Rating | list[Defect], *, as_json: bool) -> None:
    if not isinstance(outcome, Rating):
        refuse(outcome, json_wanted=as_json)
    [said] = opinions([outcome])
    if as_json:
        put(said)
    else:
        click.echo(f"{said['level_title']}  {said['remark']}  {said['answer']}".rstrip())
