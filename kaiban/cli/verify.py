"""``kaiban verify``: has this package been changed, and who signed it? Works offline, without the database."""

import sys
from pathlib import Path

import click

from kaiban.app import Kaiban
from kaiban.app.signing import trusted
from kaiban.cli.terminal import FILE, as_json, put, read_bytes
from kaiban.config import ConfigError
from kaiban.documents.package.verify import Verdict, verify_file
from kaiban.documents.signing.file_signer import BadSigningKeyError, read_certificates


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--trust", type=FILE,
    help="Certificates to trust (PEM), from where the city publishes them; usually those of this installation.",
)  # fmt: skip
@as_json
@click.pass_obj
def verify(kaiban: Kaiban, file: Path, trust: Path | None, *, as_json: bool) -> None:
    """Check a certificate package (PDF or ZIP); exit 1 if it cannot be vouched for.

    Without any certificate to trust only a sample that says so is vouched for.
    """
    content = read_bytes(file)
    try:
        believed = read_certificates(read_bytes(trust)) if trust else trusted(kaiban.settings)
    except BadSigningKeyError as error:
        raise ConfigError(f"{trust}: {error}") from error
    verdict = verify_file(content, believed)
    if as_json:
        put(_told(verdict))
    else:
        click.echo(_sentence(verdict))
        for line in verdict.findings:
            click.echo(f"  {line}")
    sys.exit(0 if verdict.ok else 1)


def _sentence(verdict: Verdict) -> str:
    if not verdict.ok:
        return "✗ 不能确认未被改动"
    return (
        f"✓ 内容完整，未发现改动：{verdict.summary['case_no']} 第 {verdict.summary['version']} 版，"
        f"由 {verdict.signer} 签名（PAdES {verdict.level}，{verdict.at:%Y-%m-%d %H:%M} UTC）"
    )


def _told(verdict: Verdict) -> dict[str, object]:
    return {
        "kind": verdict.kind, "ok": verdict.ok, "signed": bool(verdict.signer), "findings": list(verdict.findings),
        "signer": verdict.signer, "fingerprint": verdict.fingerprint, "level": verdict.level,
        "signed_at": verdict.at and verdict.at.isoformat(),
        "case_no": verdict.summary.get("case_no"), "version": verdict.summary.get("version"),
    }  # fmt: skip
