"""Tax registration and invoices (税务/申领发票): SOAP with GBK inside, protocol SW/1 (protocol.md)."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from lxml import etree

from adapters.base import AdapterBase, Verdict, WireClock
from adapters.http import HtmlPage
from adapters.tax import content, words
from adapters.tax.envelope import BEIJING, Caller, EnvelopeError, Message, Reply, opened, within
from kaiban.ports import (
    Cancelled,
    Closed,
    Correction,
    Done,
    Foreign,
    Health,
    Key,
    Manifest,
    NeedsCorrection,
    Outcome,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Requirement,
    StepSpec,
    Unknown,
)

POLL = timedelta(minutes=3)
HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
REOPENING = re.compile(r"恢复时间：(\d{4}-\d\d-\d\d \d\d:\d\d)")
REGISTERED = "登记信息已确认，请勿重复提交。"


class TaxAdapter(AdapterBase):
    """Confirms the registration and applies for invoices in one exchange: both or neither."""

    manifest = Manifest(
        name="tax.soap",
        department="tax",
        title="申领发票",
        office="示范市税务局",
        version="1.0.0",
        protocol="SW/1",
        owner="示范市一日办项目组",
        steps=(
            StepSpec(
                "main",
                requires=(
                    Requirement("credit_code"),
                    Requirement("invoice_seal_impression", "tax.invoice.kinds.kind", words.PAPER),
                ),
            ),
        ),
        idempotency="reject-duplicate",
        lookup="by-key",
        finish=("sync", "poll"),
        cancel="before-done",
        settle=timedelta(minutes=1),
        hours="Mo-Su 06:00-22:00",
        promise=timedelta(minutes=60),
        limit=timedelta(hours=4),
        concurrency=4,
        deadline=60.0,
        encoding="gbk",
    )
    Settings = words.Settings
    Needs = words.Needs
    Result = words.Result
    CODES: ClassVar[Mapping[str, Verdict]] = {
        "0000": Verdict.DONE,
        "1000": Verdict.PENDING,
        "11*": Verdict.CONFIG,
        "2001": Verdict.LOOK_UP,
        "2404": Verdict.NOT_FOUND,
        "3*": Verdict.REJECTED,
        "4000": Verdict.UNFIT,
        "4001": Verdict.CORRECT,
        "5009": Verdict.BUSY,
        "6000": Verdict.CANCELLED,
        "9999": Verdict.UNKNOWN,
    }

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        ours = self.settings
        self._caller = Caller(ours["app_id"], ours["user"], ours["password"])

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Write the inner document; everything around it is added when it is sent."""
        del step  # there is only one
        if wrong := (*self.misfits(needs), *self._refused_at_once(needs)):
            return NeedsCorrection(wrong)
        found = {
            "id": key.digits(32),
            "uscc": needs.get("credit_code", ""),
            "region": needs["region"],
        }
        transaction = "SW0102" if needs["kinds"] else "SW0101"
        body = content.application(needs, key)
        ref = Ref(key.text, extra=found)
        return Prepared(key.text, body, ref, "text/xml", {"transaction": transaction})

    def fields(self, raw: bytes) -> Mapping[str, str]:
        """Unpack all three layers."""
        return within(raw, self.manifest.max_bytes) if raw else {}

    def send(self, prepared: Prepared) -> Outcome:
        """Apply."""
        transaction, number = prepared.meta["transaction"], prepared.ref.extra["id"]
        reply = self._exchange(transaction, prepared.ref, prepared.body, number)
        self._check_ours(reply, prepared.ref)
        return self._standing(reply, prepared.ref)

    def look(self, ref: Ref) -> Outcome:
        """Ask by our id; another's application for the company ends ours."""
        asked = content.question("cx", sqlsh=ref.extra["id"], nsrsbh=ref.extra["uscc"])
        reply = self._exchange("SW0103", ref, asked)
        if reply.about("nsrsbh"):
            self.ours(ref, uscc=reply.about("nsrsbh"))
        if reply.content is not None and reply.about("sqlsh") != ref.extra["id"]:
            return Rejected("T05", REGISTERED)
        return self._standing(reply, ref)

    def take_back(self, ref: Ref) -> Outcome:
        """Withdraw."""
        asked = content.question("ch", sqlsh=ref.extra["id"])
        reply = self._exchange("SW0104", ref, asked)
        self._check_ours(reply, ref)
        if self.verdict(reply.code) is Verdict.DONE:
            return Cancelled()
        return self._standing(reply, ref)

    def ping(self) -> Health:
        """Ask for an application nobody made."""
        asked = content.question("cx", sqlsh="0" * 32, nsrsbh="")
        reply = self._exchange("SW0103", Ref("", extra={"region": "000000"}), asked)
        return Health(self.verdict(reply.code) is Verdict.NOT_FOUND, reply.text)

    # --- what the bureau's answers mean -----------------------------------------------------------

    def _standing(self, reply: Reply, ref: Ref) -> Outcome:
        known = replace(ref, number=reply.about("slh") or ref.number)
        verdict = self.verdict(reply.code)
        if verdict is Verdict.PENDING:
            return Pending(known, poll_after=POLL, in_review=True, reason=reply.text)
        if verdict in {Verdict.DONE, Verdict.CORRECT} and reply.content is not None:
            make = self._granted if verdict is Verdict.DONE else self._returned
            return make(reply.content, known)
        return self.plain(reply.code, reply.text, known)

    def _granted(self, answer: etree._Element, ref: Ref) -> Outcome:
        result = self.result(content.granted(answer))
        if result["taxpayer_no"] != ref.extra["uscc"]:
            raise Foreign("the result is another company's")
        return Done(ref, result, tuple(content.papers(answer)))

    def _check_ours(self, reply: Reply, ref: Ref) -> None:
        """Whatever document they send about an application names it by the id it came with."""
        if reply.content is not None:
            self.ours(ref, id=reply.about("sqlsh"))

    def _returned(self, answer: etree._Element, ref: Ref) -> Outcome:
        items = tuple(self._error(*error) for error in content.errors(answer))
        if not items:
            raise Unknown("errors without a list of them")
        return NeedsCorrection(items, ref if ref.number else None)

    def _error(self, code: str, xpath: str, text: str) -> Correction:
        if xpath not in words.FIELDS:
            raise Unknown(f"an error at {xpath}, which is not in the protocol")
        return self.correction(words.FIELDS[xpath], code, text)

    def _refused_at_once(self, needs: Mapping[str, Any]) -> list[Correction]:
        # The bureau would say the same (T03, T04), but only after the licence.
        found = []
        if needs.get("limit", 0) > words.HIGHEST_LIMIT:
            text = "最高开票限额申请超过10万元，首次申领不予核定，请调整或说明。"
            found.append(self.correction("limit", "T03", text))
        if not (needs.get("officer_name") or needs.get("entity_type") in words.OWN_BOOKS):
            found.append(self.correction("officer_name", "T04", "财务负责人信息缺失。"))
        return found

    # --- one exchange -------------------------------------------------------------------------------

    def _exchange(self, transaction: str, ref: Ref, inner: bytes, number: str = "") -> Reply:
        # A question takes a number of its own; only an application's is for ever.
        number = number or str(secrets.randbelow(10**32)).zfill(32)
        message = Message(transaction, ref.extra["region"], number, inner)
        sealed = self._caller.closed(message, self.clock.now())
        try:
            answer = self.http.exchange("POST", "/services/taxService", sealed, headers=HEADERS)
            return opened(answer.body, number, self.manifest.max_bytes)
        except HtmlPage as page:
            raise _closed(page) from page
        except EnvelopeError as wrong:
            raise Unknown(f"not an answer of the bureau: {wrong}") from wrong


def _closed(page: HtmlPage) -> Closed | HtmlPage:
    """Return the closing time a maintenance page tells; any other page stays what it is."""
    # Only a time is looked for in it, nothing of the page is kept.
    text = page.answer.body.decode("gbk", errors="replace")  # kit: see above
    found = REOPENING.search(text)
    if page.answer.status != 200 or found is None:  # noqa: PLR2004 - HTTP
        return page
    until = datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
    return Closed("系统维护", until)
