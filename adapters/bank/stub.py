"""The stub bank: takes reservations as ``protocol.md`` has it."""

import hmac
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask, Response, request

from adapters.bank.rules import CORRECT, DILIGENCE, MAGIC, REFUSED, RULES, Rule, fault
from adapters.bank.stub_codec import Garbled, mac_of, read_head, read_reserve, written
from adapters.bank.stub_speech import BankClerk, BankSpeech
from adapters.hall.hours import BEIJING, Hours, is_working_day
from adapters.hall.store import instant
from adapters.hall.stub import HallContext, Stub

#: What an application's state is told as.
RC = {"taken": "2008", "booked": "0000", "diligence": DILIGENCE, "correct": CORRECT,
      "refused": REFUSED, "cancelled": "1003"}  # fmt: skip
STATES = {DILIGENCE: "diligence", CORRECT: "correct", REFUSED: "refused"}
STATE_CODES = {"taken": "10", "booked": "20", "diligence": "30", "correct": "40",
               "refused": "50", "cancelled": "90"}  # fmt: skip
PARTS = {"A": time(9, 0), "P": time(13, 30)}
SLOTS_A_PART = 6
SLOT = timedelta(minutes=30)
BRANCHES = {
    "990990100013": "示范银行股份有限公司营业部（虚构）",
    "990990100021": "示范银行开元支行（虚构）",
    "990990100030": "示范银行云启支行（虚构）",
    "991990100018": "临江农村商业银行营业部（虚构）",
    "991990100026": "临江农村商业银行高新支行（虚构）",
}
BRING = "营业执照、法定代表人身份证件原件、公章、财务专用章、法定代表人名章"
RANDOM_CHECK = Rule(DILIGENCE, "B00", "", "正在进行开户前尽职调查。", lambda *_: True)
Told = tuple[str, dict[str, str] | None]


class BankStub(Stub):
    """Keeps its books by bank date and serial: tomorrow it takes today's serials again."""

    name = "bank"
    port = 7104
    title = "银行预约开户"
    hours = Hours(time(8, 30), time(16, 30))
    speech = BankSpeech()
    clerk = BankClerk()

    def __init__(self, hall: HallContext) -> None:
        self._late = 0
        super().__init__(hall)

    def settings(self) -> dict[str, Any]:
        """Return address and MAC key."""
        return {"url": self.url, "mac_key": self.secret("bank-mac.key").decode()}

    @property
    def mac_key(self) -> bytes:
        """What MACs are made with, on both sides."""
        return bytes.fromhex(self.secret("bank-mac.key").decode())

    def late_next(self) -> None:
        """Let the next reservation be found only minutes later."""
        self._late += 1

    def give_account(self, credit_code: str) -> None:
        """Let the enterprise have a basic account already."""
        self.store.put("account", credit_code, {})

    # --- messages -------------------------------------------------------------------------------

    def routes(self, app: Flask) -> None:
        """Listen at one address, whatever is asked."""
        app.post("/kh")(self._exchange)

    def _exchange(self) -> Response:
        raw = request.get_data()
        try:
            code, serial, mac = read_head(raw)
        except Garbled:
            return Response(b"BAD MESSAGE", 400, content_type="text/plain")
        self.operation(code)
        day = f"{self.today():%Y%m%d}"
        if not hmac.compare_digest(mac, mac_of(self.mac_key, raw)):
            return _binary(written(b"", (code, serial, "1106"), day, None))
        with self.store.atomic():
            self.refresh()
            rc, answer = self._told(code, serial, raw[62:])
        return _binary(written(self.mac_key, (code, serial, rc), day, answer))

    def _told(self, code: str, serial: str, body: bytes) -> Told:
        if code == "KH0001":
            return self._reserve(serial, body)
        if body:
            return _faulty("LENGTH", "F02")
        views: dict[str, Callable[[str], Told]] = {"KH0002": self._tell, "KH0003": self._cancel}
        if code in views:
            return views[code](serial)
        return ("0000", None) if code == "KH9999" else _faulty("CODE", "F01")

    # --- what can be asked ----------------------------------------------------------------------

    def _reserve(self, serial: str, body: bytes) -> Told:
        if not self.open_at(self.now()):
            return self._day_ended()
        if self.store.get("reservation", self._id(serial)):
            return "1102", None
        try:
            asked, owners = read_reserve(body)
        except Garbled as garbled:
            return _faulty(str(garbled), "F02")
        wrong = fault(asked) or self._wrong_reference(asked)
        if wrong:
            return _faulty(wrong, "F03")
        entry = self._entered(serial, asked, owners)
        if "测试超时" in self.magic(asked["NAME"]):
            self.lose_answer()
        return RC[entry["state"]], _answer(entry)

    def _tell(self, serial: str) -> Told:
        entry = self._find(serial)
        return (RC[entry["state"]], _answer(entry)) if entry else ("1002", None)

    def _cancel(self, serial: str) -> Told:
        entry = self._find(serial)
        if not self.open_at(self.now()):
            return self._day_ended()
        if entry is None:
            return "1002", None
        if entry["state"] == "booked" and entry["VISIT_DATE"] <= f"{self.today():%Y%m%d}":
            return "3009", {"REASON": "B09", "TEXT": "预约当日及以后不能撤销，请联系开户网点。"}
        self._drop(entry)
        return "0000", _answer(entry)

    def _day_ended(self) -> Told:
        opens = self.next_opening(self.now()).astimezone(BEIJING)
        return "1900", {"REOPENS": f"{opens:%Y%m%d%H%M%S}"}

    # --- the books ------------------------------------------------------------------------------

    def _entered(self, serial: str, asked: dict[str, str], owners: list[Any]) -> dict[str, Any]:
        rule = self._broken_rule(serial, asked, owners)
        entry = {
            **asked, "id": self._id(serial), "serial": serial, "due": "", "REASON": "",
            "FIELD": "", "TEXT": "", "state": STATES[rule.rc] if rule else "booked",
        }  # fmt: skip
        if rule:
            entry |= {"REASON": rule.reason, "FIELD": rule.field, "TEXT": rule.text}
        self._replace(asked["ORIG_SERIAL"])
        if entry["state"] in ("booked", "diligence"):
            self._hold(entry)
        self._remember(asked)
        self._schedule(entry)
        return entry

    def _broken_rule(self, serial: str, asked: dict[str, str], owners: list[Any]) -> Rule | None:
        for word, rule in MAGIC.items():
            first = not asked["ORIG_SERIAL"] or rule.rc == REFUSED
            if first and word in self.magic(asked["NAME"]):
                return rule
        called = self.findings_in(asked["NAME"], "B")
        broken = next(
            (
                rule for rule in RULES
                if rule.breaks(self, asked, owners)
                # What a name calls up is asked for once; what is refused, is.
                or (rule.reason in called and (rule.rc == REFUSED or not asked["ORIG_SERIAL"]))
            ),
            None,
        )  # fmt: skip
        if broken is None and self.draw(serial, "check").random() < 0.1:
            return RANDOM_CHECK
        return broken

    def _schedule(self, entry: dict[str, Any]) -> None:
        """Decide now, after the due diligence, or show it only later (late commit)."""
        serial, rush = entry["serial"], self.hall.pace
        if entry["state"] == "diligence":
            minutes = self.draw(serial, "diligence").uniform(30, 90) / rush
            entry["due"] = (self.now() + timedelta(minutes=minutes)).isoformat()
        if entry["state"] == "booked" and (self._late or self.draw(serial, "late").random() < 0.1):
            self._late = max(0, self._late - 1)
            minutes = self.draw(serial, "late", 1).uniform(1, 9) / rush
            entry |= {"state": "taken", "TEXT": "已接收，处理中。"}
            entry["due"] = (self.now() + timedelta(minutes=minutes)).isoformat()
        elif entry["state"] == "booked":
            self._effective(entry)
        self._keep(entry)

    def refresh(self) -> None:
        """Book what has become due."""
        for id_, waiting in self.store.all("due").items():
            entry = self.store.get("reservation", id_)
            if entry and instant(waiting["at"]) <= self.now():
                entry |= {"state": "booked", "due": "", "REASON": "", "FIELD": "", "TEXT": ""}
                self.settle(entry)

    def settle(self, entry: dict[str, Any]) -> None:
        """Write down what has been decided about a reservation."""
        if entry["state"] == "booked":
            self._effective(entry)
        self._keep(entry)

    def _effective(self, entry: dict[str, Any]) -> None:
        self.commit(entry["CREDIT_CODE"], "main", entry["serial"])

    def _hold(self, entry: dict[str, Any]) -> None:
        """Keep a time and an account number for it."""
        branch, part = entry["BRANCH"], entry["VISIT_PART"]
        day = entry["VISIT_DATE"] or self._first_free_day(branch, part)
        number = self._booked(branch, day, part)
        self.store.put("slot", f"{branch}-{day}-{part}", {"taken": number + 1})
        starts = datetime.combine(self.today(), PARTS[part]) + SLOT * number
        entry |= {
            "VISIT_DATE": day,
            "VISIT_TIME": f"{starts:%H:%M}-{starts + SLOT:%H:%M}",
            "RESERVATION": f"YY{self.today():%Y%m%d}{self.store.next_number('YY'):06}",
            "ACCOUNT": f"9909{self.draw(entry['serial'], 'account').randrange(10**15):015}",
        }

    def _drop(self, entry: dict[str, Any]) -> None:
        if entry["state"] in ("taken", "booked", "diligence"):
            slot = f"{entry['BRANCH']}-{entry['VISIT_DATE']}-{entry['VISIT_PART']}"
            taken = (self.store.get("slot", slot) or {"taken": 1})["taken"]
            self.store.put("slot", slot, {"taken": taken - 1})
        entry |= {"state": "cancelled", "due": "", "REASON": "", "FIELD": "", "TEXT": "已撤销。"}
        self._keep(entry)

    def _replace(self, serial: str) -> None:
        old = self._find(serial) if serial else None
        if old:
            self._drop(old)

    def _keep(self, entry: dict[str, Any]) -> None:
        self.store.put("reservation", entry["id"], entry)
        self.store.put("latest", entry["serial"], {"id": entry["id"]})
        if entry["due"]:
            self.store.put("due", entry["id"], {"at": entry["due"]})
        else:
            self.store.remove("due", entry["id"])

    def _remember(self, asked: dict[str, str]) -> None:
        if not self.registered_name(asked["CREDIT_CODE"]):
            self.store.put("enterprise", asked["CREDIT_CODE"], {"name": asked["NAME"]})
        person = self.store.get("person", asked["LR_CERT_NO"]) or {"companies": []}
        companies = sorted({*person["companies"], asked["CREDIT_CODE"]})
        self.store.put("person", asked["LR_CERT_NO"], {"companies": companies})

    def _find(self, serial: str) -> dict[str, Any] | None:
        latest = self.store.get("latest", serial)
        entry = self.store.get("reservation", latest["id"]) if latest else None
        # Late commit: it is in the bank's mail-room, but not in its books yet.
        return None if entry is None or entry["state"] == "taken" else entry

    def _id(self, serial: str) -> str:
        return f"{self.today():%Y%m%d}-{serial}"

    def _wrong_reference(self, asked: dict[str, str]) -> str:
        if asked["BRANCH"] not in BRANCHES:
            return "BRANCH"
        original = self._find(asked["ORIG_SERIAL"]) if asked["ORIG_SERIAL"] else None
        if asked["ORIG_SERIAL"] and (original is None or original["state"] != "correct"):
            return "ORIG_SERIAL"
        return ""

    def _first_free_day(self, branch: str, part: str) -> str:
        day = self.today() + timedelta(days=1)
        while not self.free(branch, f"{day:%Y%m%d}", part):
            day += timedelta(days=1)
        return f"{day:%Y%m%d}"

    def _booked(self, branch: str, day: str, part: str) -> int:
        return int((self.store.get("slot", f"{branch}-{day}-{part}") or {"taken": 0})["taken"])

    # --- what the rules ask ---------------------------------------------------------------------

    def today(self) -> date:
        """Return the bank's date."""
        return self.now().astimezone(BEIJING).date()

    def has_account(self, credit_code: str) -> bool:
        """Tell whether the enterprise has a basic account."""
        return self.store.get("account", credit_code) is not None

    def registered_name(self, credit_code: str) -> str:
        """Return the name the enterprise was first announced with, or ""."""
        return str((self.store.get("enterprise", credit_code) or {"name": ""})["name"])

    def free(self, branch: str, day: str, part: str) -> bool:
        """Tell whether a visit is possible then."""
        when = datetime.strptime(day, "%Y%m%d").replace(tzinfo=BEIJING).date()
        works = self.hall.always_open or is_working_day(when)
        return works and when > self.today() and self._booked(branch, day, part) < SLOTS_A_PART

    def companies_of(self, cert_no: str) -> int:
        """Return how many enterprises a person represents here."""
        return len((self.store.get("person", cert_no) or {"companies": []})["companies"])


def _answer(entry: dict[str, Any]) -> dict[str, str]:
    shown = {"STATE": STATE_CODES[entry["state"]], "REASON": entry["REASON"],
             "FIELD": entry["FIELD"], "TEXT": entry["TEXT"]}  # fmt: skip
    if entry["state"] not in ("booked", "diligence"):
        return shown
    return shown | {
        **{name: entry[name] for name in ("RESERVATION", "ACCOUNT", "BRANCH")},
        "BRANCH_NAME": BRANCHES[entry["BRANCH"]], "VISIT_DATE": entry["VISIT_DATE"],
        "VISIT_TIME": entry["VISIT_TIME"], "CONTACT": "0999-8801001", "BRING": BRING,
    }  # fmt: skip


def _faulty(field: str, reason: str) -> Told:
    return "1001", {"REASON": reason, "FIELD": field, "TEXT": "报文格式错误"}


def _binary(raw: bytes) -> Response:
    return Response(raw, content_type="application/octet-stream")
