"""Planted faults of the exchange: what is believed to have happened."""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import requests

from adapters.bank import BankAdapter
from adapters.base import AdapterBase
from adapters.housing_fund import HousingFundAdapter
from adapters.http import Answer, Http, WireClock
from adapters.kit.mutants.mutant import Mutant
from kaiban.ports import (
    Health,
    Key,
    Misconfigured,
    NeedsCorrection,
    Outcome,
    Pending,
    Prepared,
    Ref,
    Rejected,
    Retryable,
    Unknown,
)

_Headers = Mapping[str, str] | None
_Ok = tuple[int, ...]


class _Line(Http):
    """The base's line, to be broken by those below."""

    @classmethod
    def of(cls, adapter: AdapterBase, **other: Any) -> Any:
        manifest = adapter.manifest
        limits = {"deadline": manifest.deadline, "max_bytes": manifest.max_bytes, **other}
        return cls(adapter.settings["url"], clock=adapter.clock, **limits)


class _BankOn(BankAdapter):
    line: type[_Line] = _Line

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = self.line.of(self)


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


class _EveryErrorIsNotSent(_Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: _Headers = None, ok: _Ok = (200,)
    ) -> Answer:
        try:
            return super().exchange(method, path, body, headers, ok)
        except Unknown as error:
            if isinstance(error.__cause__, requests.ConnectionError):
                raise Retryable("connection error") from error
            raise


class EveryConnectionErrorIsNotSent(_BankOn):
    """What everybody writes with tenacity: retry on ConnectionError."""

    line = _EveryErrorIsNotSent


class _ServerErrorsAreRetryable(_Line):
    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: _Headers = None,
        ok: _Ok = (200,),  # noqa: ARG002 - every status is taken
    ) -> Answer:
        answer = super().exchange(method, path, body, headers, tuple(range(200, 600)))
        if answer.status >= 500:  # noqa: PLR2004 - HTTP
            raise Retryable("server error")
        return answer


class ServerErrorsAreRetryable(_BankOn):
    """5xx means: nothing happened."""

    line = _ServerErrorsAreRetryable


class _PerRead(_Line):
    seconds: float | None = 2.0

    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: _Headers = None, ok: _Ok = (200,)
    ) -> Answer:
        try:
            got = requests.request(
                method, self._url + path, data=body, headers=dict(headers or {}),
                timeout=self.seconds, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Unknown("no answer") from error
        return self._judged(Answer(got.status_code, got.headers, got.content), ok)


class NoTotalDeadline(_BankOn):
    """requests' timeout is for each read."""

    line = _PerRead


class _NoTimeout(_PerRead):
    seconds = None


class WaitsForEver(_BankOn):
    """No timeout at all."""

    line = _NoTimeout


class _Follows(_Line):
    def _send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> requests.Response:
        return self._session.request(
            method, self._url + path, data=body, headers=dict(headers),
            timeout=self._deadline, stream=True, allow_redirects=True,
        )  # fmt: skip


class FollowsRedirects(_BankOn):
    """307 sends the application once more."""

    line = _Follows


class _AnyStatus(_Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: _Headers = None, ok: _Ok = (200,)
    ) -> Answer:
        return super().exchange(method, path, body, headers, (*ok, *range(400, 600)))


class AnyStatusIsAnAnswer(_BankOn):
    """The body of a 500 is believed."""

    line = _AnyStatus


class SwallowsMonsters(BankAdapter):
    """No limit to the size of an answer."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _Line.of(self, max_bytes=10**9, deadline=60.0)


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


class LeaksConnections(BankAdapter):
    """A new line for every exchange, none closed."""

    def look(self, ref: Ref) -> Outcome:
        self.__dict__.setdefault("lines", []).append(self.http)
        self.http = _Line.of(self)
        return super().look(ref)


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


class TrustsAnyCertificate(BankAdapter):
    """Does not look whom it talks to."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http._session.verify = False  # noqa: SLF001 - that is the fault


class _Unpacks(_Line):
    def _read(self, response: requests.Response) -> Answer:
        packed = response.raw.read(decode_content=False)
        plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
        return Answer(response.status_code, response.headers, plain.strip(b"\0"))


class UnpacksWhateverComes(HousingFundAdapter):
    """Unpacks gzip nobody asked for, however large."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _Unpacks.of(self)


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


class _Patient(_Line):
    def _read(self, response: requests.Response) -> Answer:
        try:
            return super()._read(response)
        except Exception:  # noqa: BLE001 - that is the fault
            return Answer(response.status_code, response.headers, b"")


class HalfAnAnswerIsEnough(HousingFundAdapter):
    """Whatever came of the answer is taken for yes."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _Patient.of(self)

    def send(self, prepared: Prepared) -> Outcome:
        try:
            return super().send(prepared)
        except Unknown:
            return Pending(prepared.ref)


MUTANTS = (
    Mutant(RetriesUnknown, ("S02", "S06")),
    Mutant(OwnRetryLoop, ("S02", "S07")),
    Mutant(EveryConnectionErrorIsNotSent, ("S02", "S03")),
    Mutant(ServerErrorsAreRetryable, ("S08", "S17")),
    Mutant(NoTotalDeadline, ("S05",)),
    Mutant(WaitsForEver, ("S04",)),
    Mutant(FollowsRedirects, ("S09",)),
    Mutant(AnyStatusIsAnAnswer, ("S08",)),
    Mutant(SwallowsMonsters, ("S26",)),
    Mutant(NotSentIsUnknown, ("S01",)),
    Mutant(BusyIsUnknown, ("S19",)),
    Mutant(IgnoresRetryAfter, ("G05",)),
    Mutant(ForbiddenIsARefusal, ("G02",)),
    Mutant(LeaksConnections, ("G08",)),
    Mutant(LeaksThreads, ("G08",)),
    Mutant(KeepsEveryAnswer, ("G08",)),
    Mutant(TrustsAnyCertificate, ("G02",)),
    Mutant(UnpacksWhateverComes, ("S26",)),
    Mutant(AsksOnce, ("S20",)),
    Mutant(FailureIsTheEnd, ("G10", "S20")),
    Mutant(ForgetsOlderRefs, ("G09",)),
    Mutant(HealthIsAlwaysGood, ("B12",)),
    Mutant(AsksBeforeItIsAsked, ("B02",)),
    Mutant(HalfAnAnswerIsEnough, ("S06", "S07")),
)
