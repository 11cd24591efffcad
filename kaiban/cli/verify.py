"""``kaiban verify``: has this package or case file been changed, and who signed it? Works offline, without the database."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kaiban.app import Kaiban
from kaiban.app.papers.signing import authorities, trusted
from kaiban.cli.audit import say, told
from kaiban.cli.terminal import FILE, as_json, put, read_bytes
from kaiban.config import ConfigError
from kaiban.documents import audit_bundle
from kaiban.documents.audit_bundle import is_audit_bundle
from kaiban.documents.case_file.archive import check, is_case_file
from kaiban.documents.package.stand_alone import Wrong
from kaiban.documents.package.verify import Verdict, verify_file
from kaiban.documents.signing.certificates import BadSigningKeyError, read_certificates
from kaiban.domain.audit.chain import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

#: Said of a sample that was signed with another installation's sample key.
OTHERS: Final = "签名的样例证书不是这个安装的。"


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--trust", type=FILE,
    help="Certificates to trust (PEM), from where the city publishes them; usually those of this installation.",
)  # fmt: skip
@click.option(
    "--trust-time", type=FILE,
    help="Certificates of authorities of time to trust (PEM); usually those of this installation, if it has any.",
)  # fmt: skip
@as_json
@click.pass_obj
def verify(
    kaiban: Kaiban, file: Path, trust: Path | None, trust_time: Path | None, *, as_json: bool
) -> None:
    """Check a certificate package (PDF or ZIP), a case file (ZIP) or an audit bundle (ZIP); exit 1 if it cannot be vouched for.

    Without --trust a sample that says so is vouched for whoever made it, as it proves nothing. A time stamp must be by an
    authority that is trusted; where none is known, it is said not to have been compared.
    """
    clocks = _read(trust_time) if trust_time else authorities(kaiban.settings)
    if is_audit_bundle(file):
        sys.exit(_audit_bundle(file, clocks, as_json=as_json))
    content = read_bytes(file)
    if is_case_file(content):
        sys.exit(_case_file(content, _certificates(kaiban, trust), as_json=as_json))
    verdict = (
        verify_file(content, _read(trust), clocks) if trust else _here(content, kaiban, clocks)
    )
    if as_json:
        put(_told(verdict))
    else:
        click.echo(_sentence(verdict))
        for line in verdict.findings:
            click.echo(f"  {line}")
    sys.exit(0 if verdict.ok else 1)


def _audit_bundle(file: Path, clocks: "Sequence[Certificate]", *, as_json: bool) -> int:
    """0 or 1, with one sentence; ConfigError (2) where there are anchors and nobody is trusted to have made them."""
    try:
        vouched = audit_bundle.check(file, clocks)
    except Wrong as wrong:
        bad = Found(0, 0, (str(wrong),))
        put({"kind": "audit", **told(bad, None)}) if as_json else say(bad, None)
        return 1
    if vouched.has_anchors and not clocks:
        raise ConfigError(
            "--trust-time: no certificate of an authority of time, so no anchor can be checked"
        )
    if as_json:
        at = vouched.stamped_at
        put(
            {"kind": "audit", **told(vouched.found, vouched.newest), "stamped_at": at and at.isoformat()}
        )  # fmt: skip
    else:
        say(vouched.found, vouched.newest)
    return 1 if vouched.found.problems else 0


def _case_file(content: bytes, certificates: "Sequence[Certificate]", *, as_json: bool) -> int:
    """0 or 1, with one sentence."""
    try:
        found = check(content, certificates)
    except Wrong as wrong:
        bad: dict[str, object] = {"kind": "case_file", "ok": False, "findings": [str(wrong)]}
        put(bad) if as_json else click.echo(f"✗ 不能确认未被改动\n  {wrong}")
        return 1
    no, signer, used = found.index["case_no"], found.signer.subject.rfc4514_string(), found.hours
    good = {
        "kind": "case_file", "ok": True, "findings": [], "case_no": no, "signer": signer,
        "signed_at": found.at.isoformat(), "made_at": found.index["made_at"], "hours": used,
    }  # fmt: skip
    sentence = (
        f"✓ 电子案卷完整，未发现改动：{no}，由 {signer} 签名（{found.at:%Y-%m-%d %H:%M} UTC）；"
        f"按经过重算的办理用时为 {used['working']} 分钟，与所载一致"
    )
    put(good) if as_json else click.echo(sentence)
    return 0


def _certificates(kaiban: Kaiban, trust: Path | None) -> "Sequence[Certificate]":
    return _read(trust) if trust else trusted(kaiban.settings)


def _read(trust: Path) -> "Sequence[Certificate]":
    try:
        return read_certificates(read_bytes(trust))
    except BadSigningKeyError as error:
        raise ConfigError(f"{trust}: {error}") from error


def _here(content: bytes, kaiban: Kaiban, clocks: "Sequence[Certificate]") -> Verdict:
    """By this installation's certificates; a demonstration's package is often another one's."""
    verdict = verify_file(content, trusted(kaiban.settings), clocks)
    if verdict.ok:
        return verdict
    sample = verify_file(content, (), clocks)
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
        "stamped_at": verdict.stamped_at and verdict.stamped_at.isoformat(),
        "case_no": verdict.summary.get("case_no"), "version": verdict.summary.get("version"),
    }  # fmt: skip
