"""The adapter of 员工参保登记: numbered transactions with a daily sign-in (protocol.md)."""

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SM3, Hash
from marshmallow import fields, validate

from adapters.base import AdapterBase, BaseSettings, Verdict, WireClock
from adapters.social_insurance import answers
from adapters.social_insurance.needs import Needs, employee, unit
from adapters.wire import strict_json
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Correction,
    Done,
    Health,
    Key,
    Manifest,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Partial,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Requirement,
    Retryable,
    StepSpec,
    Unknown,
    Unprocessable,
)

_BEIJING = ZoneInfo("Asia/Shanghai")
_CONTENT_TYPE = "text/html;charset=UTF-8"
#: step -> transaction number
_TRANSACTIONS = {"pre": "2100", "confirm": "2101"}
#: Under which member an entry names whom it is about, by transaction.
_NATURAL = {"2100": "cons_no", "2101": "uscc"}
_POLL = {"2100": timedelta(minutes=2), "2101": timedelta(minutes=5)}
_SHARED_AFTER = timedelta(minutes=1)


class Settings(BaseSettings):
    """How we are known at the office: organisation, operator, and which office it is."""

    org = fields.String(required=True, validate=validate.Regexp(r"[0-9]{12}\Z"))
    admdvs = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))
    opter = fields.String(required=True, validate=validate.Length(1, 20))
    secret = fields.String(required=True, validate=validate.Length(min=1))


class SocialInsuranceAdapter(AdapterBase):
    """Registers the unit ahead, then with its credit code and its staff in one message."""

    manifest = Manifest(
        name="social_insurance.infno",
        department="social_insurance",
        title="员工参保登记",
        office="社会保险经办机构",
        version="1.0.0",
        protocol="infno-session/V1.0",
        steps=(StepSpec("pre"), StepSpec("confirm", requires=(Requirement("credit_code"),))),
        idempotency="none",
        lookup="by-natural-key",
        finish=("poll",),
        owner="Kaiban maintainers",
        cancel="always",
        settle=timedelta(minutes=2),
        hours="Mo-Fr 08:30-17:30; PH off",
        promise=timedelta(minutes=60),
        limit=timedelta(hours=2),
        concurrency=1,
    )
    Settings = Settings
    Needs = Needs
    Result = answers.Result
    CODES: ClassVar[Mapping[str, Verdict]] = {
        words: entry.verdict for words, entry in answers.SENTENCES.items()
    }

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self._reads = itertools.count()

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        defects = self.misfits(needs)
        if defects:
            return NeedsCorrection(defects)
        infno, msgid = _TRANSACTIONS[step], self.settings["org"] + key.digits(18)
        message = {"infno": infno, "msgid": msgid, "admdvs": self.settings["admdvs"]}
        body = strict_json.write({**message, "input": _application(needs, key, step)})
        natural = key.case if step == "pre" else needs["credit_code"]
        known = {"infno": infno, "natural": natural, "company": needs["name"]}
        ref = Ref(msgid, extra=known)
        return Prepared(msgid, body, ref, content_type=_CONTENT_TYPE)

    def send(self, prepared: Prepared) -> Outcome:
        answer = self._call(strict_json.read(prepared.body))
        if answer["infcode"] != 0:
            return self._refused(answer["err_msg"], prepared.ref)
        if answer["output"] != {"stas": "0"}:
            raise Unknown("received, but not as the protocol says")
        return Pending(prepared.ref, _POLL[prepared.ref.extra["infno"]])

    def look(self, ref: Ref) -> Outcome:
        infno, natural = ref.extra["infno"], ref.extra["natural"]
        asked = (
            {"cons_no": natural, "uscc": ""}
            if infno == "2100"
            else {"cons_no": "", "uscc": natural}
        )
        answer = self._call(self._message("2103", asked))
        if answer["infcode"] != 0:
            return self._refused(answer["err_msg"], ref)
        entry = _ours(answer["output"]["reglist"], ref.key, infno)
        if not entry:
            return NotFound()
        self.ours(ref, natural=entry[_NATURAL[infno]], company=entry["name"])
        return self._standing(entry, ref)

    def take_back(self, ref: Ref) -> Outcome:
        answer = self._call(self._message("2190", {"ori_msgid": ref.key}))
        return Cancelled() if answer["infcode"] == 0 else self._refused(answer["err_msg"], ref)

    def ping(self) -> Health:
        # Not a sign-in: it would end the session of whoever is at work.
        answer = self._exchange(self._message("9000", {}), "")
        return Health(ok=answer["infcode"] == 0, detail=answer["err_msg"])

    def verdict(self, code: str) -> Verdict:
        """Return what their sentence means; they have no codes."""
        return answers.meaning(code, answers.SENTENCES).verdict

    # --- what the answers mean ---

    def _refused(self, sentence: str, ref: Ref) -> Outcome:
        entry = answers.meaning(sentence, answers.SENTENCES)
        outcomes: Mapping[Verdict, Callable[[], Outcome]] = {
            Verdict.CORRECT: lambda: NeedsCorrection(
                (self.correction(entry.field, entry.code, sentence),), ref
            ),
            Verdict.REJECTED: lambda: Rejected(entry.code, sentence),
            Verdict.NOT_FOUND: NotFound,
        }
        if entry.verdict not in outcomes:
            raise _failure(entry, sentence)
        return outcomes[entry.verdict]()

    def _standing(self, entry: Mapping[str, Any], ref: Ref) -> Outcome:
        known = Ref(ref.key, entry["unit_no"] or entry["preno"], ref.extra)
        outcomes: Mapping[str, Callable[[], Outcome]] = {
            "0": lambda: Pending(known, _POLL[entry["infno"]], in_review=True),
            "1": lambda: Done(
                known, self.result(answers.granted(entry)), answers.documents(entry["docs"])
            ),
            "2": lambda: Partial(known, self._left(entry["emps"])),
            "3": lambda: self._refused(entry["rea"], known),
            "4": lambda: self._refused(entry["rea"], known),
            "9": Cancelled,
        }
        return outcomes.get(entry["stas"], _unlisted)()

    def _left(self, lines: list[dict[str, Any]]) -> tuple[Correction, ...]:
        return tuple(self._line(line) for line in lines if line["stas"] != "1")

    def _line(self, line: Mapping[str, Any]) -> Correction:
        entry = answers.meaning(line["rea"], answers.LINES)
        if entry.verdict is Verdict.UNKNOWN:
            raise Unknown("a line is refused with a sentence we do not know")
        return self.correction(
            f"staff.{line['row_no'] - 1}.{entry.field}", entry.code, line["rea"]
        )

    # --- the exchange ---

    def _message(self, infno: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Make a message that is not an application: its number only ties the answer to it."""
        moment = self.clock.now().astimezone(_BEIJING).strftime("%Y%m%d%H%M%S")
        msgid = f"{self.settings['org']}{moment}{next(self._reads) % 10_000:04d}"
        return {"infno": infno, "msgid": msgid, "admdvs": self.settings["admdvs"], "input": asked}

    def _call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Exchange under the session; an ended one is renewed once."""
        sign_no = self.session.get(self._sign_in)
        answer = self._exchange(message, sign_no)
        if self.verdict(answer["err_msg"]) is Verdict.RENEW:
            self.session.drop(sign_no)
            answer = self._exchange(message, self.session.get(self._sign_in))
        return answer

    def _sign_in(self) -> str:
        opter, secret = self.settings["opter"], self.settings["secret"]
        moment = self._moment()
        proof = _sm3(f"{opter}|{secret}|{moment}")
        message = self._message("9001", {"opter": opter, "pwd": proof})
        try:
            answer = self._exchange(message, "", moment)
            if answer["infcode"] != 0:
                sentence = answer["err_msg"]
                raise _failure(answers.meaning(sentence, answers.SENTENCES), sentence)
        except Unprocessable as error:
            # What they cannot read is the sign-in, whatever is to be said after it.
            raise Misconfigured(str(error)) from error
        except Unknown as error:
            raise Retryable("not signed in, so nothing was sent") from error
        return str(answer["output"]["sign_no"])

    def _exchange(
        self, message: Mapping[str, Any], sign_no: str, moment: str = ""
    ) -> dict[str, Any]:
        opter, sent_at = self.settings["opter"], moment or self._moment()
        fresh = {"opter": opter, "sign_no": sign_no, "inf_time": sent_at, "infver": "V1.0"}
        body = strict_json.write({**message, **fresh})
        answer = self.http.exchange("POST", "/callService", body, {"Content-Type": _CONTENT_TYPE})
        return _whole(answer.body, message["msgid"])

    def _moment(self) -> str:
        return self.clock.now().astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _application(needs: Mapping[str, Any], key: Key, step: str) -> dict[str, Any]:
    """Say what 2100 and 2101 carry."""
    common = {
        "cons_no": key.case,
        "ori_msgid": key.corrects.key if key.corrects else "",
        "unit": unit(needs),
    }
    if step == "pre":
        return common
    lines = [employee(number, member) for number, member in enumerate(needs["staff"], 1)]
    return {
        **common,
        "uscc": needs["credit_code"],
        "batch": {"infno": "2102", "emplist": lines},
    }


def _ours(entries: list[dict[str, Any]], msgid: str, infno: str) -> dict[str, Any] | None:
    """Find our application; or one made otherwise (at their window) that is in force."""
    same_kind = [entry for entry in entries if entry["infno"] == infno]
    ours = (entry for entry in same_kind if entry["msgid"] == msgid)
    in_force = (entry for entry in same_kind if entry["stas"] == "1")
    return next(ours, next(in_force, None))


def _whole(body: bytes, msgid: str) -> dict[str, Any]:
    """Return the answer to this message; raises Unknown for anything else."""
    try:
        answer = strict_json.read(body, answers.FREE)
    except strict_json.UnreadableJsonError as error:
        raise Unknown("the answer is not JSON as the protocol wants it") from error
    shape = {name: type(value) for name, value in answer.items()}
    if shape != {"infcode": int, "inf_refmsgid": str, "err_msg": str, "output": dict}:
        raise Unknown("the answer has other members than the protocol says")
    if answer["inf_refmsgid"] != msgid or answer["infcode"] not in (0, -1):
        raise Unknown("the answer belongs to another message")
    return answer


def _sm3(text: str) -> str:
    digest = Hash(SM3())
    digest.update(text.encode())
    return digest.finalize().hex()


def _failure(entry: answers.Sentence, sentence: str) -> AdapterError:
    """Say what must happen next after a sentence that is no outcome."""
    failures: Mapping[Verdict, AdapterError] = {
        Verdict.BUSY: Retryable(sentence, _SHARED_AFTER if entry.code else None),
        # Ended again right after the renewal; an ended session means that nothing has happened.
        Verdict.RENEW: Retryable(sentence),
        Verdict.CLOSED: Closed(sentence, answers.opening(sentence)),
        Verdict.CONFIG: Misconfigured(sentence),
        Verdict.UNFIT: Unprocessable(sentence),
    }
    # Any other sentence is not quoted: it may name a person.
    return failures.get(entry.verdict, Unknown("a sentence that does not tell what happened"))


def _unlisted() -> NoReturn:
    raise Unknown("a state the protocol does not list")
