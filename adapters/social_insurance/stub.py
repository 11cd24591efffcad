"""The pretended social insurance office (protocol.md)."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash
from flask import Flask, Response, g

from adapters.hall.hours import BEIJING, Hours
from adapters.hall.papers.originals import sample_paper
from adapters.hall.store import instant
from adapters.hall.stub import HallContext, Stub
from adapters.social_insurance import stub_rules as rules
from adapters.social_insurance.stub_speech import SocialInsuranceClerk, SocialInsuranceSpeech

ORG, ADMDVS, OPERATOR = "990100000001", "990100", "KAIBAN01"
#: infno -> (median, 95th percentile) until it is settled
DURATIONS = {
    "2100": (timedelta(minutes=3), timedelta(minutes=8)),
    "2101": (timedelta(minutes=18), timedelta(minutes=40)),
}
SHARED_AFTER = timedelta(minutes=3)
REVERSIBLE = timedelta(days=30)
ANSWERED = (
    "msgid", "infno", "cons_no", "uscc", "name", "stas", "rea", "preno", "unit_no", "insutypes",
    "begin_month", "emps",
)  # fmt: skip


class RefusedError(Exception):
    """The office says no; the sentence is all it says."""


class SocialInsuranceStub(Stub):
    """Numbered transactions at one address, with a daily sign-in."""

    name = "social_insurance"
    title = "员工参保登记"
    port = 7105
    hours = Hours(time(8, 30), time(17, 30))
    speech = SocialInsuranceSpeech()
    clerk = SocialInsuranceClerk()

    def settings(self) -> dict[str, Any]:
        secret = self.secret("social_insurance.operator").decode()
        return {
            "url": self.url, "org": ORG, "admdvs": ADMDVS, "opter": OPERATOR, "secret": secret,
        }  # fmt: skip

    def __init__(self, hall: HallContext) -> None:
        self._busy = threading.Lock()
        super().__init__(hall)

    def routes(self, app: Flask) -> None:
        app.add_url_rule("/callService", view_func=self._serve, methods=["POST"])

    def word(self, inf_time: str) -> str:
        """Return what proves the operator's password at that time."""
        digest = Hash(SM3())
        secret = self.secret("social_insurance.operator").decode()
        digest.update(f"{OPERATOR}|{secret}|{inf_time}".encode())
        return digest.finalize().hex()

    def refresh(self) -> None:
        """Settle what has become due, in the order in which it became so."""
        with self.store.atomic():
            due = [(instant(each["due"]), msgid) for msgid, each in self.store.all("open").items()]
            for at, msgid in sorted(each for each in due if each[0] <= self.now()):
                self.store.remove("open", msgid)
                self._settle(self.store.get("application", msgid) or {}, at)

    # --- one message ---

    def _serve(self) -> Response:
        msgid = ""
        try:
            message = _read(g.asked)
            msgid = message["msgid"]
            self.operation(message["infno"])
            answer = self._answer(message)
            said: dict[str, Any] = {"infcode": 0, "err_msg": "", "output": answer}
        except RefusedError as refused:
            said = {"infcode": -1, "err_msg": str(refused), "output": {}}
        text = json.dumps({**said, "inf_refmsgid": msgid}, ensure_ascii=False)
        return Response(text, content_type="text/html;charset=UTF-8")

    def _answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        infno, asked = message["infno"], message["input"]
        if infno == "9000":
            return {"state": "1"}
        if message["opter"] != OPERATOR or not message["msgid"].startswith(ORG):
            raise RefusedError("操作员未授权")
        with self._alone():
            self.refresh()
            if infno == "9001":
                return self._sign_in(message)
            self._check_session(message["sign_no"])
            if infno == "2103":
                return self._list(asked["cons_no"], asked["uscc"])
            self._check_hours()
            return self._take_back(asked["ori_msgid"]) if infno == "2190" else self._take(message)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            raise RefusedError("操作员存在并发请求，请稍后重试")
        try:
            yield
        finally:
            self._busy.release()

    # --- sessions and hours ---

    def _sign_in(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if message["input"] != {"opter": OPERATOR, "pwd": self.word(message["inf_time"])}:
            raise RefusedError("操作员或口令错误")
        today = self.now().astimezone(BEIJING).date()
        midnight = datetime.combine(today + timedelta(days=1), time(0), BEIJING)
        sign_no = f"QD{today:%Y%m%d}{self.store.next_number('sign_in'):06d}"
        self.store.put("session", OPERATOR, {"sign_no": sign_no, "until": midnight.isoformat()})
        return {"sign_no": sign_no, "valid_until": f"{midnight:%Y-%m-%d %H:%M:%S}"}

    def _check_session(self, sign_no: str) -> None:
        session = self.store.get("session", OPERATOR)
        if not session or session["sign_no"] != sign_no or instant(session["until"]) <= self.now():
            raise RefusedError("签到失效，请重新签到")

    def _check_hours(self) -> None:
        now = self.now()
        if not self.open_at(now):
            opens = self.next_opening(now).astimezone(BEIJING)
            raise RefusedError(f"非业务时间，请于{opens:%Y-%m-%d %H:%M}后办理")

    # --- applications ---

    def _take(self, message: Mapping[str, Any]) -> dict[str, Any]:
        asked, seen = message["input"], f"{message['sign_no']}|{message['msgid']}"
        self._check_shared(asked)
        if self.store.get("seen", seen) is not None:
            raise RefusedError("报文重复")
        self._check_not_registered(asked)
        entry = self._entry(message)
        with self.store.atomic():
            self.store.put("seen", seen, {})
            self._keep(entry)
            if entry["stas"] == "0":
                self.store.put("open", entry["msgid"], {"due": entry["due"]})
        if "测试超时" in self.magic(asked["unit"]["name"]):
            self.lose_answer()
        if entry["rea"]:
            raise RefusedError(entry["rea"])
        return {"stas": "0"}

    def _check_shared(self, asked: Mapping[str, Any]) -> None:
        """I07: the company is too new for this office to have heard of it."""
        if "测试未共享" not in asked["unit"]["name"] or not asked.get("uscc"):
            return
        first = self.store.get("first", asked["uscc"]) or {"at": self.now().isoformat()}
        self.store.put("first", asked["uscc"], first)
        if self.now() < instant(first["at"]) + SHARED_AFTER / self.hall.pace:
            raise RefusedError("单位登记信息未共享到社保系统，请稍后重试")

    def _check_not_registered(self, asked: Mapping[str, Any]) -> None:
        unit = self.store.get("unit", asked.get("uscc", ""))
        if unit and asked["ori_msgid"] != unit["msgid"]:
            raise RefusedError(f"单位{unit['unit_no']}已参保登记，请勿重复办理")

    def _entry(self, message: Mapping[str, Any]) -> dict[str, Any]:
        asked, infno, msgid = message["input"], message["infno"], message["msgid"]
        stas, rea = self._first_look(asked)
        return {
            "msgid": msgid,
            "infno": infno,
            "cons_no": asked["cons_no"],
            "uscc": asked.get("uscc", ""),
            "stas": stas,
            "rea": rea,
            "preno": "",
            "unit_no": "",
            "insutypes": asked["unit"]["insutypes"],
            "begin_month": "",
            "emps": [],
            "name": asked["unit"]["name"],
            "corrected": asked["ori_msgid"] != "",
            "lines": asked.get("batch", {}).get("emplist", []),
            "due": (self.now() + self.lasting(msgid, infno, *DURATIONS[infno])).isoformat(),
        }

    def _first_look(self, asked: Mapping[str, Any]) -> tuple[str, str]:
        name = asked["unit"]["name"]
        found = self.magic(name)
        if asked["ori_msgid"]:
            self.store.put("corrected", name, {})
        if self.store.get("corrected", name) is not None:
            found -= {"测试补正"}  # asked for once, not again with the next transaction
        broken = (rules.UNIT_RULES[word] for word in sorted(found) if word in rules.UNIT_RULES)
        return next(broken, ("0", ""))

    def _keep(self, entry: dict[str, Any]) -> None:
        """Write an application down, and under what names it is asked for."""
        self.store.put("application", entry["msgid"], entry)
        for natural in (entry["cons_no"], entry["uscc"]):
            listed = (self.store.get("asked_by", natural) or {"msgids": []})["msgids"]
            if natural and entry["msgid"] not in listed:
                self.store.put("asked_by", natural, {"msgids": [entry["msgid"], *listed]})

    # --- settling ---

    def _settle(self, entry: dict[str, Any], at: datetime) -> None:
        if entry["infno"] == "2100":
            entry["stas"], entry["preno"] = "1", f"YDJ{self.store.next_number('pre'):08d}"
            self.commit(entry["name"], "pre", entry["msgid"])
        else:
            self._register(entry, at)
        self._keep(entry)

    def _register(self, entry: dict[str, Any], at: datetime) -> None:
        before = self.store.get("unit", entry["uscc"])
        if before is None or before["msgid"] == entry["msgid"]:
            self.commit(entry["name"], "confirm", entry["msgid"])
        entry["unit_no"] = (
            before["unit_no"] if before else f"9901{self.store.next_number('unit'):08d}"
        )
        entry["begin_month"] = f"{at.astimezone(BEIJING):%Y-%m}"
        unit = {"unit_no": entry["unit_no"], "msgid": entry["msgid"], "at": at.isoformat()}
        self.store.put("unit", entry["uscc"], unit)
        entry["emps"] = self._enrol(entry, at)
        whole = all(line["stas"] == "1" for line in entry["emps"])
        entry["stas"] = "1" if whole else "2"

    def _enrol(self, entry: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
        answered, seen = [], set()
        # What a name calls up is found in the first line, once.
        called = [] if entry["corrected"] else self.findings_in(entry["name"], "I")
        for row in entry["lines"]:
            number = row["cert_no"]
            known = self.store.get("person", number) or {}
            day = at.astimezone(BEIJING).date()
            again = number in seen
            line = rules.examined(
                rules.Line(
                    row, entry["uscc"], day, known, again, entry["corrected"], frozenset(called)
                )
            )
            seen.add(number)
            called = []
            if line["stas"] == "1":
                line["psn_no"] = known.get("psn_no") or f"99{self.store.next_number('person'):08d}"
                person = {"name": row["name"], "uscc": entry["uscc"], "psn_no": line["psn_no"]}
                self.store.put("person", number, person)
            answered.append(line)
        return answered

    # --- asking and taking back ---

    def _list(self, cons_no: str, uscc: str) -> dict[str, Any]:
        if bool(cons_no) == bool(uscc):
            raise RefusedError("报文格式错误：cons_no与uscc须填其一")
        infno = "2100" if cons_no else "2101"
        listed = self.store.get("asked_by", cons_no or uscc) or {"msgids": []}
        entries = [self.store.get("application", msgid) or {} for msgid in listed["msgids"]]
        return {"reglist": [_shown(each) for each in entries if each["infno"] == infno]}

    def _take_back(self, msgid: str) -> dict[str, Any]:
        entry = self.store.get("application", msgid)
        if entry is None:
            raise RefusedError("未查到原交易")
        if entry["stas"] != "9":
            self._check_reversible(entry)
            with self.store.atomic():
                self._reverse(entry)
        return {"stas": "9"}

    def _check_reversible(self, entry: Mapping[str, Any]) -> None:
        unit = self.store.get("unit", entry["uscc"])
        if entry["stas"] == "4":
            raise RefusedError("原交易不予登记，不能冲正")
        if unit and self.now() > instant(unit["at"]) + REVERSIBLE:
            raise RefusedError("已进入征缴期，不能冲正")

    def _reverse(self, entry: dict[str, Any]) -> None:
        entry["stas"] = "9"
        self._keep(entry)
        self.store.remove("open", entry["msgid"])
        unit = self.store.get("unit", entry["uscc"])
        if unit and unit["msgid"] == entry["msgid"]:
            self.store.remove("unit", entry["uscc"])
            for row in entry["lines"]:
                person = self.store.get("person", row["cert_no"]) or {}
                if person.get("uscc") == entry["uscc"]:
                    self.store.put("person", row["cert_no"], {**person, "uscc": ""})


def _read(raw: bytes) -> dict[str, Any]:
    """Return a message of the right shape; raises RefusedError."""
    try:
        message: dict[str, Any] = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise RefusedError("报文格式错误：不是合法的JSON") from None
    if not rules.shaped(message, rules.ENVELOPE) or message["infver"] != "V1.0":
        raise RefusedError("报文格式错误：报文头")
    if len(message["msgid"]) != 30 or message["infno"] not in rules.INPUTS:
        raise RefusedError("报文格式错误：报文头")
    if not rules.shaped(message["input"], rules.INPUTS[message["infno"]]):
        raise RefusedError("报文格式错误：input")
    return message


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: entry[name] for name in ANSWERED}
    return {**shown, "docs": _papers(entry) if entry["stas"] == "1" and entry["unit_no"] else []}


def _papers(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    receipt = [
        f"单位名称：{entry['name']}", f"统一社会信用代码：{entry['uscc']}",
        f"单位编号：{entry['unit_no']}", f"参保起始年月：{entry['begin_month']}",
        f"参保人数：{len(entry['emps'])}",
    ]  # fmt: skip
    people = [f"{line['name']}  {line['cert_mask']}  {line['psn_no']}" for line in entry["emps"]]
    papers = [("receipt.pdf", "单位参保登记回执", receipt)]
    if people:
        papers.append(("roster.pdf", "参保人员名单", people))
    return [
        {
            "name": name,
            "title": title,
            "type": "application/pdf",
            "content": base64.b64encode(sample_paper(title, lines)).decode(),
        }
        for name, title, lines in papers
    ]
