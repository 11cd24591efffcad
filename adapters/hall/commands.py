"""``kaiban stubs``: the hall on the command line."""

import json
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from adapters.hall import scenarios
from adapters.hall.clock import RealClock
from adapters.hall.fault_injection.answers import AnswersError
from adapters.hall.hall import Hall
from adapters.hall.recordings.recorder import Recorder
from adapters.hall.recordings.verifying import RecordingError
from adapters.hall.recordings.verifying import verify as verified
from adapters.hall.serving.certificates import Tls
from adapters.hall.serving.server import PortTakenError
from adapters.tls import Trust
from kaiban.ports import Misconfigured

#: By this Kaiban knows the file for what it is; in production it refuses it.
PRETENDED = "[stubs]\npretended = true\n"


@click.group()
def stubs() -> None:
    """Pretended department systems for tests and demonstrations."""


@stubs.command()
@click.option("--seed", default=7, show_default=True, help="The same seed, the same decisions.")
@click.option("--speed", default=1.0, show_default=True, help="Business seconds a real second.")
@click.option(
    "--clock",
    default="",
    help="<business instant>@<file>x<speed>: begins at the real instant in the file; stands still until it is there.",
)
@click.option(
    "--scenario", type=click.Choice(scenarios.names()), default="calm", show_default=True,
    help="How the day goes; also when it begins, unless --clock says so.",
)  # fmt: skip
@click.option("--pace", default=1.0, show_default=True, help="Reviews take that much less time.")
@click.option("--always-open", is_flag=True, help="No closing hours, no holidays.")
@click.option("--only", default="", help="Departments, separated by commas; all without it.")
@click.option(
    "--port", default=7100, show_default=True, envvar="KAIBAN_STUBS_PORT", type=click.IntRange(0, 65535),
    help="The hall's page; departments listen on the next ones; 0: on any free ones.",
)  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="State and keys.")
@click.option(
    "--settings", type=click.Path(path_type=Path), default=None,
    help="Write the settings (KAIBAN_LINKS) there once all are up, instead of printing them.",
)  # fmt: skip
@click.option("--callback-url", default="", help="Where Kaiban listens; without it nobody calls.")
@click.option(
    "--tls",
    flag_value="server",
    default="off",
    help="Departments speak HTTPS, with certificates of the hall's own test authority.",
)
@click.option(
    "--mutual-tls",
    "tls",
    flag_value="mutual",
    help="The same, and only with those who show a certificate of that authority.",
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Answers of your own, by request: a TOML file (docs/stub-hall.md).",
)
def up(
    *,
    seed: int,
    speed: float,
    clock: str,
    scenario: str,
    pace: float,
    always_open: bool,
    only: str,
    port: int,
    folder: Path | None,
    settings: Path | None,
    callback_url: str,
    tls: Tls,
    answers: Path | None,
) -> None:
    """Run the hall on 127.0.0.1 until Ctrl-C, and tell the adapters' settings."""
    epoch, speed, file = _clock(clock, speed, scenario)
    hall = Hall(
        seed=seed,
        epoch=epoch,
        speed=speed,
        manual=file is not None,
        pace=pace,
        always_open=always_open,
        only=tuple(filter(None, only.split(","))),
        ports=port or "free",
        folder=folder,
        callback_url=callback_url,
        scenario=scenario,
        admin=True,
        tls=tls,
        answers=answers,
    )
    stopping = _until_stopped()
    with _opened(hall):
        _tell(hall, settings)
        click.echo(f"大厅页面 {hall.admin_url}/", err=True)
        if file:
            _start_with(hall, file, stopping)
        stopping.wait()


@stubs.command()
@click.option(
    "--recording", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="A recording of the hall, or of a real department in the same form.",
)  # fmt: skip
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    help="The hall's folder: its keys were used in the recording.",
)  # fmt: skip
def verify(recording: Path, folder: Path) -> None:
    """Check that the stubs still speak as a recording does; exit code 1 if not."""
    try:
        with recording.open(encoding="utf-8") as lines:
            report = verified(lines, folder / "keys")
    except RecordingError as error:
        raise click.UsageError(f"{recording}: {error}") from error
    for each in report.differences:
        click.echo(f"{each.department} {each.n} {each.operation}: {'; '.join(each.what)}")
    click.echo(
        f"比对 {report.compared} 次往来，{len(report.differences)} 次不同，{report.skipped} 次不比对。"
    )
    # Nothing compared is nothing proved.
    sys.exit(0 if report.compared and not report.differences else 1)


@stubs.command()
@click.option("--department", required=True, help="Whose stub knows how its messages are read.")
@click.option("--to", required=True, help="The department's address.")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Where the adapter finds us; 0: any free one.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the recording is written: DEPARTMENT.jsonl, and keys/.",
)
@click.option(
    "--keys",
    default=None,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Keys their messages are enciphered with, named as in a hall's folder.",
)
@click.option("--ca-file", default="", help="The only authority trusted in TLS.")
@click.option(
    "--certificate-file", default="", help="Our certificate and its key, if they ask for one."
)
@click.option("--seed", default=7, show_default=True, help="Of a hall, if it is one: its seed.")
@click.option("--pace", default=1.0, show_default=True, help="Its pace.")
@click.option("--always-open", is_flag=True, help="Whether it is always open.")
def record(
    *,
    department: str,
    to: str,
    port: int,
    out: Path,
    keys: Path | None,
    ca_file: str,
    certificate_file: str,
    seed: int,
    pace: float,
    always_open: bool,
) -> None:
    """Stand between an adapter and its department until Ctrl-C, and write down what both say, about other people."""
    try:
        recorder = Recorder(
            department, to, out, port=port, keys=keys, tls=Trust(ca_file, certificate_file).context(),
            options={"seed": seed, "pace": pace, "always_open": always_open},
        )  # fmt: skip
    except (KeyError, Misconfigured) as error:
        raise click.UsageError(str(error.args[0])) from error
    stopping = _until_stopped()
    with _opened(recorder):
        click.echo(recorder.url)
        stopping.wait()
    written = len(recorder.exchanges) - recorder.left_out
    click.echo(
        f"录下 {written} 次往来，{recorder.left_out} 次因无法换人而未写入：{recorder.file}",
        err=True,
    )
    if keys:
        click.echo(f"{out / 'keys'} 中有对方测试系统的密钥，请勿提交到代码库。", err=True)
    sys.exit(0 if written else 1)


def _until_stopped() -> threading.Event:
    """Return an event that Ctrl-C, or whoever ends the process, sets."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


@contextmanager
def _opened(hall: AbstractContextManager[object]) -> Iterator[None]:
    """Open the hall, or say which port is taken or which answers are wrong, and leave nothing of it running."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hall)
        except PortTakenError as error:
            raise click.UsageError(
                f"{error.name}: 端口 {error.port} 已被占用：请用 --port（KAIBAN_STUBS_PORT）另选，0 为任意空闲端口。"
            ) from error
        except (AnswersError, UnicodeDecodeError) as error:
            raise click.UsageError(f"--answers:\n{error}") from error
        yield


def _clock(text: str, speed: float, scenario: str) -> tuple[datetime, float, Path | None]:
    """Where the hall's clock begins, how fast it runs, and the file it waits for."""
    if not text:
        now = datetime.now(UTC)  # noqa: TID251 - the stubs' clock begins now
        return scenarios.scenario(scenario).epoch(now), speed, None
    try:
        epoch, rest = text.split("@")
        path, factor = rest.rsplit("x", 1)
        return datetime.fromisoformat(epoch), float(factor), Path(path)
    except ValueError as error:
        raise click.BadParameter(f"--clock {text}: {error}") from error


def _start_with(hall: Hall, file: Path, stopping: threading.Event) -> None:
    """Let the hall's clock run since the instant in the file, once it is there, and stand while the file says so.

    A hall that is started again goes on where time is, not where it began; and where it was, if the machine's clock
    has been put back: what waits for an instant there would wait for it a second time.
    """
    while not (file.exists() and file.stat().st_size) and not stopping.wait(0.05):
        pass
    if stopping.is_set():
        return
    known = hall.clock.real(hall.latest - hall.clock.now())
    hall.clock.start(max(_ran(_lines(file)), known))
    runs = True
    while not stopping.wait(0.1):
        lines = _lines(file)
        # The first line is the beginning, then by turns a pause and its end.
        if runs is not bool(len(lines) % 2):
            runs = not runs
            hall.clock.start() if runs else hall.clock.stop()


def _lines(file: Path) -> list[datetime]:
    return [datetime.fromisoformat(line) for line in file.read_text(encoding="ascii").split()]


def _ran(lines: list[datetime]) -> timedelta:
    """The real time in which the clock has run so far."""
    known = [*lines, RealClock().now()]
    return sum(
        (end - start for start, end in zip(known[::2], known[1::2], strict=False)), timedelta()
    )


def _tell(hall: Hall, target: Path | None) -> None:
    links = [_settings(name, hall.settings(name)) for name in hall.names]
    text = "\n".join([PRETENDED, *links, _settings("texts", hall.texts_settings())])
    if target is None:
        click.echo(text)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(text, encoding="utf-8")
        part.replace(target)  # whoever waits for the file finds it whole
    for name, why in hall.broken.items():
        click.echo(f"{name} is not up: {why}", err=True)


def _settings(name: str, settings: Mapping[str, Any]) -> str:
    lines = [
        f"{setting} = {json.dumps(value, ensure_ascii=False)}"
        for setting, value in settings.items()
    ]
    return "\n".join([f"[{name}.settings]", *lines, ""])
