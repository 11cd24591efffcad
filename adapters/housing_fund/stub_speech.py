"""The centre's files for people to read, wrong ones on purpose, and its clerk."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response

from adapters.hall.clerk import Case, Clerk, ClerkError, Verdict, open_entry
from adapters.hall.hours import BEIJING
from adapters.hall.speech import Change, Reading, Speech, Spoil, answer, read
from adapters.hall.store import Exchange, instant
from adapters.housing_fund import stub_files as files

TEXT = "text/plain;charset=GB18030"
LINE = re.compile(r"(?P<method>[A-Z]+) /(?P<folder>in|archive|out)/(?P<file>[^?]*)")
OPERATIONS = {("PUT", "txt"): "txt", ("PUT", "ok"): "ok", ("DELETE", "ok"): "del"}
RESULT = b"H|RET|"
BY_HAND = {
    "reject": ("L10", "经人工审核，不予开户。"),
    "supplement": ("L02", "经人工审核，缴存比例请补正。"),
}


def _reading(exchange: Exchange, raw: bytes) -> Reading:
    found = LINE.match(exchange.line)
    if found is None:
        return read(raw)
    name, _, kind = found["file"].partition(".")
    what = OPERATIONS.get((found["method"], kind), f"get.{found['folder']}")
    operation = f"{name[:5]}.{what}" if name else f"list.{found['folder']}"
    return Reading(operation, name, "gb18030", *_records(raw))


def _records(raw: bytes) -> tuple[dict[str, str], tuple[tuple[int, int], ...], str]:
    lines = raw.decode("gb18030", "replace").split("\r\n")
    fields: dict[str, str] = {}
    for number, line in enumerate(filter(None, lines)):
        columns = line.split("|")
        kind = "".join(columns[:1]) + ("".join(columns[2:3]) if columns[0] == "D" else "")
        fields |= {f"{number}.{kind}.{n}": c for n, c in enumerate(columns) if len(columns) > 1}
        if len(columns) == 1:
            fields[f"{number}"] = line
    end = raw.rfind(b"\r\nT|")
    return (fields, ((0, end + 2),), "HMAC-SM3") if end > 0 else (fields, (), "")


def _changed(change: Callable[[list[list[str]]], Any]) -> Spoil:
    """Spoil a result file and sign it again; anything else stays."""

    def spoilt(stub: Any, response: Response) -> Response:
        raw = response.get_data()
        if not raw.startswith(RESULT) or b"\r\nT|" not in raw:
            return response
        lines = records(raw)
        change(lines)
        return answer(signed(stub, lines), TEXT)

    return spoilt


def records(raw: bytes) -> list[list[str]]:
    """Return the columns of a result file's records, without its trailer."""
    return [line.split("|") for line in raw.decode("gb18030").split("\r\n")[:-2]]


def signed(stub: Any, lines: list[list[str]]) -> bytes:
    """Return a result file of these records as the centre would sign it."""
    return files.write(lines, stub.secret("housing_fund.exchange_key"))


def _columns(stub: Any, raw: bytes, change: Change) -> bytes:
    if b"\r\nT|" not in raw:
        return raw
    return signed(stub, [[change(column) for column in record] for record in records(raw)])


def bad_code(raw: bytes) -> bytes:
    """Return a result file with another trailer; anything else as it is."""
    if not raw.startswith(RESULT):
        return raw
    # No hexadecimal digit stays what it is.
    return raw[:-10] + raw[-10:].translate(
        bytes.maketrans(b"0123456789abcdefABCDEF", b"fedcba9876543210543210")
    )


def _unit_twice(lines: list[list[str]]) -> None:
    """As if the centre had opened a second account for the unit."""
    head, unit, *people = lines
    again = [*unit[:5], *(each[::-1] for each in unit[5:6]), *unit[6:]]
    lines[:] = [head, unit, again, *people]
    for number, line in enumerate(lines[1:], 1):
        line[1] = str(number)
    head[-1] = str(len(lines) - 1)


class HousingFundSpeech(Speech):
    """Files of records; only result files can be spoilt."""

    #: The clerk's name in a unit's record, an employee's in the application and in the result.
    personal: ClassVar[re.Pattern[str]] = re.compile(r"\.(DU\.12|DP\.3|DP\.6)$")
    documents: ClassVar[re.Pattern[str]] = re.compile(r"\.(DU\.14|DP\.5)$")

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "bad-signature": lambda _, response: answer(bad_code(response.get_data()), TEXT),
        "other-serial": _changed(lambda records: records[0].__setitem__(2, "NOBODY")),
        "unlisted-code": _changed(lambda records: records[0].__setitem__(3, "77")),
        "missing-field": _changed(lambda records: records[-1].pop()),
        "duplicate-case": _changed(_unit_twice),
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return _reading(exchange, exchange.asked)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return _reading(exchange, exchange.answered)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change every column, and sign files again."""
        asked = _columns(stub, exchange.asked, change)
        return replace(exchange, asked=asked, answered=_columns(stub, exchange.answered, change))

    def login(self, stub: Any) -> Mapping[str, str]:
        """Log in as the adapter does."""
        ours = stub.settings()
        login = base64.b64encode(f"{ours['org']}:{ours['password']}".encode()).decode()
        return {"Authorization": f"Basic {login}"}


class HousingFundClerk(Clerk):
    """Whatever has no result yet can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every file that was applied with."""
        return [_case(stub, name, file) for name, file in stub.store.all("file").items()]

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Examine a file now; approving leaves it to the centre's rules."""
        file = open_entry(stub, "file", case_id)
        if file["withdrawn"] or "result" in file:
            raise ClerkError("该文件已有结果")
        now = stub.now().isoformat()
        if verdict != "approve":
            stub.store.put("by_hand", case_id, {"said": BY_HAND[verdict]})
        stub.store.put("file", case_id, {**file, "taken": now, "due": now})
        stub.store.put("open", case_id, {"at": now})
        stub.refresh()


def _case(stub: Any, name: str, file: Mapping[str, Any]) -> Case:
    step = "pre" if name.startswith("GJJ01") else "confirm"
    result = file.get("result")
    codes = _codes(stub, name) if result else set()
    stage, state = next(
        shown
        for shown, so in (
            (("withdrawn", "已撤回"), file["withdrawn"]),
            (("done", "已开户" if step == "confirm" else "已预登记"), codes == {"00"}),
            (("refused", "不予办理"), codes & {"L05", "L10"}),
            (("correction", "退回补正"), result),
            (("waiting", f"待 {instant(file['taken']).astimezone(BEIJING):%H:%M} 批次"), True),
        )
        if so
    )
    return Case(name, stub.unit_name(name), step, stage, state, "" if result else file["due"])  # type: ignore[arg-type] # the stages stand above


def _codes(stub: Any, name: str) -> set[str]:
    lines = stub.result_lines(name)
    return {"".join(line[3:4]) for line in lines if line[0] in {"H", "D"} and line[2:3] != ["F"]}
