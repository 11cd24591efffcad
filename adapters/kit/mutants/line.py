"""Planted faults of the line: connections, deadlines, redirects, certificates, sizes."""

import gzip
from collections.abc import Mapping
from typing import Any

import requests

from adapters.bank import BankAdapter
from adapters.base import AdapterBase
from adapters.housing_fund import HousingFundAdapter
from adapters.http import Answer, Http, WireClock
from adapters.kit.mutants.mutant import Mutant
from kaiban.ports import (
    Outcome,
    Pending,
    Prepared,
    Ref,
    Retryable,
    Unknown,
)

Headers = Mapping[str, str] | None
Ok = tuple[int, ...]


class Line(Http):
    """The base's line, to be broken by those below."""

    @classmethod
    def of(cls, adapter: AdapterBase, **other: Any) -> Any:
        manifest = adapter.manifest
        limits = {"deadline": manifest.deadline, "max_bytes": manifest.max_bytes, **other}
        return cls(adapter.settings["url"], clock=adapter.clock, **limits)


class _BankOn(BankAdapter):
    line: type[Line] = Line

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = self.line.of(self)


class _EveryErrorIsNotSent(Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Headers = None, ok: Ok = (200,)
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


class _ServerErrorsAreRetryable(Line):
    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Headers = None,
        ok: Ok = (200,),  # noqa: ARG002 - every status is taken
    ) -> Answer:
        answer = super().exchange(method, path, body, headers, tuple(range(200, 600)))
        if answer.status >= 500:  # noqa: PLR2004 - HTTP
            raise Retryable("server error")
        return answer


class ServerErrorsAreRetryable(_BankOn):
    """5xx means: nothing happened."""

    line = _ServerErrorsAreRetryable


class _PerRead(Line):
    seconds: float | None = 2.0

    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Headers = None, ok: Ok = (200,)
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


class _Follows(Line):
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


class _AnyStatus(Line):
    def exchange(
        self, method: str, path: str, body: bytes = b"", headers: Headers = None, ok: Ok = (200,)
    ) -> Answer:
        return super().exchange(method, path, body, headers, (*ok, *range(400, 600)))


class AnyStatusIsAnAnswer(_BankOn):
    """The body of a 500 is believed."""

    line = _AnyStatus


class SwallowsMonsters(BankAdapter):
    """No limit to the size of an answer."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = Line.of(self, max_bytes=10**9, deadline=60.0)


class LeaksConnections(BankAdapter):
    """A new line for every exchange, none closed."""

    def look(self, ref: Ref) -> Outcome:
        self.__dict__.setdefault("lines", []).append(self.http)
        self.http = Line.of(self)
        return super().look(ref)


class TrustsAnyCertificate(BankAdapter):
    """Does not look whom it talks to."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http._session.verify = False  # noqa: SLF001 - that is the fault


class _Unpacks(Line):
    def _read(self, response: requests.Response) -> Answer:
        packed = response.raw.read(decode_content=False)
        plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
        return Answer(response.status_code, response.headers, plain.strip(b"\0"))


class UnpacksWhateverComes(HousingFundAdapter):
    """Unpacks gzip nobody asked for, however large."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http = _Unpacks.of(self)


class _Patient(Line):
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
    Mutant(EveryConnectionErrorIsNotSent, ("S02", "S03")),
    Mutant(ServerErrorsAreRetryable, ("S08", "S17")),
    Mutant(NoTotalDeadline, ("S05",)),
    Mutant(WaitsForEver, ("S04",)),
    Mutant(FollowsRedirects, ("S09",)),
    Mutant(AnyStatusIsAnAnswer, ("S08",)),
    Mutant(SwallowsMonsters, ("S26",)),
    Mutant(LeaksConnections, ("G08",)),
    Mutant(TrustsAnyCertificate, ("G02",)),
    Mutant(UnpacksWhateverComes, ("S26",)),
    Mutant(HalfAnAnswerIsEnough, ("S06", "S07")),
)
