"""``kaiban verify``: has this package been changed? Works offline, without the database."""

import sys
from pathlib import Path

import click

from kaiban.cli.terminal import as_json, put
from kaiban.documents.verify import verify_file


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def verify(file: Path, *, as_json: bool) -> None:
    """Check a certificate package (PDF or ZIP); exit 1 if it cannot be vouched for."""
    verdict = verify_file(file.read_bytes())
    if as_json:
        put({"ok": verdict.ok, "findings": list(verdict.findings)})
    else:
        click.echo("✓ 未发现改动" if verdict.ok else "✗ 不能确认")
        for finding in verdict.findings:
            click.echo(f"  {finding}")
    sys.exit(0 if verdict.ok else 1)
