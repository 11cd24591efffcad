"""The bank's account appointments, protocol KH/3: fixed-width GBK messages with a MAC."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

from marshmallow import fields, validate

from adapters.bank import messages
from adapters.bank.messages import ANSWER, HEADER, NEEDS, reserve_body, result
from adapters.bank.needs import BankNeeds, BankResult
from adapters.base import AdapterBase, BaseSettings, Verdict
from adapters.wire.mac import same, sm3_mac
from kaiban.ports import (
    Cancelled,
    Closed,
    Correction,
    Done,
    Health,
    Key,
    Manifest,
    Misconfigured,
    NeedsCorrection,
    Outcome,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Requirement,
    StepSpec,
    Unknown,
    Unprocessable,
)

BEIJING = timezone(timedelta(hours=8))
WRONG_MAC = "1106"


class BankSettings(BaseSettings):
    """``mac_key`` is the shared key in hex, as the bank hands it out."""

    mac_key = fields.String(required=True, validate=validate.Regexp(r"\A([0-9a-fA-F]{2}){16,}\Z"))


class BankAdapter(AdapterBase):
    """Reserves an account and the visit at which it is opened."""

    manifest = Manifest(
        name="bank.fixed",
        department="bank",
        title="银行预约开户",
        office="示范银行",
        version="1.0.0",
        protocol="KH/3",
        steps=(StepSpec("main", requires=(Requirement("credit_code"),)),),
        idempotency="reject-duplicate",
        lookup="by-key",
        names="key",
        finish=("sync", "poll"),
        owner="平台组",
        cancel="always",
        settle=timedelta(minutes=10),
        hours="Mo-Fr 08:30-16:30; PH off",
        promise=timedelta(minutes=30),
        limit=timedelta(hours=2),
        encoding="gbk",
    )
    Settings = BankSettings
    Needs = BankNeeds
    Result = BankResult
    CODES: ClassVar[Mapping[str, Verdict]] = {
        "0000": Verdict.DONE,
        "2*": Verdict.PENDING,
        "3*": Verdict.REJECTED,
        "1001": Verdict.CORRECT,
        "1002": Verdict.NOT_FOUND,
        "1003": Verdict.CANCELLED,
        "1102": Verdict.LOOK_UP,
        WRONG_MAC: Verdict.CONFIG,
        "1800": Verdict.BUSY,
        "1900": Verdict.CLOSED,
    }

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Write KH0001 without its header; our serial number is drawn from the key."""
        misfits = self.misfits(needs)
        if misfits:
            return NeedsCorrection(misfits)
        # The bank forgets serials overnight: ours must not contain a date.
        serial = key.digits(20)
        body = reserve_body(needs, key.corrects.key if key.corrects else "")
        return Prepared(serial, body, Ref(serial), meta={"step": step})

    def fields(self, raw: bytes) -> Mapping[str, str]:
        """Cut a message into its fields."""
        return messages.fields(raw) if raw else {}

    def send(self, prepared: Prepared) -> Outcome:
        """Reserve."""
        return self._said("KH0001", prepared.ref, prepared.body)

    def look(self, ref: Ref) -> Outcome:
        """Ask by our serial number."""
        return self._said("KH0002", ref)

    def take_back(self, ref: Ref) -> Outcome:
        """Cancel by our serial number."""
        rc, answer = self._exchange("KH0003", ref.key)
        if self.verdict(rc) is Verdict.DONE:
            return Cancelled()
        return self._outcome(rc, answer, ref)

    def ping(self) -> Health:
        """Ask for a heartbeat."""
        rc, _ = self._exchange("KH9999", "0" * 20)
        return Health(ok=rc == "0000", detail=f"code {rc}")

    def _said(self, code: str, ref: Ref, body: bytes = b"") -> Outcome:
        rc, answer = self._exchange(code, ref.key, body)
        return self._outcome(rc, answer, Ref(ref.key, answer.get("RESERVATION", ref.number)))

    def _exchange(self, code: str, serial: str, body: bytes = b"") -> tuple[str, dict[str, str]]:
        today = f"{self.clock.now().astimezone(BEIJING):%Y%m%d}"
        head = {"code": code, "serial": serial, "rc": "", "date": today}
        size = HEADER.width + len(body)
        mac = self._mac(HEADER.pack({**head, "length": size, "mac": ""}), body)
        message = HEADER.pack({**head, "length": size, "mac": mac}) + body
        return self._opened(self.http.exchange("POST", "/kh", message).body, code, serial)

    def _opened(self, raw: bytes, code: str, serial: str) -> tuple[str, dict[str, str]]:
        head = HEADER.unpack(raw[: HEADER.width])
        body = raw[HEADER.width :]
        if head["rc"] == WRONG_MAC:
            # They do not sign this one: they do not know our key.
            raise Misconfigured("code 1106: the bank does not accept our MAC key")
        if not same(head["mac"].encode(), self._mac(raw[: HEADER.width], body).encode()):
            raise Unknown("the answer's MAC is wrong")
        if int(head["length"]) != len(raw) or head["code"] != code:
            raise Unknown("the answer belongs to another message")
        self.ours(Ref(serial), key=head["serial"])
        return head["rc"], ANSWER.unpack(body) if body else {}

    def _mac(self, header: bytes, body: bytes) -> str:
        # Everything but the length before it and the MAC itself.
        key = bytes.fromhex(self.settings["mac_key"])
        return sm3_mac(key, header[8:-16] + body).hex()[:16].upper()

    def _outcome(self, rc: str, answer: Mapping[str, str], ref: Ref) -> Outcome:
        match self.verdict(rc):
            case Verdict.DONE:
                return Done(ref, self.result(result(answer)))
            case Verdict.PENDING:
                return Pending(ref, timedelta(minutes=3), True, answer["TEXT"])  # noqa: FBT003 - in review
            case Verdict.REJECTED:
                return Rejected(answer["REASON"], answer["TEXT"])
            case Verdict.CORRECT:
                return NeedsCorrection((self._correction(answer),), ref)
            case Verdict.CLOSED:
                raise Closed("the bank's day has ended", _instant(answer["REOPENS"]))
        return self.plain(rc, "", ref)

    def _correction(self, answer: Mapping[str, str]) -> Correction:
        need = NEEDS.get(answer["FIELD"])
        if need is None:
            # A fault of the message, not of the form: nothing the applicant could mend.
            raise Unprocessable(f"code 1001 for {answer['FIELD']}: {answer['REASON']}")
        return self.correction(need, answer["REASON"], answer["TEXT"])


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    local = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    return local.astimezone(UTC)
