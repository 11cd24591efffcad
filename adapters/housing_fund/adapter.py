"""The adapter of 公积金缴存登记: batch files laid down and fetched (protocol.md)."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import fields, validate

from adapters.base import AdapterBase, BaseSettings, Verdict
from adapters.housing_fund import answers
from adapters.housing_fund.answers import Examined
from adapters.housing_fund.needs import Needs, fen, person_record, unit_record
from adapters.http import Answer
from adapters.wire import piped
from kaiban.ports import (
    Cancelled,
    Correction,
    Done,
    Health,
    Key,
    Manifest,
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

#: step -> type of the file
_TYPES = {"pre": "GJJ01", "confirm": "GJJ02"}
_NO_DATE = "20000101"
#: The day in a case number, after its region.
_DAY = re.compile(r"[0-9]{6}(20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))")
_WAIT = re.compile(rb"WAIT\|([0-9]{1,6})")
_MISSING = 404
_TOO_LATE = 409


class Settings(BaseSettings):
    """How we are known at the centre, and the exchange key of the files' trailers."""

    org = fields.String(required=True, validate=validate.Regexp(r"[0-9]{8}\Z"))
    password = fields.String(required=True, validate=validate.Length(min=1))
    exchange_key = fields.String(required=True, validate=validate.Length(min=16))


class HousingFundAdapter(AdapterBase):
    """Registers the unit ahead, then with its credit code and its staff in one file."""

    manifest = Manifest(
        name="housing_fund.filedrop",
        department="housing_fund",
        title="公积金缴存登记",
        office="住房公积金管理中心",
        version="1.0.0",
        protocol="filedrop/1",
        steps=(StepSpec("pre"), StepSpec("confirm", requires=(Requirement("credit_code"),))),
        idempotency="key",
        lookup="by-key",
        finish=("batch", "poll"),
        owner="Kaiban maintainers",
        cancel="before-done",
        hours="24/7; batches Mo-Fr 10:00, 11:30, 15:00, 16:30; PH off",
        promise=timedelta(minutes=120),
        limit=timedelta(hours=4),
        encoding=piped.ENCODING,
    )
    Settings = Settings
    Needs = Needs
    Result = answers.Result
    #: The clerk's and an employee's name and wage, in the application and in the result.
    PERSONAL = re.compile(r"\.(DU\.12|DP\.[367])$")
    CODES: ClassVar[Mapping[str, Verdict]] = {
        code: meaning.verdict for code, meaning in answers.CODES.items()
    }

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        defects = self.misfits(needs, without="|")
        if defects:
            return NeedsCorrection(defects)
        name = self._file_name(key, step)
        body = piped.write(_records(name, needs, key, step))
        ref = Ref(name, extra={"company": needs["name"]})
        return Prepared(name, body, ref, content_type="text/plain;charset=GB18030")

    def fields(self, raw: bytes) -> Mapping[str, str]:
        """Cut a file into its records; other answers are a line of text."""
        return piped.fields(raw)

    def send(self, prepared: Prepared) -> Outcome:
        whole = piped.signed(prepared.body, self._exchange_key)
        try:
            self._call("PUT", f"/in/{prepared.key}.txt", whole)
        except Unknown as error:
            # Without its .ok the file is never read; laying it down again replaces it.
            raise Retryable("the file was perhaps not laid down; it is not read yet") from error
        answer = self._call("PUT", f"/in/{prepared.key}.ok")
        return Pending(prepared.ref, _poll_after(answer))

    def look(self, ref: Ref) -> Outcome:
        # The folders in the order in which a file passes them, backwards: nothing slips through.
        steps: tuple[tuple[str, Callable[[Answer], Outcome]], ...] = (
            (f"/out/{ref.key}.ret.ok", lambda _: self._examined(ref)),
            (
                f"/archive/{ref.key}.ok",
                lambda found: Pending(ref, _poll_after(found), in_review=True),
            ),
            (f"/in/{ref.key}.ok", lambda found: Pending(ref, _poll_after(found))),
            (f"/archive/{ref.key}.del", lambda _: Cancelled()),
        )
        for path, outcome in steps:
            answer = self._call("GET", path, ok=(200, _MISSING))
            if answer.status != _MISSING:
                return outcome(answer)
        return NotFound()

    def take_back(self, ref: Ref) -> Outcome:
        answer = self._call("DELETE", f"/in/{ref.key}.ok", ok=(200, _MISSING, _TOO_LATE))
        outcomes: Mapping[int, Outcome] = {
            _MISSING: NotFound(),
            _TOO_LATE: Rejected("409", "文件已进入批次处理，不能撤回"),
        }
        return outcomes.get(answer.status, Cancelled())

    def ping(self) -> Health:
        self._call("GET", "/in/")
        return Health(ok=True)

    # --- the result file ---

    def _examined(self, ref: Ref) -> Outcome:
        head, *lines = piped.read(
            self._call("GET", f"/out/{ref.key}.ret").body, self._exchange_key, answers.RECORDS
        )
        if len(head) != len(("H", "RET", "name", "state", "text", "count")) or head[1] != "RET":
            raise Unknown("not a result file")
        self.ours(ref, key=head[2])
        if self.verdict(head[3]) is Verdict.UNFIT:
            raise Unprocessable(f"the centre could not use the file: {head[3]}")
        if head[3] != "00":
            raise Unknown("a state of the file the protocol does not list")
        examined = Examined.of(lines)
        self.ours(ref, company=examined.name)
        return self._outcome(examined, ref)

    def _outcome(self, found: Examined, ref: Ref) -> Outcome:
        code, text, number = found.unit[3:6]
        meaning = answers.CODES.get(code, answers.Code(Verdict.UNKNOWN))
        if meaning.verdict is Verdict.REJECTED:
            return Rejected(meaning.ours, text)
        if meaning.verdict is Verdict.CORRECT:
            return NeedsCorrection(self._corrections(found.unit, ""), ref)
        if meaning.verdict is not Verdict.DONE:
            raise Unknown("the unit's line has a code the protocol does not list")
        known = replace(ref, number=number)
        left = [line for line in found.people if line[3] != "00"]
        if left:
            return Partial(known, tuple(each for line in left for each in self._person(line)))
        return Done(known, self.result(found.granted), found.documents)

    def _person(self, line: Sequence[str]) -> tuple[Correction, ...]:
        return self._corrections(line, f"staff.{int(line[1]) - 2}.")

    def _corrections(self, line: Sequence[str], where: str) -> tuple[Correction, ...]:
        meaning = answers.CODES.get(line[3], answers.Code(Verdict.UNKNOWN))
        if meaning.verdict is not Verdict.CORRECT:
            raise Unknown("a line has a code the protocol does not list")
        return tuple(
            self.correction(where + field, meaning.ours, line[4]) for field in meaning.fields
        )

    # --- the exchange ---

    @property
    def _exchange_key(self) -> bytes:
        key: str = self.settings["exchange_key"]
        return key.encode()

    def _call(
        self, method: str, path: str, body: bytes = b"", ok: tuple[int, ...] = (200,)
    ) -> Answer:
        login = f"{self.settings['org']}:{self.settings['password']}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(login).decode()}
        return self.http.exchange(method, path, body, headers, ok)

    def _file_name(self, key: Key, step: str) -> str:
        """Name the file after the key alone: the moment of sending would make another file of it."""
        day = _DAY.search(key.case)
        date = day.group(1) if day else _NO_DATE
        return f"{_TYPES[step]}_{self.settings['org']}_{date}_{key.digits(12)}"


def _records(name: str, needs: Mapping[str, Any], key: Key, step: str) -> list[list[str]]:
    """Say the application as records; a pre-registration has neither credit code nor persons."""
    confirm = step == "confirm"
    staff = needs["staff"] if confirm else []
    credit_code = needs["credit_code"] if confirm else ""
    corrects = key.corrects.key if key.corrects else ""
    lines = [unit_record(needs, key.case, credit_code, corrects)]
    lines += [person_record(number, member) for number, member in enumerate(staff, 2)]
    total = sum(fen(member["wage"]) for member in staff)
    return [["H", *name.split("_"), str(len(lines)), str(total)], *lines]


def _poll_after(answer: Answer) -> timedelta:
    """Read how long the centre asks to wait, from the line it answers to an .ok."""
    found = _WAIT.fullmatch(answer.body.strip())
    if found is None:
        raise Unknown("an .ok is answered otherwise than the protocol says")
    return timedelta(minutes=max(1, int(found.group(1))))
