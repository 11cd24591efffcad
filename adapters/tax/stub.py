"""The pretended tax bureau (protocol.md)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask, Response, request

from adapters.hall.hours import BEIJING, Days, Hours
from adapters.hall.store import instant
from adapters.hall.stub import Stub
from adapters.tax import stub_rules as rules
from adapters.tax import stub_xml
from adapters.tax.stub_answers import errors, receipt, result
from adapters.tax.stub_speech import TaxClerk, TaxSpeech

#: A code of the protocol and the inner document that goes with it.
Answer = tuple[str, str]

APP_ID = "KBYRB"
USER = "kaiban"
WINDOW = timedelta(minutes=15)
#: Until this day of the month everybody declares taxes.
BUSY_UNTIL = 15
LONG_NIGHT_FROM, LONG_NIGHT_TO = time(18, 0), time(8, 0)


class TaxStub(Stub):
    """Confirms registrations at once, decides on invoices after a while."""

    name = "tax"
    title = "税务/申领发票"
    port = 7103
    hours = Hours(time(6, 0), time(22, 0), Days.ALL)
    speech = TaxSpeech()
    clerk = TaxClerk()

    def routes(self, app: Flask) -> None:
        """Add the one operation, and a WSDL nobody should believe."""
        app.add_url_rule("/services/taxService", view_func=self._service, methods=["POST"])
        app.add_url_rule("/services/taxService", view_func=self._wsdl, methods=["GET"])

    def settings(self) -> dict[str, Any]:
        """Return what the bureau gives to those it admits."""
        return {"url": self.url, "app_id": APP_ID, "user": USER, "password": self._password()}

    def refresh(self) -> None:
        """Decide whatever is due."""
        for number in self.store.all("application"):
            self._decided(number)

    def open_at(self, now: datetime) -> bool:
        """Tell whether it works: every day, but for the long night after the last of a month."""
        return super().open_at(now) and (self.hall.always_open or not _long_night(now))

    def next_opening(self, now: datetime) -> datetime:
        """Return the first instant from ``now`` on at which it works."""
        found = super().next_opening(now)
        if self.open_at(found):
            return found
        local = found.astimezone(BEIJING)
        day = local.date() + timedelta(days=local.time() >= LONG_NIGHT_FROM)
        return datetime.combine(day, LONG_NIGHT_TO, BEIJING)

    # --- the envelope -------------------------------------------------------------------------------

    def _service(self) -> Response:
        now = self.now()
        if not self.open_at(now):
            until = f"{self.next_opening(now).astimezone(BEIJING):%Y-%m-%d %H:%M}"
            page = stub_xml.MAINTENANCE.format(until=until).encode("gbk")
            return Response(page, content_type="text/html")
        try:
            asked = stub_xml.unpacked(request.get_data())
        except stub_xml.BrokenError:
            return Response(stub_xml.fault("Client"), 500, content_type="text/xml")
        code, inner = self._admitted(asked)
        dice = self.draw(asked.head.get("dataExchangeId", ""), "envelope")
        body = stub_xml.packed(asked.head, code, rules.TEXTS[code], inner, dice)
        return Response(body, content_type="text/xml; charset=UTF-8")

    def _wsdl(self) -> Response:
        return Response(stub_xml.WSDL, content_type="text/xml")

    def _admitted(self, asked: stub_xml.Asked) -> Answer:
        head = asked.head
        refusal = self._refusal(head)
        transaction = head.get("interfaceCode", "")
        if refusal or transaction not in rules.KNOWN:
            return refusal or "4000", ""
        self.operation(transaction)
        leaves: dict[str, list[str]] = {}
        for path, text in stub_xml.texts(asked.inner):
            leaves.setdefault(path, []).append(text)
        if rules.malformed(transaction, leaves):
            return "4000", ""
        with self.store.atomic():
            if transaction == "SW0103":
                return self._query(leaves["/cx/sqlsh"][0], leaves["/cx/nsrsbh"][0])
            if transaction == "SW0104":
                return self._withdraw(leaves["/ch/sqlsh"][0])
            return self._apply(head, leaves, asked.inner)

    def word(self, at: str) -> str:
        """Return what proves our password at that time."""
        return hashlib.new("sm3", (self._password() + at).encode()).hexdigest().upper()

    def _refusal(self, head: Mapping[str, str]) -> str:
        if head.get("appId") != APP_ID:
            return "1103"
        at = head.get("requestTime", "")
        if head.get("userName") != USER or head.get("passWord") != self.word(at):
            return "1101"
        try:
            sent = datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        except ValueError:
            return "1102"
        return "1102" if abs(self.hall.real.now() - sent) > WINDOW else ""

    # --- the transactions ---------------------------------------------------------------------------

    def _apply(self, head: Mapping[str, str], leaves: rules.Leaves, inner: Any) -> Answer:
        number, uscc = head["dataExchangeId"], rules.first(leaves, "djxxqr/nsrsbh")
        if self.store.get("application", number) or self._in_force(uscc):
            return "2001", ""
        at_once = head["interfaceCode"] == "SW0101"
        found = self._found_at_once(leaves) or (self._found_in_review(leaves) if at_once else [])
        if found:
            return self._refused(found, number)
        application = self._taken(head, leaves, inner)
        if not at_once:
            application["found"] = self._found_in_review(leaves)
        self.store.put("application", number, application)
        company = self.store.get("company", uscc) or {"numbers": []}
        self.store.put("company", uscc, {"numbers": [*company["numbers"], number]})
        if "测试超时" in self.magic(application["name"]) and self._meets(uscc, "timeout"):
            self.lose_answer()
        return self._standing(number)

    def _query(self, number: str, uscc: str) -> Answer:
        if self.store.get("application", number) is None:
            number = self._in_force(uscc)
        return self._standing(number) if number else ("2404", "")

    def _withdraw(self, number: str) -> Answer:
        application = self._decided(number)
        if application is None:
            return "2404", ""
        if application["effective"]:
            return "3900", receipt(application)
        self.store.put("application", number, application | {"withdrawn": True})
        return "0000", receipt(application)

    # --- applications -------------------------------------------------------------------------------

    def _taken(self, head: Mapping[str, str], leaves: rules.Leaves, inner: Any) -> dict[str, Any]:
        now, number = self.now(), head["dataExchangeId"]
        local = now.astimezone(BEIJING)
        due = now
        if head["interfaceCode"] == "SW0102":
            longer = 2 if local.day <= BUSY_UNTIL else 1
            spans = timedelta(minutes=15) * longer, timedelta(minutes=35) * longer
            due = self.next_opening(now + self.lasting(number, "review", *spans))
        return {
            "number": number,
            "receipt": f"SW{local:%Y%m%d}{self.store.next_number('application'):06}",
            "uscc": rules.first(leaves, "djxxqr/nsrsbh"),
            "name": rules.first(leaves, "djxxqr/nsrmc"),
            "region": head["requestCode"],
            "leaves": dict(leaves),
            "invoices": [
                {each.tag: each.text for each in invoice} for invoice in inner.iter("fp")
            ],
            "due": due.isoformat(),
            "found": [],
            "withdrawn": False,
            "effective": False,
        }

    def _standing(self, number: str) -> Answer:
        application = self._decided(number)
        if application is None:
            return "2404", ""
        if application["withdrawn"]:
            return "6000", receipt(application)
        if instant(application["due"]) > self.now():
            return "1000", receipt(application)
        if application["found"]:
            return self._refused(application["found"], number, application["receipt"])
        return "0000", result(application)

    def _decided(self, number: str) -> dict[str, Any] | None:
        """Return the application; once it is granted, that is written down."""
        with self.store.atomic():
            application = self.store.get("application", number)
            if application is None or application["effective"] or application["withdrawn"]:
                return application
            if instant(application["due"]) <= self.now() and not application["found"]:
                application["effective"] = True
                self.store.put("application", number, application)
                self.commit(application["uscc"], "main", number)
            return application

    def _in_force(self, uscc: str) -> str:
        """Return the number of the company's application that is not over without success."""
        company = self.store.get("company", uscc) or {"numbers": []}
        for number in company["numbers"]:
            application = self.store.get("application", number) or {}
            over = application["found"] and instant(application["due"]) <= self.now()
            if not (over or application["withdrawn"]):
                return str(number)
        return ""

    # --- findings -----------------------------------------------------------------------------------

    def _refused(self, found: list[str], number: str, slip: str = "") -> Answer:
        own = next((rules.OWN_CODE[each] for each in found if each in rules.OWN_CODE), "")
        application = {"number": number, "receipt": slip}
        if own:
            return own, receipt(application)
        return "4001", errors(application, found)

    def _found_at_once(self, leaves: rules.Leaves) -> list[str]:
        seen = [reason for reason, applies in rules.AT_ONCE if applies(leaves)]
        return seen or self._steered(leaves, in_review=False)

    def _found_in_review(self, leaves: rules.Leaves) -> list[str]:
        words = self.magic(rules.first(leaves, "djxxqr/nsrmc"))
        uscc = rules.first(leaves, "djxxqr/nsrsbh")
        if "测试驳回" in words:
            return ["T02"]
        seen = [reason for reason, applies in rules.IN_REVIEW if applies(leaves)]
        if "测试补正" in words and self._meets(uscc, "correction"):
            seen.append("T01")
        return seen or self._steered(leaves, in_review=True)

    def _steered(self, leaves: rules.Leaves, *, in_review: bool) -> list[str]:
        asked = self.findings_in(rules.first(leaves, "djxxqr/nsrmc"), "T")
        uscc = rules.first(leaves, "djxxqr/nsrsbh")
        return [
            reason
            for reason in asked
            if (reason in rules.FOUND_IN_REVIEW) == in_review
            and (reason == "T02" or self._meets(uscc, reason))
        ]

    def _meets(self, uscc: str, what: str) -> bool:
        """Tell whether the company meets this for the first time."""
        met = self.store.get("met", f"{uscc}:{what}") is not None
        self.store.put("met", f"{uscc}:{what}", {})
        return not met

    def _password(self) -> str:
        return self.secret("tax-password", 12).decode()


def _long_night(now: datetime) -> bool:
    local = now.astimezone(BEIJING)
    last_day = (local + timedelta(days=1)).day == 1
    evening = last_day and local.time() >= LONG_NIGHT_FROM
    return evening or (local.day == 1 and local.time() < LONG_NIGHT_TO)
