"""Which departments are here, what each one reads of the form, and whether their systems work."""

from collections.abc import Mapping
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.terminal import as_json, put
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.worker.steps.circuit_breaker import close


@click.group()
def adapter() -> None:
    """Departments and their adapters."""


@adapter.command("list")
@as_json
@click.pass_obj
def list_adapters(kaiban: Kaiban, *, as_json: bool) -> None:
    """Every department of this city."""
    manifests = [kind.manifest for kind in kaiban.adapters.values()]
    if as_json:
        put([
            {"link": m.department, "title": m.title, "adapter": m.name, "version": m.version,
             "protocol": m.protocol, "owner": m.owner}
            for m in manifests
        ])  # fmt: skip
        return
    rows = [(m.department, m.name, m.version) for m in manifests]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for m, row in zip(manifests, rows, strict=True):
        columns = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        click.echo(f"{columns}  {m.title}（{m.office}）")


@adapter.command()
@as_json
@click.pass_obj
def needs(kaiban: Kaiban, *, as_json: bool) -> None:
    """Field by field, which departments read it: who sees what."""
    readers: dict[str, list[str]] = {}
    for name, kind in kaiban.adapters.items():
        for path in paths_read(kind.Needs):
            readers.setdefault(path, []).append(name)
    if as_json:
        put(dict(sorted(readers.items())))
        return
    for path, names in sorted(readers.items()):
        click.echo(f"{path:<45}{' '.join(names)}")


@click.group()
def departments() -> None:
    """Whether the departments' systems work, as far as we have seen."""


@departments.command("list")
@as_json
@click.pass_obj
def list_standings(kaiban: Kaiban, *, as_json: bool) -> None:
    """Circuit breaker and budget of re-sends of every department."""
    found = standings(kaiban.office)
    if as_json:
        put(found)
        return
    for name, standing in found.items():
        resends = standing["resends"]
        click.echo(
            f"{name:<18}{standing['title']}  重发 {resends['used']}/{resends['allowed']}"
            f"  {in_words(standing)}".rstrip()
        )


@departments.command("close")
@click.argument("name")
@click.pass_obj
def close_breaker(kaiban: Kaiban, name: str) -> None:
    """Close the circuit breaker of NAME: its system works again, cases go on at once."""
    if name not in kaiban.departments:
        raise click.UsageError(f"没有部门 {name}；本市有 {'、'.join(kaiban.departments.names)}。")
    count = close(kaiban.office, name, "operator")
    click.echo(f"{name} 已恢复正常，{count} 个环节立即继续。")


def in_words(standing: Mapping[str, Any]) -> str:
    """What an operator must know of a department that is left alone; "" if it is not."""
    if not standing["since"]:
        return ""
    return (
        f"since {standing['since']} ({standing['cause']}: {standing['detail']}), "
        f"next probe {standing['next_probe_at']}"
    )
