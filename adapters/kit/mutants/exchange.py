"""Planted faults of the exchange: what is believed to have happened."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.bank import BankAdapter
from adapters.http import WireClock
from adapters.kit.mutants.mutant import Mutant
from kaiban.ports import (
    Health,
    Key,
    Misconfigured,
    NeedsCorrection,
    Outcome,
    Prepared,
    Ref,
    Rejected,
    Retryable,
    Unknown,
)


class RetriesUnknown(BankAdapter):
    """Sends again what may have been taken."""

    def submit(self, prepared: Prepared) -> Outcome:
        return self._guarded(self.send, prepared, Retryable, Unknown)


class OwnRetryLoop(BankAdapter):
    """Loops by itself."""

    def send(self, prepared: Prepared) -> Outcome:
        for _ in range(2):
            try:
                return super().send(prepared)
            except Unknown:
                continue
        return super().send(prepared)


class NotSentIsUnknown(BankAdapter):
    """A refused connection is taken for a lost answer."""

    def send(self, prepared: Prepared) -> Outcome:
        try:
            return super().send(prepared)
        except Retryable as error:
            raise Unknown("something failed") from error


class BusyIsUnknown(BankAdapter):
    """'Busy' is taken for a lost answer."""

    def _outcome(self, rc: str, answer: Mapping[str, str], ref: Ref) -> Outcome:
        if rc == "1800":
            raise Unknown("code 1800")
        return super()._outcome(rc, answer, ref)


class IgnoresRetryAfter(BankAdapter):
    """Asked to wait, it hurries."""

    def send(self, prepared: Prepared) -> Outcome:
        try:
            return super().send(prepared)
        except Retryable as error:
            raise Retryable(str(error)) from error


class ForbiddenIsARefusal(BankAdapter):
    """A wrong key looks as if the applicant were refused."""

    def send(self, prepared: Prepared) -> Outcome:
        try:
            return super().send(prepared)
        except Misconfigured:
            return Rejected("403", "银行不受理该企业的申请")


class LeaksThreads(BankAdapter):
    """A thread for every question, none ends."""

    def look(self, ref: Ref) -> Outcome:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return super().look(ref)


class KeepsEveryAnswer(BankAdapter):
    """Remembers whatever it was told."""

    def _exchange(self, code: str, serial: str, body: bytes = b"") -> tuple[str, dict[str, str]]:
        told = super()._exchange(code, serial, body)
        self.__dict__.setdefault("told", []).append((told, bytearray(1000)))
        return told


class AsksOnce(BankAdapter):
    """Gives up asking at the first failure."""

    def query(self, ref: Ref) -> Outcome:
        return self._guarded(self.look, ref)


class FailureIsTheEnd(BankAdapter):
    """One failure while asking refuses the company."""

    def look(self, ref: Ref) -> Outcome:
        try:
            return super().look(ref)
        except Unknown:
            return Rejected("9999", "系统异常，不予办理")


class ForgetsOlderRefs(BankAdapter):
    """Needs something in a Ref that older versions did not write."""

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        ready = super().prepare(needs, key, step)
        if isinstance(ready, Prepared):
            return replace(ready, ref=replace(ready.ref, extra={"branch": needs["branch"]}))
        return ready

    def look(self, ref: Ref) -> Outcome:
        return super().look(replace(ref, number=ref.extra["branch"]))


class HealthIsAlwaysGood(BankAdapter):
    """Never looks."""

    def ping(self) -> Health:
        return Health(ok=True)


class AsksBeforeItIsAsked(BankAdapter):
    """Tries the line as soon as it is made."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.health()


MUTANTS = (
    Mutant(RetriesUnknown, ("S02", "S06")),
    Mutant(OwnRetryLoop, ("S02", "S07")),
    Mutant(NotSentIsUnknown, ("S01",)),
    Mutant(BusyIsUnknown, ("S19",)),
    Mutant(IgnoresRetryAfter, ("G05",)),
    Mutant(ForbiddenIsARefusal, ("G02",)),
    Mutant(LeaksThreads, ("G08",)),
    Mutant(KeepsEveryAnswer, ("G08",)),
    Mutant(AsksOnce, ("S20",)),
    Mutant(FailureIsTheEnd, ("G10", "S20")),
    Mutant(ForgetsOlderRefs, ("G09",)),
    Mutant(HealthIsAlwaysGood, ("B12",)),
    Mutant(AsksBeforeItIsAsked, ("B02",)),
)
