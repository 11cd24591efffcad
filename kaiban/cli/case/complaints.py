"""``kaiban case complaints``: what was complained of, about one case or in a hall."""

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import case, find
from kaiban.cli.terminal import as_json, put
from kaiban.orchestrator.reporting.records import grievances
from kaiban.ports import ComplaintsWanted

#: More than any hall has open at once.
MOST = 1000


@case.command("complaints")
@click.argument("no", default="")
@click.option("--hall", default="", help="Of a hall; of all without it.")
@click.option("--overdue", is_flag=True, help="Only those whose day has passed.")
@as_json
@click.pass_obj
def complaints(kaiban: Kaiban, no: str, *, hall: str, overdue: bool, as_json: bool) -> None:
    """The complaints about case NO; without NO those that are open, the most urgent first."""
    door = kaiban.complaints
    if no:
        found = door.complaints.of_case(find(kaiban, no).no)
    else:
        before = door.today() if overdue else None
        found = door.complaints.listed(ComplaintsWanted(hall, due_before=before), 0, MOST)
    told = [{"case_no": each.case_no, **said} for each, said in zip(found, grievances(found), strict=True)]  # fmt: skip
    if as_json:
        put({"complaints": told})
        return
    for each in told:
        click.echo(
            f"{each['case_no']}  {each['number']}  {each['state_title']}  {each['due'] or '-'}  {each['owner'] or '-'}"
        )
