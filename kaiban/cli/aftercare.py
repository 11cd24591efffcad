"""``kaiban case`` after the fact: post the package, rate, answer a rating, see who saw it."""

import click

from kaiban.app import Kaiban
from kaiban.cli.cases import case, case_or_refuse, find, put_case
from kaiban.cli.terminal import as_json, put, refuse
from kaiban.domain.notice import Defect
from kaiban.domain.rating import LEVELS, Rating
from kaiban.orchestrator.delivering import post
from kaiban.orchestrator.rating import Opinion, answer, rate
from kaiban.orchestrator.reporting import opinions, who_saw

#: The group with everything this module adds to it.
__all__ = ["case"]


@case.command("post")
@click.argument("no")
@click.option("--tracking", required=True, help="The carrier's number (运单号).")
@click.option("--carrier", default="EMS", show_default=True)
@as_json
@click.pass_obj
def post_package(kaiban: Kaiban, no: str, *, tracking: str, carrier: str, as_json: bool) -> None:
    """Write down that the certificate package was posted; the last number counts."""
    find(kaiban, no)
    outcome = post(kaiban.office, no, tracking, carrier)
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


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
    _told(rate(kaiban.office, no, Opinion(level, link, remark, "window")), as_json=as_json)


@case.command("answer")
@click.argument("no")
@click.argument("text")
@click.option("--link", default="", help="A link; the whole case without it.")
@click.option("--who", default="window", show_default=True, help="Who answers.")
@as_json
@click.pass_obj
def answer_rating(
    kaiban: Kaiban, no: str, text: str, *, link: str, who: str, as_json: bool
) -> None:
    """Answer a rating with TEXT; it cannot be changed by the applicant afterwards."""
    find(kaiban, no)
    _told(answer(kaiban.office, no, link, text, who), as_json=as_json)


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
