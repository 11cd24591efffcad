"""Answers of one's own: a TOML file that says to which requests something else is answered, and what.

::

    [[answer]]
    department = "tax"
    path = "/*"
    where = { "head.interfaceCode" = "SW0102" }
    times = 2
    status = 503
    headers = { Retry-After = "30" }
    body = "..."

Each table is a fault (``adapters.hall.fault_injection.faults``) of the kind ``answer``, or of the kind
``fault`` names. Its body is a text (``body``), a JSON value (``json``) or a file beside this one (``file``).
"""

import base64
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.hall.fault_injection.faults import Fault, FaultError, fault

TABLE = "answer"
BODIES = ("body", "json", "file", "base64")
JSON = "application/json"


class AnswersError(ValueError):
    """The file cannot be used; ``wrong`` has everything that is wrong with it, each with its line."""

    def __init__(self, wrong: Sequence[str]) -> None:
        super().__init__("\n".join(wrong))
        self.wrong = tuple(wrong)


def answers(
    text: str, check: Callable[[str, Fault], None], folder: Path | None = None
) -> list[tuple[str, Fault]]:
    """Read a file: departments and their faults, in order; AnswersError with all that is wrong.

    ``check`` raises FaultError if the department cannot commit the fault, KeyError if nobody is called so. ``folder`` is
    where files are looked for; without one, none may be named.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AnswersError([str(error)]) from None  # it ends in line and column
    strange = [((name,), f"unknown, there is [[{TABLE}]]") for name in raw if name != TABLE]
    tables = raw.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        strange, tables = [*strange, ((TABLE,), f"is a list of tables: [[{TABLE}]]")], []
    found: list[tuple[str, Fault]] = []
    wrong: list[tuple[tuple[Any, ...], str]] = [*strange]
    for number, table in enumerate(tables):
        try:
            found.append(_answer(table, check, folder))
        except FaultError as error:
            wrong.append(((TABLE, number, error.name), str(error)))
    if wrong:
        raise AnswersError([f"line {_line(text, at)}: {_place(at)}: {why}" for at, why in wrong])
    return found


def _answer(
    table: Mapping[str, Any], check: Callable[[str, Fault], None], folder: Path | None
) -> tuple[str, Fault]:
    rest = dict(table)
    department = rest.pop("department", None)
    if not isinstance(department, str):
        raise FaultError("department is one of the hall's", "department")
    if "do" in rest:
        raise FaultError("a fault is named by 'fault'", "do")
    if "fault" in rest:
        rest["do"] = rest.pop("fault")
    else:
        rest = {"do": "answer", **_bodied(rest, folder)}
    try:
        made = fault(rest)
        check(department, made)
    except KeyError:
        raise FaultError(f"no department is called {department!r}", "department") from None
    except FaultError as error:
        raise FaultError(str(error), {"do": "fault"}.get(error.name, error.name)) from None
    return department, made


def _bodied(rest: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """Write what is answered as a fault has it."""
    given = [name for name in BODIES if name in rest]
    if len(given) > 1:
        raise FaultError(f"only one of {', '.join(BODIES)}", given[1])
    if "json" in rest:
        headers = rest.get("headers", {})
        named = isinstance(headers, dict) and any(n.lower() == "content-type" for n in headers)
        if isinstance(headers, dict) and not named:
            rest["headers"] = {"Content-Type": JSON, **headers}
        rest["body"] = _json(rest.pop("json"))
    if "file" in rest:
        rest["base64"] = base64.b64encode(_content(rest.pop("file"), folder)).decode()
    return rest


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:
        raise FaultError("json has no dates and times; write them as texts", "json") from None


def _content(name: Any, folder: Path | None) -> bytes:
    if folder is None or not isinstance(name, str):
        raise FaultError("file is the name of a file beside a file of answers", "file")
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise FaultError(f"{name}: {error.strerror}", "file") from None


# --- where something stands ---------------------------------------------------------------------


def _place(at: tuple[Any, ...]) -> str:
    name, *rest = at
    return " ".join([name, *(str(n + 1) if isinstance(n, int) else n for n in rest if n != "")])


def _line(text: str, at: tuple[Any, ...]) -> int:
    """Return the line at which something begins, or its table where it is left out. TOML's parser does not tell."""
    wanted = tuple(each for each in at if each != "")
    for path in (wanted, wanted[:2], wanted[:1]):
        for line, whole in _beginnings(text):
            if _has(whole, path):
                return line
    return 1


def _beginnings(text: str) -> Iterator[tuple[int, Any]]:
    """Yield what the file says up to each line that ends something, and where that something began."""
    lines = text.splitlines(keepends=True)
    began = 0
    for end in range(1, len(lines) + 1):
        try:
            whole = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        yield began + 1, whole
        began = end


def _has(value: Any, path: tuple[Any, ...]) -> bool:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
