"""``kaiban case replay``: a past case once more, against pretended departments, in a place of its own."""

import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from kaiban.app import Kaiban
from kaiban.cli.case.cases import case, case_or_refuse, find
from kaiban.cli.case.tracker import all_exchanges
from kaiban.cli.demo_city.ports import free_port
from kaiban.cli.demo_city.scene import ClockLeader, Scene, environ_of
from kaiban.cli.terminal import as_json, put
from kaiban.cli.waiting import NotReadyError, Patience, wait_for
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.number import epoch_of
from kaiban.domain.cases.replay import Comparison, compare
from kaiban.domain.papers.material import Holder
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring

OWNER = "replay"
#: On this machine only: a replay must never reach a real department.
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
#: Real seconds a replay may stand still besides the time it should take.
STANDING_STILL = 300.0
#: Real seconds until the pretended city is up, on a machine with little else to do.
STARTING = 20.0
#: In these a step goes on by itself.
GOING = frozenset({"ready", "sending", "submitted", "in_review", "unknown"})


class How(NamedTuple):
    """How it is played."""

    speed: float
    seed: int
    always_open: bool


@case.command()
@click.argument("no")
@click.option("--link", "links", multiple=True, help="Only these links, and what they wait for.")
@click.option("--speed", default=600.0, show_default=True, help="Business time a real second.")
@click.option("--seed", default=7, show_default=True, help="Another seed, other decisions.")
@click.option(
    "--always-open", is_flag=True, help="As in the demo city: no closing hours, no holidays."
)
@as_json
@click.pass_obj
def replay(
    kaiban: Kaiban,
    no: str,
    *,
    links: tuple[str, ...],
    speed: float,
    seed: int,
    always_open: bool,
    as_json: bool,
) -> None:
    """Play a past case again against pretended departments and tell what goes otherwise.

    Its form, files, number and hour are the same; the case itself is not touched. Exit code 1 if
    anything differs, 2 if it could not be played to its end.
    """
    if kaiban.settings.env == "production":
        raise click.UsageError("重放只在开发环境进行：模拟部门在 KAIBAN_ENV=production 时不启动。")
    past = find(kaiban, no)
    chosen = _chosen(kaiban, past, links)
    try:
        found = _played(kaiban, past, chosen, How(speed, seed, always_open))
    except NotReadyError as error:
        # Nothing was compared, so nothing differs: not 1.
        click.echo(f"没有重放完，无从比较：{error}", err=True)
        sys.exit(2)
    _show(past, found, as_json=as_json)
    sys.exit(1 if any(each.differences for each in found) else 0)


def _chosen(kaiban: Kaiban, past: Case, links: Sequence[str]) -> tuple[str, ...]:
    """The links to play: those asked for and whoever grants what they need; none by hand."""
    names = [link.name for link in past.links]
    if strange := [name for name in links if name not in names]:
        raise click.UsageError(f"办件中没有环节 {'、'.join(strange)}，有：{'、'.join(names)}。")
    wanted = kaiban.office.plan(past).with_providers(links or names)
    by_hand = {name for name in wanted if kaiban.adapters[name].manifest.by_hand}
    for name in sorted(by_hand):
        click.echo(f"{past.link(name).title}由窗口手工办理，不重放。", err=True)
    if wanted == by_hand:
        raise click.UsageError("没有可以重放的环节。")
    return tuple(name for name in names if name in wanted - by_hand)


def _played(kaiban: Kaiban, past: Case, links: tuple[str, ...], how: How) -> list[Comparison]:
    folder = Path(kaiban.settings.var) / f"replay-{secrets.token_hex(4)}"
    begins = folder / "begins"
    clock = f"{past.accepted_at.isoformat()}@{begins}x{how.speed}"
    address = f"http://127.0.0.1:{free_port()}"
    environ = environ_of(folder, address, clock)
    environ |= {name: kaiban.environ[name] for name in ("KAIBAN_CITY",) if name in kaiban.environ}
    options: tuple[str, ...] = ("--port", "0", "--clock", clock, "--seed", str(how.seed))
    options += ("--always-open",) if how.always_open else ()
    scene = Scene(folder, folder / "links.toml", address, options, environ)
    stage = Kaiban(environ)
    try:
        with scene.played(stage):
            here = Kaiban({**environ, "KAIBAN_LINKS": str(scene.links)})
            _only_here(here, links)
            opened = _opened(kaiban, here, past, links)
            ClockLeader(begins, kaiban.wall.now).turn()
            now = _waited(scene, here, opened, _seconds(past, how.speed))
            said = all_exchanges(kaiban, past.no), all_exchanges(here, now.no)
            return compare(past, said[0], now, said[1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _only_here(here: Kaiban, links: Sequence[str]) -> None:
    """Whatever the city profile says: no link may lead to another machine."""
    for name in links:
        settings = here.profile.links.get(name, {}).get("settings", {})
        host = urlsplit(str(settings.get("url", ""))).hostname
        if host not in HERE:
            raise click.UsageError(f"环节 {name} 没有本机的模拟部门，不能重放。")


def _opened(kaiban: Kaiban, here: Kaiban, past: Case, links: tuple[str, ...]) -> Case:
    filing = secrets.token_urlsafe(16)
    holder = Holder(case_no=past.no)
    for one in kaiban.materials.listed(holder):
        if not one.promised:
            bring(here.office, filing, one.key, kaiban.materials.get(holder, one.id))
    _up_to(here, past.no)
    application = Application(
        past.form, links, OWNER, hall=past.hall, promise=past.promise, filing=filing
    )
    return case_or_refuse(open_case(here.office, application), as_json=False)


def _up_to(here: Kaiban, no: str) -> None:
    """Use up the numbers before, so that the case gets the one it had and its messages the same keys."""
    for _ in range(epoch_of(no)):
        here.epochs.raised("replay")
    day, serial = no[8:16], int(no[16:21])
    with here.cases.transaction() as tx:
        for _ in range(serial - 1):
            tx.next_number(day)


def _seconds(past: Case, speed: float) -> float:
    """How long it will take if it goes as it went, up to its end or as far as it came."""
    last = max([past.accepted_at, *(event.at for event in past.events)])
    taken = (past.finished_at or last) - past.accepted_at
    seconds = taken.total_seconds() / speed
    click.echo(
        f"开始重放，按当时的用时约需 {seconds + STARTING:.0f} 秒，其中启动约 {STARTING:.0f} 秒；"
        "模拟部门若已下班，会等到开门。",
        err=True,
    )
    return seconds


def _waited(scene: Scene, here: Kaiban, opened: Case, seconds: float) -> Case:
    """The case when nothing of it goes on by itself any more; NotReadyError if it does not come to that."""

    def at_rest() -> Case | None:
        case = here.cases.read(opened.no)
        going = any(step.state.value in GOING for _, step in case.steps())
        return None if going else case

    def signs() -> int:
        scene.signs()  # raises if a process has died
        return len(here.cases.read(opened.no).events)

    long = 2 * seconds + STANDING_STILL
    return wait_for(at_rest, "重放结束", signs, Patience(long, 3 * long))


def _show(past: Case, found: Sequence[Comparison], *, as_json: bool) -> None:
    if as_json:
        put({"case_no": past.no, "steps": [_row(each) for each in found]})
        return
    if past.revision > 1:
        click.echo("该办件曾经补正：重放用的是补正后的内容。")
    for each in found:
        sign = "≠" if each.differences else "＝"
        click.echo(f"{sign} {past.link(each.link).title} {each.step}  {each.now.state}")
        for line in each.differences:
            click.echo(f"    {line}")
        if not each.then.turns:
            click.echo("    当时的往来没有留存或已过保存期，只比较结果")


def _row(each: Comparison) -> dict[str, object]:
    return {
        "link": each.link, "step": each.step, "same": not each.differences,
        "differences": list(each.differences), "then": each.then.state, "now": each.now.state,
        "kept": bool(each.then.turns),
    }  # fmt: skip
