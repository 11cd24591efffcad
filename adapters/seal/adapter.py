"""Seals (公章刻制): orders at the seal filing gateway, protocol GY/2 (protocol.md)."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from adapters.base import AdapterBase, Verdict, WireClock
from adapters.seal import words
from adapters.seal.envelope import EnvelopeError, Envelopes, Session, message
from adapters.seal.line import Line
from adapters.seal.order import order
from adapters.wire.reading import flat
from adapters.wire.sm2 import Sm2Signer, Sm2Verifier, sm3
from kaiban.domain.cases.document import Document
from kaiban.ports import (
    Acknowledgement,
    Cancelled,
    Closed,
    Correction,
    Done,
    Forged,
    Health,
    Hint,
    Key,
    Manifest,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Requirement,
    StepSpec,
    Unknown,
)

_Object = Mapping[str, Any]

POLL = timedelta(minutes=5)


class SealAdapter(AdapterBase):
    """Orders all seals of a company at once and waits until each of them is filed."""

    manifest = Manifest(
        name="seal.sm4",
        department="seal",
        title="公章刻制",
        office="示范市公安局（印章备案）",
        version="1.0.0",
        protocol="GY/2",
        owner="示范市一日办项目组",
        steps=(
            StepSpec(
                "main",
                requires=(Requirement("credit_code"),),
                provides={"invoice_seal_impression": "YM-9901020000017-00000000"},
            ),
        ),
        idempotency="none",
        lookup="by-natural-key",
        finish=("callback", "poll"),
        cancel="before-done",
        settle=timedelta(minutes=10),
        hours="Mo-Sa 08:30-17:30; PH off",
        promise=timedelta(minutes=90),
        limit=timedelta(hours=4),
        concurrency=4,
    )
    Settings = words.Settings
    Needs = words.Needs
    Result = words.Result
    CODES: ClassVar[Mapping[str, Verdict]] = {
        "000": Verdict.DONE,
        "101": Verdict.RENEW,
        "102": Verdict.CLOSED,
        "110": Verdict.CONFIG,
        "111": Verdict.CONFIG,
        "120": Verdict.UNFIT,
        "201": Verdict.LOOK_UP,
        "303": Verdict.REJECTED,
        "306": Verdict.BUSY,
        "30*": Verdict.CORRECT,
        "320": Verdict.REJECTED,
        "321": Verdict.NOT_FOUND,
    }
    ACK = Acknowledgement(b'{"code":"000"}', "application/json")

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        ours = self.settings
        envelopes = Envelopes(
            ours["app_code"], Sm2Signer(ours["private_key"]), Sm2Verifier(ours["gateway_key"])
        )
        application = Session("", bytes.fromhex(ours["app_key"]))
        self._line = Line(self.http, envelopes, application, self.session)

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """One order for all seals; the number of the message comes from our key."""
        del step  # there is only one
        if wrong := (*self.misfits(needs), *self._too_long(needs)):
            return NeedsCorrection(wrong)
        ref = Ref(key.text, extra={"uscc": needs.get("credit_code", "")})
        body = message("GY0101", key.digits(32), order(needs, key))
        return Prepared(key.text, body, ref, "application/json")

    def fields(self, raw: bytes) -> Mapping[str, str]:
        """Open the envelope; an order not yet in one is read as it is."""
        try:
            return dict(flat(self._line.plain(raw)))
        except EnvelopeError:
            return super().fields(raw)

    def send(self, prepared: Prepared) -> Outcome:
        """Order."""
        head, body = self._line.talk(prepared.body)
        verdict = self.verdict(head["code"])
        if verdict is Verdict.DONE:
            found = replace(prepared.ref, number=str(body["orderNo"]))
            return Pending(found, poll_after=POLL)
        if verdict is Verdict.CORRECT:
            return NeedsCorrection((self._finding(body["reason"], head["msg"]),))
        return self._plain(head, body, prepared.ref)

    def look(self, ref: Ref) -> Outcome:
        """Find our order among those of the company: the register knows no other way."""
        head, body = self._line.ask("GY0102", {"uscc": ref.extra["uscc"], "sealType": ""})
        if self.verdict(head["code"]) is not Verdict.DONE:
            return self._plain(head, body, ref)
        found = _ours(body["orders"], ref)
        if not found:
            return NotFound()
        self.ours(ref, key=found["clientNo"], uscc=found["uscc"])
        return self._standing(found, replace(ref, number=found["orderNo"]))

    def take_back(self, ref: Ref) -> Outcome:
        """Cancel; the order's number is looked up first if no answer ever told it."""
        number = ref.number or self._number(ref)
        if not number:
            return NotFound()
        head, body = self._line.ask("GY0103", {"uscc": ref.extra["uscc"], "orderNo": number})
        if self.verdict(head["code"]) is Verdict.DONE:
            return Cancelled()
        return self._plain(head, body, ref)

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Say which order a push is about; how it stands only a query tells."""
        try:
            push = self._line.push(raw.body)
            return (Hint(number=str(push["orderNo"])),)
        except (EnvelopeError, KeyError) as wrong:
            raise Forged("not a push of the gateway") from wrong

    def ping(self) -> Health:
        """Ask for the list of shops."""
        head, _ = self._line.ask("GY0104", {})
        return Health(self.verdict(head["code"]) is Verdict.DONE, head["msg"])

    # --- what the gateway's answers mean ----------------------------------------------------------

    def _plain(self, head: _Object, body: _Object, ref: Ref) -> Outcome:
        verdict = self.verdict(head["code"])
        if verdict is Verdict.CLOSED:
            raise Closed(head["msg"], datetime.fromisoformat(body["opensAt"]))
        if verdict is Verdict.REJECTED:
            return Rejected(body.get("reason", head["code"]), head["msg"])
        return self.plain(head["code"], head["msg"], ref)

    def _standing(self, order: _Object, ref: Ref) -> Outcome:
        if order["cancelled"] == "1":
            return Cancelled()
        if order["returnCode"]:
            return self._returned(order, ref)
        ranks = [words.status_rank(seal["changes"]) for seal in order["seals"]]
        certificate = order["certificate"]
        if certificate and all(rank in words.FILED for rank in ranks):
            return Done(ref, self._granted(order), (_certificate(certificate),))
        return Pending(ref, poll_after=POLL, in_review=any(ranks))

    def _returned(self, order: _Object, ref: Ref) -> Outcome:
        reason, text = order["returnCode"], order["returnMsg"]
        if reason in words.FINDINGS:
            return NeedsCorrection((self._finding(reason, text),), ref)
        return Rejected(reason, text)

    def _granted(self, order: _Object) -> dict[str, Any]:
        seals = [
            {
                "kind": words.KIND_OF_TYPE[seal["sealType"]],
                "code": seal["sealCode"],
                "filing_no": seal["filingNo"],
            }
            for seal in order["seals"]
        ]
        impressions = {seal["sealType"]: seal["impression"] for seal in order["seals"]}
        granted = {"order_no": order["orderNo"], "engraver": order["shopName"], "seals": seals}
        if words.INVOICE_SEAL in impressions:
            granted["invoice_seal_impression"] = impressions[words.INVOICE_SEAL]
        return self.result(granted)

    def _finding(self, reason: str, text: str) -> Correction:
        field = words.FINDINGS.get(reason)
        if field is None:
            raise Unknown(f"finding {reason} is not in the protocol")
        return self.correction(field, reason, text)

    def _too_long(self, needs: Mapping[str, Any]) -> tuple[Correction, ...]:
        # The register refuses it at once (S07), so the applicant hears of it with all the rest.
        if len(needs["name"]) <= words.LONGEST_NAME:
            return ()
        text = f"印文字数超出章面规格（最多{words.LONGEST_NAME}字），请确认排版。"
        return (self.correction("name", "S07", text),)

    def _number(self, ref: Ref) -> str:
        _, body = self._line.ask("GY0102", {"uscc": ref.extra["uscc"], "sealType": ""})
        found = _ours(body.get("orders", ()), ref)
        return str(found["orderNo"]) if found else ""


def _ours(orders: Sequence[_Object], ref: Ref) -> _Object | None:
    """Our order; the one whose number we know, should there be two."""
    ours = [order for order in orders if order["clientNo"] == ref.key]
    return min(ours, key=lambda order: order["orderNo"] != ref.number, default=None)


def _certificate(certificate: _Object) -> Document:
    content = base64.b64decode(certificate["content"], validate=True)
    if sm3(content) != certificate["sm3"]:
        raise Unknown("the certificate is not the one they signed for")
    return Document("seal-filing.pdf", str(certificate["name"]), "application/pdf", content)
