"""``kaiban adapter check | selftest | new | lint``: what an integrator calls."""

from pathlib import Path

import click

from adapters.base import AdapterBase
from adapters.counter import CounterAdapter
from adapters.hall.clock import RealClock
from adapters.kit import examine, keeping, lint, selftest
from adapters.kit.check import LEVELS, Check
from adapters.kit.demanding import Failed
from adapters.kit.pool import AT_ONCE
from adapters.kit.reporting import quality
from adapters.kit.reporting.report import Report
from adapters.kit.rig import afar
from adapters.kit.rig.site import STUB, Target, driving_of
from adapters.kit.scaffolding import scaffold
from adapters.kit.scaffolding.scaffold_styles import listed

at_once = click.option(
    "--at-once", type=click.IntRange(1, 64), default=AT_ONCE, show_default=True,
    help="How many checks run at the same time, each in a process of its own (stub only).",
)  # fmt: skip


@click.group()
def adapter() -> None:
    """Departments and their adapters."""


@adapter.command()
@click.argument("name")
@click.option("--against", default="stub", show_default=True, help="stub, or a test system's URL.")
@click.option(
    "--settings", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
    help="What the adapter is told about the system at the URL (TOML or JSON).",
)  # fmt: skip
@click.option("--level", type=click.Choice(LEVELS), default="gold", show_default=True)
@click.option("--only", default="", help="Some checks only: S01,S02 or B*.")
@click.option(
    "--junit", type=click.Path(path_type=Path), default=None, help="Write JUnit XML there."
)
@click.option(
    "--html", type=click.Path(path_type=Path), default=None, help="Write one HTML file there."
)
@click.option(
    "--badge", type=click.Path(path_type=Path), default=None,
    help="Write the computed level there, as a small SVG.",
)  # fmt: skip
@click.option(
    "--write", is_flag=True,
    help="Write the computed level into quality.json; with --level no more than that is computed.",
)  # fmt: skip
@at_once
def check(
    name: str,
    *,
    against: str,
    settings: Path | None,
    level: str,
    only: str,
    junit: Path | None,
    html: Path | None,
    badge: Path | None,
    write: bool,
    at_once: int,
) -> None:
    """Check an adapter (a department, an adapter's name, or module:Class); exit 1 if a check fails."""
    kind = _adapter(name)
    target = _target(kind, against, settings)
    if write and (only or target != STUB):
        raise click.UsageError(
            "--write needs all checks of a level, against the stub: without --only"
        )
    if write and kind.manifest.by_hand:
        raise click.UsageError("a counter has no level")
    if badge and only:
        raise click.UsageError("--badge needs all checks of a level: without --only")
    try:
        report = _run(kind, target, examine.chosen(level, only), _at_once(kind, target, at_once))
    except KeyError as wrong:
        raise click.UsageError(f"--only: there is no check {wrong.args[0]}") from wrong
    except (quality.QualityError, LookupError) as wrong:
        raise click.UsageError(str(wrong)) from wrong
    for line in report.lines():
        click.echo(line)
    for path, text in ((junit, report.junit), (html, report.html), (badge, report.badge)):
        if path:
            path.write_text(text(), encoding="utf-8")
    if write:
        click.echo(quality.write(kind, report.findings, target, RealClock().now().date()))
    raise SystemExit(1 if report.failed() else 0)


@adapter.command(name="selftest")
@click.option("--only", default="", help="Mutants whose name contains this.")
@at_once
def run_selftest(*, only: str, at_once: int) -> None:
    """Check the checks: each planted fault must be caught; exit 1 if one is not."""
    result = selftest.run(only, click.echo, at_once)
    for line in result.lines():
        click.echo(line)
    raise SystemExit(0 if result.good else 1)


@adapter.command(epilog=f"\b\nStyles:\n{listed()}")
@click.argument("title")
@click.option("--name", default="", help="The department's name in English: medical_insurance.")
@click.option("--style", required=True, help="The protocol style to begin with; see below.")
@click.option(
    "--into", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(),
    show_default=True, help="Where the package's folder is made; with --in-tree, the checkout.",
)  # fmt: skip
@click.option("--in-tree", is_flag=True, help="Make a folder of Kaiban's own adapters/ instead.")
def new(title: str, *, name: str, style: str, into: Path, in_tree: bool) -> None:
    """Make a department: adapter, stub, sample message, tests, quality file.

    TITLE is its Chinese name (医保登记). It passes the bronze checks at once, against its own stub;
    TODO marks what is yours.
    """
    wanted = scaffold.Wanted(title, style, name, into, in_tree)
    try:
        folder = scaffold.make(wanted)
    except (scaffold.ScaffoldError, OSError) as wrong:
        raise click.UsageError(str(wrong)) from wrong
    install = f"pip install --no-deps -e {into if in_tree else folder}"
    click.echo(f"{folder}：请先执行 {install}，再运行 pytest；然后逐一完成 TODO。")


@adapter.command()
@click.argument("name")
def keep(name: str) -> None:
    """Keep what this version prepares, as golden/prepared-VERSION.json: a later one must finish it (G09).

    Once for each released version; what is kept is never written over.
    """
    kind = _adapter(name)
    try:
        path = keeping.keep(kind)
    except FileExistsError as there:
        raise click.UsageError(f"{there.args[0]} is there already and is not changed") from there
    except (LookupError, Failed) as wrong:
        raise click.UsageError(str(wrong)) from wrong
    click.echo(path)


@adapter.command(name="lint")
@click.argument("names", nargs=-1)
def run_lint(names: tuple[str, ...]) -> None:
    """Look for what an adapter must not contain; exit 1 with file, line and what to do."""
    kinds = [_adapter(each) for each in names or examine.adapter_names()]
    found = [each for kind in kinds for each in lint.of_adapter(kind)]
    for each in found:
        click.echo(each)
    raise SystemExit(1 if found else 0)


def _adapter(name: str) -> type[AdapterBase]:
    try:
        return examine.adapter_class(name)
    except (LookupError, ImportError) as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _target(kind: type[AdapterBase], against: str, settings: Path | None) -> Target:
    if against == "stub":
        return STUB
    try:
        target = afar.target(against, settings)
        if not kind.manifest.by_hand:
            afar.reach(kind, target)
    except afar.AfarError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    return target


def _at_once(kind: type[AdapterBase], target: Target, wanted: int) -> int:
    # A department's test system is not there to be stormed. A counter's class is made when it is
    # asked for, and what has no name in a module cannot be told to another process.
    return 1 if target.url or issubclass(kind, CounterAdapter) else wanted


def _run(kind: type[AdapterBase], target: Target, checks: list[Check], at_once: int) -> Report:
    findings = []
    for finding in examine.examine(kind, checks, target, at_once):
        findings.append(finding)
        click.echo(f"{finding.check.id} {finding.verdict.value} {finding.seconds:.1f} s", err=True)
    told = target.settings or {}
    secrets = [str(told[each]) for each in driving_of(kind).secrets if each in told]
    return Report(kind, target, findings, secrets)
