"""How commands speak: JSON on stdout for programs, sentences for people, defects with what to do."""

import codecs
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from forms import codes
from kaiban.api.request.strict import StrictJsonError, parse
from kaiban.domain.notices.notice import Caution, Defect

#: What some editors put before a text; a strict reader takes none of them.
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

#: A number of a row; the largest is that of a column of PostgreSQL.
NUMBER = click.IntRange(0, 2**31 - 1)

#: How many rows are asked for: a database takes fewer than none for all, or for a mistake.
LIMIT = click.IntRange(1, 10_000)

#: Where a server of ours listens; 0 is any free port.
PORT = click.IntRange(0, 65535)

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


def put(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def read_bytes(path: Path) -> bytes:
    """What is in a file; a usage error (exit 2) if it cannot be read or is empty."""
    try:
        found = path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path}: 无法读取（{error.strerror}）。") from error
    if not found:
        raise click.UsageError(f"{path}: 文件是空的。")
    return found


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Where to write what becomes that file once all of it is there; until then, whatever was there before stays.

    The folders above it are made. A usage error (exit 2) if it cannot be written. Whoever leaves early leaves nothing behind.
    """
    part = path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() or not path.exists():  # a pipe or a device is written as it is
            path = path.resolve()
            part = path.with_name(f".{path.name[:200]}.{os.getpid()}")
        yield part
        if part != path:
            part.replace(path)
    except OSError as error:
        raise click.UsageError(f"{path}: 无法写入（{error.strerror}）。") from error
    finally:
        if part != path:
            with suppress(OSError):
                part.unlink()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole, as `writing` does."""
    with writing(path) as part:
        part.write_bytes(content)


def links_of(entry: dict[str, Any], chosen: str) -> tuple[str, ...]:
    """The links named on the command line, else those the form asks for, which are taken out of it."""
    asked = entry.pop("links", [])
    if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
        raise click.UsageError("links 应为环节名称的列表。")
    return tuple(filter(None, chosen.split(","))) or tuple(asked)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; a usage error (exit 2) if it is not one."""
    content = read_bytes(path)
    if content.startswith(BOMS):
        raise click.UsageError(f"{path}: 请另存为不带 BOM 的 UTF-8 编码。")
    try:
        found = parse(content)
    except StrictJsonError as error:
        raise click.UsageError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise click.UsageError(f"{path}: 应为一个 JSON 对象。")
    return found


def refuse(defects: Iterable[Defect], *, json_wanted: bool) -> NoReturn:
    """Print every defect and end with exit code 1."""
    found = list(defects)
    if json_wanted:
        put({"ok": False, "errors": [vars(defect) for defect in found]})
    else:
        for defect in found:
            click.echo(f"{defect.pointer or '-'}  [{defect.code}]  {defect.message}", err=True)
            if isinstance(defect, Caution):
                click.echo(f"    确认无误的，在 confirm 中加上：{defect.confirm}", err=True)
        click.echo(f"共 {len(found)} 项需要补正。", err=True)
    sys.exit(1)


def show_case(report: Mapping[str, Any]) -> None:
    """A case as a person reads it on a terminal."""
    elapsed, promise = report["elapsed"], report["promise"]
    click.echo(f"{report['case_no']}  {report['company']}  {report['status_title']}")
    click.echo(
        f"办理用时 {minutes(elapsed['working_minutes'])}（承诺 {minutes(promise['working_minutes'])}）"
        f"  自然用时 {minutes(elapsed['wall_minutes'])}"
    )
    if report["delivery"]["mode"]:
        click.echo(_delivery(report["delivery"]))
    for link in report["links"]:
        click.echo(_line(link))
    for notice in report["notices"]:
        if notice["answered_at"] is None:
            _show_notice(notice)
    for message in report["notifications"]:
        click.echo(_message(message))


def minutes(count: int) -> str:
    """``252`` -> ``4 小时 12 分``."""
    hours, rest = divmod(count, 60)
    return f"{hours} 小时 {rest:02d} 分" if hours else f"{rest} 分"


def _line(link: Mapping[str, Any]) -> str:
    times = " → ".join(at[11:16] for at in (link["submitted_at"], link["done_at"]) if at)
    told = link["receipt"] or link["reason"]
    return f"  {link['title']}  {link['status_title']}  {times}  {told}".rstrip()


def _delivery(delivery: Mapping[str, Any]) -> str:
    """How the package comes, and whether that was changed since it was first said."""
    told = [f"领取方式 {codes.DELIVERY_MODES.label(delivery['mode'])}"]
    for key, text in (("changed_at", "改于"), ("posted_at", "寄于"), ("handed_out_at", "领于")):
        if delivery[key]:
            told.append(f"{text} {delivery[key][:16].replace('T', ' ')}")
    return "  ".join([*told, delivery["tracking"]]).rstrip()


def _message(message: Mapping[str, Any]) -> str:
    told = (message["at"][:16].replace("T", " "), message["kind_title"], message["channel_title"],
        message["address"], message["status_title"], message["code"])  # fmt: skip
    return "  ✉ " + "  ".join(part for part in told if part)


def _show_notice(notice: Mapping[str, Any]) -> None:
    click.echo(f"一次性告知书第 {notice['number']} 号：")
    for item in notice["items"]:
        click.echo(f"  {item['pointer'] or '-'}  [{item['code']}]  {item['message']}")
    click.echo(f"  补正时写明 version：{notice['version']}")


def _plain(value: Any) -> Any:
    number = float(value)
    return int(number) if number.is_integer() else number
