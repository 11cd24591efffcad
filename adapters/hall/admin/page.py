"""The hall for people: six columns, a clock, switches for faults, and every exchange laid open.

Everything is a link or a form; a small script only saves the reloading.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from adapters.hall import scenarios
from adapters.hall.admin.control import Control, InputError, possible
from adapters.hall.clerk import VERDICTS, Case
from adapters.hall.fault_injection.faults import KINDS
from adapters.hall.hours import BEIJING
from adapters.hall.speech import Reading
from adapters.hall.store import Exchange, instant
from adapters.wire.reading import as_text

WIDTH = 16
MOST_BYTES = 4096
MOST_TEXT = 6000
IN_COLUMN, ON_DESK = 6, 200
WORDS = {"approve": "准予", "reject": "驳回", "supplement": "补正"}
STAGES = {"waiting": "办理中", "correction": "待补正", "done": "已办结", "refused": "不予办理",
          "withdrawn": "已撤回"}  # fmt: skip
ORDER = tuple(STAGES)
CALLS = {"planned": "待打", "held": "扣下了", "taken": "已收下", "dropped": "没打", "given up": "放弃了",
         "wrong ref": "说错了办件"}  # fmt: skip
LIGHTS = {"waiting": "○", "correction": "△", "done": "●", "refused": "✕", "withdrawn": "–"}
PORTS = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


@dataclass(frozen=True)
class Row:
    """One line of a hex dump: its place, its bytes with whether each is vouched for, its text."""

    at: str
    bytes: tuple[tuple[str, bool], ...]
    text: str


@dataclass(frozen=True)
class Side:
    """One side of an exchange, ready to be shown."""

    title: str
    size: int
    head: Mapping[str, str]
    rows: tuple[Row, ...]
    text: str
    reading: Reading
    covered: str


def pages(control: Control) -> Blueprint:
    """Return the pages over a hall."""
    page = Blueprint("page", __name__, template_folder="templates")
    page.add_app_template_filter(_clock, "clock")
    page.add_app_template_filter(_status, "status")
    _looking(page, control)
    _moving(page, control)
    return page


def refused(status: int, detail: str) -> Response:
    """Return the page that says what cannot be."""
    text = render_template("refused.html", status=status, detail=detail)
    return Response(text, status)


def _looking(page: Blueprint, control: Control) -> None:
    @page.get("/")
    def hall() -> str:
        stubs = [_column(control, name) for name in _in_order(control.hall.names)]
        return render_template(
            "hall.html", hall=control.hall_shown(), stubs=stubs, stages=STAGES, lights=LIGHTS,
            commits=len(control.hall.commits()), messages=control.hall.outbox.all(),
        )  # fmt: skip

    @page.get("/desk/<name>")
    def desk(name: str) -> str:
        stub = control.hall.stub(name)
        return render_template(
            "desk.html", hall=control.hall_shown(), stub=_column(control, name, ON_DESK),
            stages=STAGES, lights=LIGHTS, verdicts=[(v, WORDS[v]) for v in VERDICTS], kinds=KINDS,
            possible=possible(stub), scenarios=_scenarios(), calls=CALLS,
        )  # fmt: skip

    @page.get("/desk/<name>/<int:number>")
    def exchange(name: str, number: int) -> str:
        each, stub = control.exchange(name, number), control.hall.stub(name)
        last = control.journal(name, last=1)[-1].n
        return render_template(
            "exchange.html", hall=control.hall_shown(), stub=control.stub_shown(name), each=each,
            sides=_sides(stub, each), last=last,
        )  # fmt: skip


def _moving(page: Blueprint, control: Control) -> None:
    def back(name: str = "") -> Any:
        to = url_for("page.desk", name=name) if name else url_for("page.hall")
        return redirect(to, HTTPStatus.SEE_OTHER)

    @page.post("/clock")
    def clock() -> Any:
        control.set_clock(_clock_form(request.form))
        return back()

    @page.post("/reset")
    def reset() -> Any:
        control.reset()
        return back()

    @page.post("/desk/<name>/scenario")
    def scenario(name: str) -> Any:
        control.play(name, {"scenario": request.form.get("scenario", "")})
        return back(name)

    @page.post("/desk/<name>/faults")
    def add_fault(name: str) -> Any:
        control.add_fault(name, _fault_form(request.form))
        return back(name)

    @page.post("/desk/<name>/faults/remove")
    def remove_fault(name: str) -> Any:
        number = request.form.get("number", type=int)
        control.remove_faults(name, number)
        return back(name)

    @page.post("/desk/<name>/cases/<case_id>")
    def decide(name: str, case_id: str) -> Any:
        control.decide(name, case_id, request.form.get("verdict", ""))
        return back(name)

    @page.post("/desk/<name>/calls/<number>")
    def call(name: str, number: str) -> Any:
        control.call(name, number, request.form.get("act", ""))
        return back(name)


def _column(control: Control, name: str, last: int = IN_COLUMN) -> dict[str, Any]:
    cases = sorted(control.cases(name), key=lambda each: ORDER.index(each.stage))
    counts = {stage: sum(each.stage == stage for each in cases) for stage in ORDER}
    return {
        **control.stub_shown(name), "cases": [_shown(each, control) for each in cases],
        "counts": counts, "calls_made": control.calls(name),
        "exchanges": list(reversed(control.journal(name, last=last))),
    }  # fmt: skip


def _shown(case: Case, control: Control) -> dict[str, Any]:
    """Add how long it will still take by itself, in minutes of business."""
    left = ""
    if case.due:
        seconds = (instant(case.due) - control.hall.clock.now()).total_seconds()
        left = f"{max(0, round(seconds / 60))} 分钟后" if seconds < 86400 else _clock(case.due)  # noqa: PLR2004 - a day
    return {**case.shown(), "left": left}


def _in_order(names: tuple[str, ...]) -> list[str]:
    return sorted(names, key=lambda each: (*PORTS, each).index(each))


def _scenarios() -> list[tuple[str, str]]:
    return [(name, scenarios.scenario(name).title) for name in scenarios.names()]


def _clock_form(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a clock form asks; each button says one thing."""
    given: dict[str, Any] = {name: form[name] for name in ("advance", "to") if form.get(name)}
    if form.get("running"):
        given["running"] = form["running"] == "true"
    if form.get("speed"):
        given["speed"] = _number(form["speed"])
    return given


def _fault_form(form: Mapping[str, str]) -> dict[str, Any]:
    """Return a fault from a form: empty fields are left out, numbers read; ``more`` is ``name=value``."""
    given: dict[str, Any] = {name: form[name] for name in ("do", "at", "op") if form.get(name)}
    if form.get("when") and form.get("amount"):
        given[form["when"]] = _number(form["amount"])
    if form.get("field") and form.get("pattern"):
        given["where"] = {form["field"]: form["pattern"]}
    for line in form.get("more", "").split():
        name, _, value = line.partition("=")
        given[name] = _number(value) if value[:1].isdigit() else value
    return given


def _number(text: str) -> int | float:
    try:
        return int(text) if text.strip().isdecimal() else float(text)
    except ValueError:
        raise InputError(f"{text[:40]!r} is not a number") from None


def _sides(stub: Any, each: Exchange) -> list[Side]:
    titles = ("请求", "回复") if each.way == "in" else ("部门的回调", "开办系统的回复")
    parts = (
        (titles[0], each.asked, each.asked_head, stub.speech.asked(stub, each)),
        (titles[1], each.answered, each.answered_head, stub.speech.answered(stub, each)),
    )
    return [_side(*part) for part in parts]


def _side(title: str, raw: bytes, head: Mapping[str, str], reading: Reading) -> Side:
    text, encoding = as_text(raw)
    encoding = "ascii" if encoding == "binary" else encoding
    covered = sum(end - start for start, end in reading.covered)
    said = f"{covered} / {len(raw)} 字节" if covered else ""
    rows = tuple(_dense(_rows(raw[:MOST_BYTES], reading.covered, encoding)))
    return Side(title, len(raw), head, rows, text[:MOST_TEXT], reading, said)


def _rows(raw: bytes, covered: tuple[tuple[int, int], ...], encoding: str) -> Iterator[Row]:
    """Yield the lines of a hex dump; ``*`` stands for more of the same, as hexdump has it."""
    last, texts = b"", _beside(raw, encoding)
    for at in range(0, len(raw), WIDTH):
        piece = raw[at : at + WIDTH]
        if piece == last and at + WIDTH < len(raw):
            yield Row("*", (), "")
            continue
        last = piece
        marks = (any(start <= at + n < end for start, end in covered) for n in range(len(piece)))
        pairs = tuple((f"{byte:02x}", mark) for byte, mark in zip(piece, marks, strict=True))
        yield Row(f"{at:06x}", pairs, "".join(texts[at : at + WIDTH]))


def _dense(rows: Iterator[Row]) -> Iterator[Row]:
    """Keep one ``*`` of several."""
    starred = False
    for row in rows:
        if not (row.at == "*" and starred):
            yield row
        starred = row.at == "*"


def _beside(raw: bytes, encoding: str) -> list[str]:
    """Return for every byte what stands for it: a character with its first byte, then fillers.

    A Chinese character is two columns wide; in GBK that is just its two bytes.
    """
    shown: list[str] = []
    for character in raw.decode(encoding, "surrogateescape"):
        size = len(character.encode(encoding, "surrogateescape"))
        if not character.isprintable():
            shown += ["·"] * size
        else:
            shown += [character, *[""] * (size > 1), *["·"] * (size - 2)]
    return shown


def _clock(value: str | datetime) -> str:
    at = value if isinstance(value, datetime) else instant(value)
    return f"{at.astimezone(BEIJING):%m-%d %H:%M:%S}"


def _status(status: int) -> str:
    return str(status) if status else "无回复"
