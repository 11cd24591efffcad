"""``kaiban adapter``: which departments are here, and what each one reads of the form."""

import click

from kaiban.app import Kaiban
from kaiban.cli.terminal import as_json, put
from kaiban.orchestrator.needs import paths_read


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
    for m in manifests:
        click.echo(f"{m.department:<18}{m.name:<24}{m.version:<8}{m.title}（{m.office}）")


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
