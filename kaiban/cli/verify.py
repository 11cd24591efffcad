"""``kaiban verify``: has this package been changed? Works offline, without the database."""

import sys
from pathlib import Path

import click

from kaiban.cli.terminal import FILE, as_json, put, read_bytes
from kaiban.documents.package.verify import verify_file


@click.command()
@click.argument("file", type=FILE)
@as_json
def verify(file: Path, *, as_json: bool) -> None:
    """Check a certificate package (PDF or ZIP); exit 1 if it cannot be vouched for."""
    verdict = verify_file(read_bytes(file))
    if as_json:
        put({
            "kind": verdict.kind, "ok": verdict.ok, "signed": verdict.signed,
            "findings": list(verdict.findings),
        })  # fmt: skip
    else:
        click.echo("✓ 内容完整，未发现改动" if verdict.ok else "✗ 不能确认未被改动")
        for line in verdict.findings:
            click.echo(f"  {line}")
    sys.exit(0 if verdict.ok else 1)
