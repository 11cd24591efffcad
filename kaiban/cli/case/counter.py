"""``kaiban case sheet`` and ``kaiban case enter``: departments served by hand."""

from pathlib import Path
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import case, case_or_refuse, find, put_case
from kaiban.cli.terminal import FILE, as_json, put, read_json, refuse, write_bytes
from kaiban.cli.users import answering
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.document import Document
from kaiban.domain.roles import Act
from kaiban.orchestrator.window.by_hand.entering import LARGEST, Entry
from kaiban.orchestrator.window.by_hand.entering import enter as enter_result
from kaiban.orchestrator.window.by_hand.handing import Sheet, hand_over
from kaiban.ports import Correction

by_whom = click.option(
    "--by",
    required=True,
    help="The account of who does it; kept with the case.",
)

#: Options that say an outcome -> the outcome.
_SAID = {
    "received": "received", "not_received": "not-received", "done": "done", "refuse": "refused",
    "correct": "correction", "returned": "returned",
}  # fmt: skip


@case.command()
@click.argument("no")
@click.argument("link")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Usually <NO>-<LINK>.pdf."
)
@by_whom
@as_json
@click.pass_obj
def sheet(kaiban: Kaiban, no: str, link: str, *, out: Path | None, by: str, as_json: bool) -> None:
    """Print the sheet that people carry to the department of LINK, as PDF."""
    by = answering(kaiban, _with_link(kaiban, no, link), by, Act.ENTER_RESULTS)
    found = hand_over(kaiban.office, no, link, by)
    if not isinstance(found, Sheet):
        refuse(found, json_wanted=as_json)
    path = out or Path(f"{no}-{link}.pdf")
    write_bytes(path, kaiban.printed(found))
    put({"files": [str(path)]}) if as_json else click.echo(path)


@case.command()
@click.argument("no")
@click.argument("link")
@click.option("--received", is_flag=True, help="The department has taken the sheet.")
@click.option("--not-received", is_flag=True, help="It has nothing of ours: it is sent again.")
@click.option("--done", is_flag=True, help="Granted, with --result and what else there is.")
@click.option(
    "--refuse", default="", metavar="REASON", help="Refused, in words the applicant will read."
)
@click.option(
    "--correct",
    nargs=2,
    multiple=True,
    metavar="PATH MESSAGE",
    help="To be corrected: a field's code on the sheet, and what to do. May be repeated.",
)
@click.option("--returned", is_flag=True, help="After a withdrawal: the sheet was fetched back.")
@click.option("--number", default="", help="The department's own number.")
@click.option("--result", type=FILE, help="JSON object with what was granted.")
@click.option(
    "--document", "documents", type=FILE, multiple=True, help="An original: PDF, OFD, PNG, JPEG."
)
@by_whom
@as_json
@click.pass_obj
def enter(kaiban: Kaiban, /, no: str, link: str, *, by: str, as_json: bool, **said: Any) -> None:
    """Enter what the department of LINK said, on paper or on the phone."""
    by = answering(kaiban, _with_link(kaiban, no, link), by, Act.ENTER_RESULTS)
    outcome = enter_result(kaiban.office, no, link, _entry(by, said))
    put_case(kaiban, case_or_refuse(outcome, as_json=as_json), as_json=as_json)


def _with_link(kaiban: Kaiban, no: str, link: str) -> Case:
    found = find(kaiban, no)
    if link not in {each.name for each in found.links}:
        raise click.UsageError(f"办件中没有环节 {link}。")
    return found


def _entry(by: str, said: dict[str, Any]) -> Entry:
    outcomes = [outcome for option, outcome in _SAID.items() if said[option]]
    if len(outcomes) != 1:
        options = "、".join("--" + option.replace("_", "-") for option in _SAID)
        raise click.UsageError(f"请从 {options} 中选择一项。")
    return Entry(
        outcomes[0],
        by,
        number=said["number"],
        reason=said["refuse"],
        result=read_json(said["result"]) if said["result"] else {},
        documents=tuple(map(_document, said["documents"])),
        items=tuple(Correction(path, "counter", message) for path, message in said["correct"]),
    )


def _document(path: Path) -> Document:
    # One byte more than is allowed is enough to refuse it.
    with path.open("rb") as file:
        return Document(path.name, path.stem, "", file.read(LARGEST + 1))
