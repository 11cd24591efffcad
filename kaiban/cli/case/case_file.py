"""``kaiban case file``: everything about a case in one signed ZIP, for archives and for whoever checks the hours."""

from pathlib import Path

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import OWNER, case, find
from kaiban.cli.terminal import as_json, put, write_bytes
from kaiban.orchestrator.worker.disclosing import note_look


@case.command("file")
@click.argument("no")
@click.option(
    "--out", "--to", "to", type=click.Path(dir_okay=False, path_type=Path),
    help="Where it goes; without it NO-case-file.zip in this folder.",
)  # fmt: skip
@as_json
@click.pass_obj
def export(kaiban: Kaiban, no: str, to: Path | None, *, as_json: bool) -> None:
    """Write the case file (电子案卷) of NO, unmasked, signed with the platform's key; its owner sees that it was made."""
    found = find(kaiban, no)
    note_look(kaiban.office, no, OWNER, "file", what=tuple(found.form))
    content = kaiban.case_file(no, OWNER)
    path = to or Path(f"{no}-case-file.zip")
    write_bytes(path, content)
    if as_json:
        put({"case_no": no, "file": str(path), "bytes": len(content)})
    else:
        click.echo(str(path))
