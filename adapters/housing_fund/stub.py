"""The pretended housing fund centre: three folders and four batches a day (protocol.md)."""

import base64
import math
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from adapters.hall.hours import BEIJING, is_working_day
from adapters.hall.papers.originals import sample_paper
from adapters.hall.store import instant
from adapters.hall.stub import Stub
from adapters.housing_fund import stub_files as files
from adapters.housing_fund import stub_rules as rules
from adapters.housing_fund.stub_speech import HousingFundClerk, HousingFundSpeech

ORG = "99010001"
WINDOWS = (time(10, 0), time(11, 30), time(15, 0), time(16, 30))
OPEN_EVERY = timedelta(minutes=5)
#: (median, 95th percentile) from the window to the result
EXAMINING = (timedelta(minutes=10), timedelta(minutes=20))
EXAMINING_OPEN = (timedelta(minutes=2), timedelta(minutes=4))
#: How long a result file is being written before its .ok is there.
WRITING = timedelta(minutes=1)

Paper = dict[str, Any]


class HousingFundStub(Stub):
    """Files are laid down in ``in/``, taken by the batch, and answered in ``out/``."""

    name = "housing_fund"
    title = "公积金缴存登记"
    port = 7106
    speech = HousingFundSpeech()
    clerk = HousingFundClerk()

    def settings(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "org": ORG,
            "password": self.secret("housing_fund.password").decode(),
            "exchange_key": self._key.decode(),
        }

    def routes(self, app: Flask) -> None:
        app.register_error_handler(HTTPException, _plainly)
        app.before_request(self._check_login)
        app.add_url_rule("/in/<name>.txt", "lay", self._lay_down, methods=["PUT"])
        app.add_url_rule("/in/<name>.ok", "ok", self._apply, methods=["PUT"])
        app.add_url_rule("/in/<name>.ok", "withdraw", self._withdraw, methods=["DELETE"])
        app.add_url_rule("/<any('in', archive, out):folder>/", "list", self._list)
        app.add_url_rule("/<any('in', archive, out):folder>/<file>", "get", self._get)

    def refresh(self) -> None:
        """Examine the files whose results are due, in the order in which they are."""
        with self.store.atomic():
            due = [(instant(each["at"]), name) for name, each in self.store.all("open").items()]
            for at, name in sorted(each for each in due if each[0] <= self.now()):
                self.store.remove("open", name)
                self._examine(name, at)

    # --- the folders ---

    def _check_login(self) -> None:
        login = request.authorization
        password = self.secret("housing_fund.password").decode()
        if login is None or (login.username, login.password) != (ORG, password):
            abort(401)
        self.refresh()

    def _lay_down(self, name: str) -> Response:
        self._named(name, "txt")
        if self.store.get("file", name) is None:
            self.store.put("draft", name, {"body": base64.b64encode(g.asked).decode()})
        return _line("STORED")

    def _apply(self, name: str) -> Response:
        self._named(name, "ok")
        file, draft = self.store.get("file", name), self.store.get("draft", name)
        if file is None:
            if draft is None:
                abort(422)
            file = self._accept(name, draft)
        return self._wait(file)

    def _accept(self, name: str, draft: Paper) -> Paper:
        """From here on the file is an application."""
        taken = self._next_window()
        span = EXAMINING_OPEN if self.hall.always_open else EXAMINING
        due = taken + self.lasting(name, "examine", *span)
        file = {**draft, "taken": taken.isoformat(), "due": due.isoformat(), "withdrawn": False}
        with self.store.atomic():
            self.store.put("file", name, file)
            self.store.put("open", name, {"at": due.isoformat()})
            self.store.remove("draft", name)
        if "测试超时" in self.magic(base64.b64decode(draft["body"]).decode("gb18030", "replace")):
            self.lose_answer()
        return file

    def _withdraw(self, name: str) -> Response:
        self._named(name, "del")
        file = self.store.get("file", name)
        if file is None:
            abort(404)
        if not file["withdrawn"]:
            if self.now() >= instant(file["taken"]):
                abort(409)
            with self.store.atomic():
                self.store.put("file", name, {**file, "withdrawn": True})
                self.store.remove("open", name)
        return _line("WITHDRAWN")

    def _list(self, folder: str) -> Response:
        self.operation(f"list.{folder}")
        found = (f for name in self.store.all("file") for f in self._files(name) if f[0] == folder)
        return Response("".join(f"{file}\r\n" for _, file in found), content_type="text/plain")

    def _get(self, folder: str, file: str) -> Response:
        name = file.partition(".")[0]
        self._named(name, f"get.{folder}")
        if (folder, file) not in self._files(name):
            abort(404)
        found = self.store.get("file", name) or {}
        if file.endswith(".ret"):
            # A result that is still being written breaks off in the middle.
            text = (
                base64.b64decode(found["result"])
                if "result" in found
                else f"H|RET|{name}|".encode()
            )
            return Response(text, content_type="text/plain;charset=GB18030")
        return self._wait(found) if file.endswith(".ok") else _line("")

    def _files(self, name: str) -> list[tuple[str, str]]:
        """Return (folder, file) of everything there is of an application just now."""
        file, now = self.store.get("file", name), self.now()
        if file is None:
            return []
        if file["withdrawn"]:
            return [("archive", f"{name}.del")]
        taken, due = instant(file["taken"]), instant(file["due"])
        if now < taken:
            return [("in", f"{name}.txt"), ("in", f"{name}.ok")]
        same_day = now.astimezone(BEIJING).date() == taken.astimezone(BEIJING).date()
        stages = (
            (same_day or now < due, "archive", f"{name}.txt"),
            (same_day or now < due, "archive", f"{name}.ok"),
            (now >= due - WRITING, "out", f"{name}.ret"),
            (now >= due, "out", f"{name}.ret.ok"),
        )
        return [(folder, each) for there, folder, each in stages if there]

    def _wait(self, file: Paper) -> Response:
        """Say in how many minutes looking makes sense; the exact moment is not known yet."""
        typical = (EXAMINING_OPEN if self.hall.always_open else EXAMINING)[0] / self.hall.pace
        left = instant(file["taken"]) + typical - self.now()
        return _line(f"WAIT|{max(1, math.ceil(left / timedelta(minutes=1)))}")

    def _named(self, name: str, what: str) -> None:
        """Say what the exchange is about; 422 if nothing can have that name."""
        found = files.NAME.fullmatch(name)
        if found is None or found[2] != ORG:
            abort(422)
        self.operation(f"{found[1]}.{what}")

    def _next_window(self) -> datetime:
        now = self.now()
        if self.hall.always_open:
            start = now.replace(minute=0, second=0, microsecond=0)
            every = OPEN_EVERY / self.hall.pace
            return start + every * ((now - start) // every + 1)
        day = now.astimezone(BEIJING).date()
        while True:
            times = [datetime.combine(day, each, BEIJING) for each in WINDOWS]
            later = [each for each in times if each > now]
            if later and is_working_day(day):
                return later[0]
            day += timedelta(days=1)

    def unit_name(self, name: str) -> str:
        """Return the name of the unit a file is about, or "" if it cannot be read."""
        file = self.store.get("file", name) or {"body": ""}
        text = base64.b64decode(file["body"]).decode("gb18030", "replace")
        record = "".join(text.split("\r\n")[1:2]).split("|")
        return record[5] if len(record) > 5 else ""

    def result_lines(self, name: str) -> list[list[str]]:
        """Return the lines of a file's result."""
        file = self.store.get("file", name) or {"result": ""}
        text = base64.b64decode(file["result"]).decode("gb18030")
        return [line.split("|") for line in text.split("\r\n")]

    # --- the batch ---

    @property
    def _key(self) -> bytes:
        return self.secret("housing_fund.exchange_key")

    def _examine(self, name: str, at: datetime) -> None:
        file = self.store.get("file", name) or {}
        try:
            records = files.read(name, base64.b64decode(file["body"]), self._key)
            state, lines = "00", self._judge(name, records, at)
        except files.FileError as error:
            state, lines = str(error), []
        head = [
            "H",
            "RET",
            name,
            state,
            "" if state == "00" else "文件未通过检查",
            str(len(lines)),
        ]
        result = files.write([head, *lines], self._key)
        file["result"] = base64.b64encode(result).decode()
        self.store.put("file", name, file)

    def _judge(self, name: str, records: list[list[str]], at: datetime) -> list[list[str]]:
        unit, people = records[0], records[1:]
        held = self.store.get("unit", unit[4]) or {}
        taken = bool(held) and unit[16] != held["file"]
        day = at.astimezone(BEIJING).date()
        by_hand = self.store.get("by_hand", name)
        called = self._called(unit)
        looked = rules.unit_verdict(rules.Unit(unit, day, self._magic(unit), taken, called))
        code, text = by_hand["said"] if by_hand else looked
        if code != "00":
            refused = [["D", p[1], "P", "--", "", "", "", "", ""] for p in people]
            return [["D", "1", "U", code, text, "", "", "", "", "", unit[5]], *refused]
        if name.startswith("GJJ01"):
            self.commit(unit[5], "pre", name)
            number = f"YGJ{self.store.next_number('pre'):08d}"
            return [["D", "1", "U", code, text, number, "", "", "", "", unit[5]]]
        return self._open(name, unit, people, f"{day:%Y%m}", text)

    def _magic(self, unit: list[str]) -> frozenset[str]:
        """Return the magic words; what was corrected once is not asked again in the next file."""
        name, corrects = unit[5], unit[16]
        if corrects:
            self.store.put("corrected", name, {})
        settled = self.store.get("corrected", name) is not None
        return self.magic(name) - ({"测试补正"} if settled else set())

    def _called(self, unit: list[str]) -> frozenset[str]:
        """Return the findings the unit's name calls up; what can be mended only once."""
        found = self.findings_in(unit[5], "L")
        settled = self.store.get("corrected", unit[5]) is not None or unit[16] != ""
        return frozenset(each for each in found if each in rules.FOR_GOOD or not settled)

    def _open(
        self, name: str, unit: list[str], people: list[list[str]], month: str, remark: str
    ) -> list[list[str]]:
        """Open the accounts of a unit and of those persons that may have one."""
        held = self.store.get("unit", unit[4])
        account = held["account"] if held else f"9901{self.store.next_number('unit'):08d}"
        if held is None:
            self.commit(unit[5], "confirm", name)
        self.store.put("unit", unit[4], {"account": account, "file": name})
        granted = [account, *unit[7:9], unit[9] or month, unit[10], unit[5]]
        head = ["D", "1", "U", "00", remark, *granted]
        called = self._called(unit)
        lines = [
            self._person(record, unit, called if record is people[0] else frozenset())
            for record in people
        ]
        whole = all(line[3] == "00" for line in lines)
        return [head, *lines, *(_papers(unit, head, lines) if whole else [])]

    def _person(self, record: list[str], unit: list[str], called: frozenset[str]) -> list[str]:
        known = self.store.get("person", record[5]) or {}
        code, text = rules.person_verdict(
            rules.Person(record, unit[4], known, unit[16] != "", called)
        )
        start = ["D", record[1], "P", code, text]
        if code != "00":
            return [*start, "", record[3], rules.masked(record[5]), "0"]
        account = known.get("account") or f"99{self.store.next_number('person'):010d}"
        self.store.put("person", record[5], {"account": account, "unit": unit[4]})
        amount = str(rules.monthly(record, unit))
        return [*start, account, record[3], rules.masked(record[5]), amount]


def _plainly(error: HTTPException) -> Response:
    """Refuse without a web page: those come from whoever stands in between, never from the centre."""
    return Response(f"{error.code}\r\n", error.code, content_type="text/plain")


def _line(text: str) -> Response:
    return Response(text + "\r\n", content_type="text/plain")


def _papers(unit: list[str], head: list[str], lines: list[list[str]]) -> list[list[str]]:
    receipt = [
        f"单位名称：{unit[5]}", f"统一社会信用代码：{unit[4]}", f"单位账号：{head[5]}",
        f"缴存比例：单位{head[6]}%  个人{head[7]}%", f"首次汇缴年月：{head[8]}", f"发薪日：{head[9]}",
    ]  # fmt: skip
    accounts = [f"{line[6]}  {line[7]}  {line[5]}" for line in lines]
    papers = [("单位缴存登记回执", "receipt.pdf", receipt)]
    if accounts:
        papers.append(("个人账户清单", "accounts.pdf", accounts))
    first = len(lines) + 2
    return [
        ["D", str(number), "F", title, file, base64.b64encode(sample_paper(title, text)).decode()]
        for number, (title, file, text) in enumerate(papers, first)
    ]
