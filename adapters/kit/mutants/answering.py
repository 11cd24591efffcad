"""Planted faults of understanding answers."""

import itertools
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from adapters.bank import BankAdapter
from adapters.base import Verdict, WireClock
from adapters.housing_fund import HousingFundAdapter
from adapters.http import Answer
from adapters.kit.mutants.line import Headers, Line, Ok
from adapters.kit.mutants.mutant import Mutant
from adapters.social_insurance import SocialInsuranceAdapter, answers
from adapters.tax import TaxAdapter
from kaiban.ports import (
    Cancelled,
    Closed,
    Correction,
    Done,
    Health,
    Key,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Retryable,
)

_Values = Mapping[str, str]


class DuplicateIsRefused(BankAdapter):
    """'We have that already' becomes a refusal."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if rc == "1102":
            return Rejected(rc, "流水号重复，不予受理")
        return super()._outcome(rc, answer, ref)


class DuplicateIsPending(BankAdapter):
    """'We have that already' is taken for a receipt."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        return Pending(ref) if rc == "1102" else super()._outcome(rc, answer, ref)


class NotFoundIsRefused(BankAdapter):
    """What they do not know yet is refused for ever."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if rc == "1002":
            return Rejected(rc, "未查到该笔申请")
        return super()._outcome(rc, answer, ref)


class ReceivedIsDone(SocialInsuranceAdapter):
    """A receipt is taken for the registration."""

    def send(self, prepared: Prepared) -> Outcome:
        outcome = super().send(prepared)
        return (
            Done(outcome.ref, {"pre_number": "YDJ1"}) if isinstance(outcome, Pending) else outcome
        )


class NeverDone(SocialInsuranceAdapter):
    """Does not notice that it was granted."""

    def look(self, ref: Ref) -> Outcome:
        outcome = super().look(ref)
        return Pending(outcome.ref) if isinstance(outcome, Done) else outcome


class UnlistedIsRefused(BankAdapter):
    """A code nobody knows becomes a refusal."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if self.verdict(rc) is Verdict.UNKNOWN:
            return Rejected(rc, "银行返回未知代码")
        return super()._outcome(rc, answer, ref)


class UnlistedIsRetried(BankAdapter):
    """A code nobody knows means: again."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if self.verdict(rc) is Verdict.UNKNOWN:
            raise Retryable(f"code {rc}")
        return super()._outcome(rc, answer, ref)


class RefusalIsRetried(BankAdapter):
    """A refusal means: again."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if self.verdict(rc) is Verdict.REJECTED:
            raise Retryable(f"code {rc}")
        return super()._outcome(rc, answer, ref)


class RefusalNobodyCanRead(BankAdapter):
    """A code instead of a reason."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        outcome = super()._outcome(rc, answer, ref)
        return Rejected(rc, f"ERR-{rc}") if isinstance(outcome, Rejected) else outcome


class CorrectionIsRefused(BankAdapter):
    """What could be mended is refused."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if self.verdict(rc) is Verdict.CORRECT:
            return Rejected(rc, answer["TEXT"])
        return super()._outcome(rc, answer, ref)


class CorrectsItsOwnFields(BankAdapter):
    """Names its own field where the form's path belongs."""

    def correction(self, field: str, code: str, message: str) -> Correction:
        return Correction(field, code, message)


class ClosedIsRefused(BankAdapter):
    """After hours the company is refused."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        if self.verdict(rc) is Verdict.CLOSED:
            return Rejected(rc, "银行已日终，不受理")
        return super()._outcome(rc, answer, ref)


class OpensAtTheWrongTime(BankAdapter):
    """Beijing time taken for UTC."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        try:
            return super()._outcome(rc, answer, ref)
        except Closed as closed:
            if closed.until is None:
                raise
            raise Closed(str(closed), closed.until + timedelta(hours=8)) from closed


class ResultIsNotChecked(BankAdapter):
    """Whatever came is the result."""

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        return dict(mapping)


class LosesOurKey(BankAdapter):
    """Answers with their number only."""

    def _outcome(self, rc: str, answer: _Values, ref: Ref) -> Outcome:
        return super()._outcome(rc, answer, Ref(ref.number, ref.number))


class QueryCreates(BankAdapter):
    """Asking for what is not there makes it."""

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        ready = super().prepare(needs, key, step)
        if isinstance(ready, Prepared):
            self.__dict__["body"] = ready.body
        return ready

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        return self._said("KH0001", ref, self.__dict__["body"]) if found == NotFound() else found


class LastAnswerOnSelf(BankAdapter):
    """Threads read one another's answers."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._changed = threading.Condition()
        self._under_way = 0
        self._last: tuple[str, dict[str, str]]

    def _exchange(self, code: str, serial: str, body: bytes = b"") -> tuple[str, dict[str, str]]:
        with self._changed:
            self._under_way += 1
        answer = super()._exchange(code, serial, body)
        with self._changed:
            self._last = answer
            self._under_way -= 1
            self._changed.notify_all()
            # Slow enough that whoever is under way is answered before this one is read.
            if self._under_way:
                self._changed.wait_for(lambda: self._last is not answer, timeout=5)
            return self._last


class HealthApplies(BankAdapter):
    """Asks how it is by applying for something."""

    def ping(self) -> Health:
        self._exchange("KH0001", "0" * 20)
        return super().ping()


class NothingSettles(BankAdapter):
    """Trusts 'not found' at once."""

    manifest = replace(BankAdapter.manifest, settle=timedelta(0))


class SaysItHasAKey(BankAdapter):
    """Declares that the same application twice is one."""

    manifest = replace(BankAdapter.manifest, idempotency="key")


class CancelsInItsHead(BankAdapter):
    """Says 'cancelled' without asking."""

    def take_back(self, ref: Ref) -> Outcome:  # noqa: ARG002 - that is the fault
        return Cancelled()


class _Lenient(Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Headers = None, ok: Ok = (200,)
    ) -> Answer:
        got = super().exchange(method, path, body, headers, ok)
        return Answer(got.status, got.headers, got.body.decode("utf-8", "replace").encode())


class LenientDecoding(SocialInsuranceAdapter):
    """Keeps mojibake."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _Lenient.of(self)


class SignsInEveryTime(SocialInsuranceAdapter):
    """Ends everybody's session with every message."""

    def _call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.session.drop()
        return super()._call(message)


class PartialIsDone(SocialInsuranceAdapter):
    """Nobody hears of the person who was refused."""

    def _standing(self, entry: Mapping[str, Any], ref: Ref) -> Outcome:
        if entry["stas"] != "2":
            return super()._standing(entry, ref)
        return Done(ref, self.result(answers.granted(entry)))


class ReadsWhatIsBeingWritten(HousingFundAdapter):
    """Takes the result file before its .ok is there."""

    def look(self, ref: Ref) -> Outcome:
        path = f"/out/{ref.key}.ret"
        answer = self._call("GET", path, ok=(200, 404))
        return self._examined(ref) if answer.status == 200 else super().look(ref)  # noqa: PLR2004 - HTTP


class _TakesTheDoctypeOut(Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Headers = None, ok: Ok = (200,)
    ) -> Answer:
        got = super().exchange(method, path, body, headers, ok)
        return Answer(
            got.status, got.headers, re.sub(rb"<!DOCTYPE.*?\]>", b"", got.body, flags=re.DOTALL)
        )


class AllowsDoctypes(TaxAdapter):
    """Reads a document type as if it were nothing."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _TakesTheDoctypeOut.of(self)


class CountsForEverybody(TaxAdapter):
    """Questions are numbered through, over all cases: nobody can ask the same one again."""

    numbers: ClassVar[Iterator[int]] = itertools.count(1)

    def _exchange(self, transaction: str, ref: Ref, inner: bytes, number: str = "") -> Any:
        return super()._exchange(
            transaction, ref, inner, number or str(next(self.numbers)).zfill(32)
        )


class TellsWhenItAsked(TaxAdapter):
    """What it makes of an answer depends on when it was read."""

    def look(self, ref: Ref) -> Outcome:
        outcome = super().look(ref)
        if isinstance(outcome, Pending):
            return replace(outcome, reason=f"{outcome.reason}（{time.monotonic_ns()}）")
        return outcome


MUTANTS = (
    Mutant(DuplicateIsRefused, ("S16", "S15")),
    Mutant(DuplicateIsPending, ("S16", "S15")),
    Mutant(NotFoundIsRefused, ("B14", "S17")),
    Mutant(ReceivedIsDone, ("S19",)),
    Mutant(NeverDone, ("B06",)),
    Mutant(UnlistedIsRefused, ("S12",)),
    Mutant(UnlistedIsRetried, ("S12",)),
    Mutant(RefusalIsRetried, ("B10",)),
    Mutant(RefusalNobodyCanRead, ("B10",)),
    Mutant(CorrectionIsRefused, ("B11",)),
    Mutant(CorrectsItsOwnFields, ("B11", "S24")),
    Mutant(ClosedIsRefused, ("G01",)),
    Mutant(OpensAtTheWrongTime, ("G01",)),
    Mutant(ResultIsNotChecked, ("S13",)),
    Mutant(LosesOurKey, ("B07",)),
    Mutant(QueryCreates, ("B14",)),
    Mutant(LastAnswerOnSelf, ("G04",)),
    Mutant(HealthApplies, ("B12",)),
    Mutant(NothingSettles, ("S18",)),
    Mutant(SaysItHasAKey, ("S15",)),
    Mutant(CancelsInItsHead, ("G06",)),
    Mutant(LenientDecoding, ("S14",)),
    Mutant(SignsInEveryTime, ("G03",)),
    Mutant(PartialIsDone, ("G07",)),
    Mutant(ReadsWhatIsBeingWritten, ("S15",)),
    Mutant(AllowsDoctypes, ("S26",)),
    Mutant(CountsForEverybody, ("G12",)),
    Mutant(TellsWhenItAsked, ("G12",)),
)
