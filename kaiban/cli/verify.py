"""``kaiban verify``: has this package been changed, and who signed it? Works offline, without the database."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from kaiban.app import Kaiban
from kaiban.app.signing import trusted
from kaiban.cli.terminal import FILE, as_json, put, read_bytes
from kaiban.config import ConfigError
from kaiban.documents.package.verify import Verdict, verify_file
from kaiban.documents.signing.file_signer import BadSigningKeyError, read_certificates

#: Said of a sample that was signed with another installation's sample key.
OTHERS: Final = "签名的样例证书不是这个安装的。"


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

    Without --trust a sample that says so is vouched for whoever made it, as it proves nothing.
    """
    content = read_bytes(file)
    verdict = _by(content, trust) if trust else _here(content, kaiban)
    if as_json:
        put(_told(verdict))
    else:
        click.echo(_sentence(verdict))
        for line in verdict.findings:
            click.echo(f"  {line}")
    sys.exit(0 if verdict.ok else 1)


def _by(content: bytes, trust: Path) -> Verdict:
    try:
        return verify_file(content, read_certificates(read_bytes(trust)))
    except BadSigningKeyError as error:
        raise ConfigError(f"{trust}: {error}") from error


def _here(content: bytes, kaiban: Kaiban) -> Verdict:
    """By this installation's certificates; a demonstration's package is often another one's."""
    verdict = verify_file(content, trusted(kaiban.settings))
    if verdict.ok:
        return verdict
    sample = verify_file(content)
    return replace(sample, findings=(OTHERS, *sample.findings)) if sample.ok else verdict


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
