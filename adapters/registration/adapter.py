"""The registrar's protocol ``rest-sm2`` (protocol.md) as an adapter."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from adapters.base import AdapterBase, BaseSettings, Verdict, WireClock
from adapters.registration.needs import RegistrationNeeds, known, spoken, unlisted
from adapters.registration.signed import SignedChannel
from adapters.wire.sm2 import Sm2Signer, Sm2Verifier, sm3
from kaiban.ports import (
    Acknowledgement,
    Cancelled,
    Correction,
    Document,
    Done,
    Forged,
    Health,
    Hint,
    Key,
    Manifest,
    Misconfigured,
    NeedsCorrection,
    Outcome,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    StepSpec,
    Unknown,
)

PATH = "/api/v2/establish"
JSON = "application/json"
#: States in which they are at work: when to ask again, and whether an officer has it.
AT_WORK: Mapping[str, tuple[timedelta, bool]] = {
    "10": (timedelta(minutes=5), False),
    "20": (timedelta(minutes=5), False),
    "30": (timedelta(minutes=10), True),
    "40": (timedelta(minutes=2), True),
}
# Only such a path is followed; anything else could lead to another host.
_PAPER = re.compile(r"/api/v2/([a-z]+)/[0-9A-Z]+\.pdf")


def _signing_key(pem: str) -> None:
    _tried(Sm2Signer, pem)


def _department_key(pem: str) -> None:
    _tried(Sm2Verifier, pem)


def _tried(kind: type[Sm2Signer] | type[Sm2Verifier], pem: str) -> None:
    try:
        kind(pem)
    except ValueError as error:
        raise ValidationError("no SM2 key") from error


class RegistrationSettings(BaseSettings):
    """``private_key`` (PKCS#8) is ours, ``department_key`` theirs; both SM2 in PEM."""

    app_key = fields.String(required=True)
    private_key = fields.String(required=True, validate=_signing_key, metadata={"secret": True})
    department_key = fields.String(required=True, validate=_department_key)


class RegistrationResult(Schema):
    """What the licence says."""

    credit_code = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9A-HJ-NPQRTUWXY]{18}\Z"),
        metadata={"label": "统一社会信用代码"},
    )
    licence_no = fields.String(required=True, metadata={"label": "营业执照编号"})
    established_on = fields.Date(required=True, metadata={"label": "成立日期"})
    company_name = fields.String(required=True, metadata={"label": "企业名称"})
    office = fields.String(required=True, metadata={"label": "登记机关"})
    receipt = fields.String(required=True, metadata={"label": "受理号"})


class RegistrationAdapter(AdapterBase):
    """设立登记 with the market regulator."""

    manifest = Manifest(
        name="registration.sm2",
        department="registration",
        title="设立登记",
        office="示范市市场监督管理局",
        version="1.0.0",
        protocol="rest-sm2/2",
        steps=(
            StepSpec(
                "main",
                provides={
                    "credit_code": "91990100MA0000015X",
                    "licence_no": "990100000000014",
                    "established_on": "2026-03-04",
                },
            ),
        ),
        idempotency="key",
        lookup="by-key",
        finish=("callback", "poll"),
        cancel="before-done",
        settle=timedelta(seconds=30),
        hours="收件 24 小时；审核 工作日 9:00-17:00",
        promise=timedelta(minutes=60),
        limit=timedelta(hours=2),
        owner="Kaiban",
    )
    Settings: ClassVar[type[Schema]] = RegistrationSettings
    Needs: ClassVar[type[Schema]] = RegistrationNeeds
    Result: ClassVar[type[Schema]] = RegistrationResult
    CODES: ClassVar[Mapping[str, Verdict]] = {
        "00000": Verdict.DONE,
        "40000": Verdict.CONFIG,
        "40001": Verdict.CORRECT,
        "401*": Verdict.CONFIG,
        # A copy of our request came first, and that one may have been taken.
        "40107": Verdict.LOOK_UP,
        "40300": Verdict.REJECTED,
        "40401": Verdict.NOT_FOUND,
        # Our number belongs to another application: never take that one for ours.
        "40902": Verdict.CONFIG,
        "40903": Verdict.LOOK_UP,
        "40904": Verdict.REJECTED,
        "50001": Verdict.UNKNOWN,
        "50300": Verdict.BUSY,
    }
    ACK: ClassVar[Acknowledgement] = Acknowledgement(b'{"code":"00000"}', JSON)

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        signer = Sm2Signer(self.settings["private_key"])
        verifier = Sm2Verifier(self.settings["department_key"])
        self._channel = SignedChannel(self.http, clock, self.settings["app_key"], signer, verifier)

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:  # noqa: ARG002 - there is one step
        """Say it in their words; a correction goes to the application it corrects."""
        schema = self.Needs()
        strange = [
            self.correction(field, "unlisted", "登记机关不受理该选项，请另选")
            for field in unlisted(schema, needs)
        ]
        if wrong := (*self.misfits(needs), *strange):
            return NeedsCorrection(wrong)
        body = _json({"bizSerialNo": key.text, **spoken(schema, {"supervisors": [], **needs})})
        number = key.corrects.number if key.corrects else ""
        path = f"{PATH}/{number}/supplement" if number else PATH
        return Prepared(key.text, body, Ref(key.text, number), JSON, {"path": path})

    def send(self, prepared: Prepared) -> Outcome:
        """Hand in the application or the supplement."""
        code, text, told = self._ask("POST", prepared.meta["path"], body=prepared.body)
        if self.verdict(code) is Verdict.CORRECT:
            return NeedsCorrection(self._corrections(told.get("fields")))
        if code != "00000":
            return self._refused(code, text, told, prepared.ref)
        return Pending(self._ref(told, prepared.ref), timedelta(minutes=2))

    def look(self, ref: Ref) -> Outcome:
        """Ask by our number: theirs would also find the application before the supplement."""
        code, text, told = self._ask("GET", PATH, {"bizSerialNo": ref.key})
        if code != "00000":
            return self.plain(code, text, ref)
        return self._standing(self._ref(told, ref), told)

    def take_back(self, ref: Ref) -> Outcome:
        """Withdraw, by their number if it is known."""
        asked = {"bizSerialNo": ref.key} | ({"acceptNo": ref.number} if ref.number else {})
        code, text, _ = self._ask("POST", f"{PATH}/withdraw", body=_json(asked))
        return Cancelled() if code == "00000" else self.plain(code, text, ref)

    def ping(self) -> Health:
        """Ask for a signed sign of life."""
        code, text, told = self._ask("GET", "/api/v2/ping")
        return Health(code == "00000", str(told.get("office", text)))

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Which application the push is about; raises Forged."""
        self._channel.check(raw)
        try:
            event = json.loads(raw.body)
            return (Hint(str(event["bizSerialNo"]), str(event["acceptNo"])),)
        except (ValueError, TypeError, KeyError) as error:
            raise Forged("signed, but not a push") from error

    # --- private --------------------------------------------------------------------------------

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[str, str, dict[str, Any]]:
        """Exchange, and take the answer apart: code, text, data."""
        try:
            told = json.loads(self._channel.call(method, path, query, body))
            code, text, inner = told["code"], told["msg"], told["data"]
        except (ValueError, TypeError, KeyError) as error:
            raise Unknown("the answer is not the JSON the protocol promises") from error
        if not (isinstance(code, str) and isinstance(text, str) and isinstance(inner, dict)):
            raise Unknown("the answer is not the JSON the protocol promises")
        return code, text, inner

    def _ref(self, told: Mapping[str, Any], ref: Ref) -> Ref:
        number = told.get("acceptNo")
        if told.get("bizSerialNo") != ref.key or not isinstance(number, str) or not number:
            raise Unknown("the answer is about another application")
        return Ref(ref.key, number)

    def _refused(self, code: str, text: str, told: Mapping[str, Any], ref: Ref) -> Outcome:
        refusal = told.get("refusal")
        if self.verdict(code) is Verdict.REJECTED and isinstance(refusal, dict):
            return Rejected(str(refusal.get("rule")), str(refusal.get("msg")))
        return self.plain(code, text, ref)

    def _standing(self, ref: Ref, told: Mapping[str, Any]) -> Outcome:
        state = str(told.get("state"))
        if state in AT_WORK:
            wait, in_review = AT_WORK[state]
            return Pending(ref, wait, in_review, str(told.get("stateText", "")))
        if state == "31":
            return NeedsCorrection(self._corrections(told.get("corrections")), ref)
        if state == "50":
            return self._granted(ref, told)
        if state == "90":
            return self._refused("40300", "不予登记", told, ref)
        if state == "91":
            return Cancelled()
        raise Unknown(f"unlisted state {state}")

    def _granted(self, ref: Ref, told: Mapping[str, Any]) -> Done:
        try:
            licence, files = told["licence"], told["files"]
            said = {
                "credit_code": licence["uniscid"],
                "licence_no": licence["licenceNo"],
                "established_on": licence["estDate"],
                "company_name": licence["entName"],
                "office": licence["regOrgName"],
                "receipt": ref.number,
            }
            papers = tuple(self._paper(each) for each in files)
        except (KeyError, TypeError) as error:
            raise Unknown("the licence lacks what the protocol promises") from error
        return Done(ref, self.result(said), papers)

    def _paper(self, file: Mapping[str, str]) -> Document:
        """Fetch an original; its ticket works once, so after a failure the query begins anew."""
        path = _PAPER.fullmatch(file["path"])
        if path is None:
            raise Unknown("a file at a place the protocol does not know")
        content = self._channel.call("GET", path[0], {"ticket": file["ticket"]})
        if sm3(content) != file["sm3"]:
            raise Unknown("a file is not the one announced")
        return Document(f"{path[1]}.pdf", file["title"], file["mediaType"], content)

    def _corrections(self, told: Any) -> tuple[Correction, ...]:
        """Return what they want corrected, by form path; Misconfigured if it is nothing the form holds."""
        schema, found = self.Needs(), []
        rows = told if isinstance(told, list) else []
        for each in (row for row in rows if isinstance(row, dict)):
            field = re.sub(r"\[(\d+)\]", r".\1", str(each.get("path")))
            if known(schema, field):
                code, text = str(each.get("rule")) or "40001", str(each.get("msg"))
                found.append(self.correction(field, code, text))
        if not found:
            raise Misconfigured("they complain about fields that are not the applicant's")
        return tuple(found)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
