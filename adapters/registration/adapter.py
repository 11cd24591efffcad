"""The registrar's protocol ``rest-sm2`` (protocol.md) as an adapter."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import Schema

from adapters.base import FAMILIES, AdapterBase, Verdict, WireClock
from adapters.registration.answers import (
    Paper,
    RegistrationResult,
    complaints,
    licence,
    opinion,
    reference,
    taken_apart,
)
from adapters.registration.needs import RegistrationNeeds, known, spoken, unlisted
from adapters.registration.settings import RegistrationSettings
from adapters.registration.signed import SignedChannel
from adapters.registration.words import AT_WORK, MEANINGS
from adapters.wire import strict_json
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
    NameOpinion,
    NeedsCorrection,
    Outcome,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Retryable,
    StepSpec,
    Unknown,
    Unprocessable,
)

PATH = "/api/v2/establish"
MATERIALS = "/api/v2/materials"
NAMES = "/api/v2/names"
JSON = "application/json"


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
        late_materials=True,
        settle=timedelta(seconds=30),
        hours="收件 24 小时；审核 工作日 9:00-17:00",
        promise=timedelta(minutes=60),
        limit=timedelta(hours=2),
        owner="Kaiban",
    )
    Settings: ClassVar[type[Schema]] = RegistrationSettings
    Needs: ClassVar[type[Schema]] = RegistrationNeeds
    Result: ClassVar[type[Schema]] = RegistrationResult
    CODES: ClassVar[Mapping[str, Verdict]] = MEANINGS
    ACK: ClassVar[Acknowledgement] = Acknowledgement(b'{"code":"00000"}', JSON)

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        signer = Sm2Signer(self.settings["private_key"])
        verifier = Sm2Verifier(self.settings["department_key"])
        self._channel = SignedChannel(self.http, clock, self.settings["app_key"], signer, verifier)

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:  # noqa: ARG002 - there is one step
        """Say it in their words; a correction goes to the application it corrects."""
        strange = [
            self.correction(field, "unlisted", "登记机关不受理该选项，请另选")
            for field in unlisted(self.needs, needs)
        ]
        if wrong := (*self.misfits(needs), *strange):
            return NeedsCorrection(wrong)
        body = _json(
            {"bizSerialNo": key.text, **spoken(self.needs, {**_said_even_empty(needs), **needs})}
        )
        number = key.corrects.number if key.corrects else ""
        path = f"{PATH}/{number}/supplement" if number else PATH
        files = tuple(each["sha256"] for each in needs.get("attachments", ()))
        ref = Ref(key.text, number, {"company": needs["entName"]})
        return Prepared(key.text, body, ref, JSON, {"path": path}, files)

    def put(self, digest: str, content: bytes) -> None:
        """Put a material where the message will refer to it."""
        code, _, _ = self._ask("PUT", f"{MATERIALS}/{digest}", body=content)
        if code != "00000":
            raise FAMILIES.get(self.verdict(code), Unknown)(f"code {code}")

    def append(self, ref: Ref, materials: Sequence[Mapping[str, str]]) -> None:
        """Add materials promised for later (容缺补交) to the application."""
        if not ref.number:
            raise Retryable("their number is not known yet")
        named = [
            {"title": one["name"], "mediaType": one["media_type"], "sha256": one["digest"]}
            for one in materials
        ]
        body = _json({"bizSerialNo": ref.key, "attachments": named})
        code, _, told = self._ask("POST", f"{PATH}/{ref.number}/materials", body=body)
        if code != "00000":
            raise FAMILIES.get(self.verdict(code), Unknown)(f"code {code}")
        self.ours(ref, number=told.get("acceptNo"))

    def send(self, prepared: Prepared) -> Outcome:
        """Hand in the application or the supplement."""
        code, text, told = self._ask("POST", prepared.meta["path"], body=prepared.body)
        if self.verdict(code) is Verdict.CORRECT:
            return self._incomplete(told.get("fields"))
        if code != "00000":
            return self._refused(code, text, told, prepared.ref)
        self.ours(prepared.ref, key=told.get("bizSerialNo"), number=told.get("acceptNo"))
        return Pending(reference(told, prepared.ref), timedelta(minutes=2))

    def look(self, ref: Ref) -> Outcome:
        """Ask by our number: theirs would also find the application before the supplement."""
        code, text, told = self._ask("GET", PATH, {"bizSerialNo": ref.key})
        if code != "00000":
            return self.plain(code, text, ref)
        self.ours(
            ref,
            key=told.get("bizSerialNo"),
            number=told.get("acceptNo"),
            company=told.get("entName"),
        )
        return self._standing(reference(told, ref), told)

    def take_back(self, ref: Ref) -> Outcome:
        """Withdraw, by their number if it is known."""
        asked = {"bizSerialNo": ref.key} | ({"acceptNo": ref.number} if ref.number else {})
        code, text, told = self._ask("POST", f"{PATH}/withdraw", body=_json(asked))
        if code != "00000":
            return self.plain(code, text, ref)
        self.ours(ref, number=told.get("acceptNo"))
        return Cancelled()

    def ping(self) -> Health:
        """Ask for a signed sign of life."""
        code, text, told = self._ask("GET", "/api/v2/ping")
        return Health(code == "00000", str(told.get("office", text)))

    def check_name(self, full: str) -> NameOpinion:
        """What their register thinks of a name; nothing is reserved."""
        return self._guarded(self._opinion, full, Retryable, Unknown)

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Which application the push is about; raises Forged."""
        self._channel.check(raw)
        try:
            event = strict_json.read(raw.body)
            return (Hint(str(event["bizSerialNo"]), str(event["acceptNo"])),)
        except (ValueError, TypeError, KeyError) as error:
            raise Forged("signed, but not a push") from error

    # --- private --------------------------------------------------------------------------------

    def _opinion(self, full: str) -> NameOpinion:
        code, _, told = self._ask("GET", NAMES, {"name": full})
        if code != "00000":
            raise FAMILIES.get(self.verdict(code), Unknown)(f"code {code}")
        return opinion(told)

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[str, str, dict[str, Any]]:
        return taken_apart(self._channel.call(method, path, query, body))

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
            said, papers = licence(told, ref.number)
            self.ours(ref, company=said["company_name"])
            return Done(ref, self.result(said), tuple(self._fetched(each) for each in papers))
        if state == "90":
            return self._refused("40300", "不予登记", told, ref)
        if state == "91":
            return Cancelled()
        raise Unknown(f"unlisted state {state}")

    def _fetched(self, paper: Paper) -> Document:
        """Fetch an original; its ticket works once, so after a failure the query begins anew."""
        content = self._channel.call("GET", paper.path, {"ticket": paper.ticket})
        if sm3(content) != paper.sm3:
            raise Unknown("a file is not the one announced")
        return Document(paper.name, paper.title, paper.media_type, content)

    def _incomplete(self, told: Any) -> NeedsCorrection:
        """Nothing was taken: the applicant corrects it, if it is anything the form holds."""
        found = tuple(each for each in self._corrections(told) if each.path)
        if not found:
            raise Unprocessable("they complain about fields that are not the applicant's")
        return NeedsCorrection(found)

    def _corrections(self, told: Any) -> tuple[Correction, ...]:
        """Return what they want corrected, by form path; without a path what the form does not hold."""
        return tuple(
            self.correction(field, code, text)
            if known(self.needs, field)
            else Correction("", code, text)
            for field, code, text in complaints(told)
        )


def _said_even_empty(needs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A company says that it has no supervisors; others have none to speak of."""
    return {"supervisors": []} if "directors" in needs else {}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
