"""Planted faults of who says so: half a signature, yesterday's callback, somebody else's host."""

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.adapters import HTTPAdapter

from adapters.bank import BankAdapter
from adapters.bank.messages import ANSWER, HEADER
from adapters.base import WireClock
from adapters.housing_fund import HousingFundAdapter
from adapters.kit.mutants.mutant import Mutant
from adapters.kit.rig.away import Away
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from adapters.wire import piped
from kaiban.ports import (
    Done,
    Forged,
    Hint,
    Outcome,
    Pending,
    RawCallback,
    Ref,
    Unknown,
)

HALF = 8


class _Loose(BankAdapter):
    @abstractmethod
    def alike(self, theirs: str, right: str) -> bool:
        """Whether their MAC passes for the right one."""

    def _opened(self, raw: bytes, code: str, serial: str) -> tuple[str, dict[str, str]]:
        head, body = HEADER.unpack(raw[: HEADER.width]), raw[HEADER.width :]
        if head["rc"] == "1106":
            return super()._opened(raw, code, serial)
        if not self.alike(head["mac"], self._mac(raw[: HEADER.width], body)):
            raise Unknown("the answer's MAC is wrong")
        if (head["code"], head["serial"]) != (code, serial):
            raise Unknown("the answer belongs to another message")
        return head["rc"], ANSWER.unpack(body) if body else {}


class HalfAMacIsEnough(_Loose):
    """Compares the first half of a MAC."""

    def alike(self, theirs: str, right: str) -> bool:
        return theirs[:HALF] == right[:HALF]


class OneByteOfAMacIsEnough(_Loose):
    """Compares the first byte of a MAC."""

    def alike(self, theirs: str, right: str) -> bool:
        return theirs[:2] == right[:2]


class TheEndOfAMacIsEnough(_Loose):
    """Compares the end of a MAC."""

    def alike(self, theirs: str, right: str) -> bool:
        return theirs[-HALF:] == right[-HALF:]


class NoMacIsGood(_Loose):
    """An empty MAC needs no comparison."""

    def alike(self, theirs: str, right: str) -> bool:
        return theirs.strip() in ("", "0" * 16) or theirs == right


class AsMuchOfAMacAsThereIs(_Loose):
    """Compares as far as theirs reaches."""

    def alike(self, theirs: str, right: str) -> bool:
        return right.startswith(theirs.strip())


class UnsignedIsGood(RegistrationAdapter):
    """Checks a signature only if there is one."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        check = self._channel._check  # noqa: SLF001 - that is the fault

        def if_signed(answer: Any, target: str, nonce: str) -> None:
            if any(name.lower() == "x-sign" for name in answer.headers):
                check(answer, target, nonce)

        self._channel._check = if_signed  # type: ignore[method-assign]  # noqa: SLF001 - see above


class UnsignedEnvelopesAreGood(SealAdapter):
    """An envelope without a signature is opened as it is."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        envelopes = self._line._envelopes  # noqa: SLF001 - that is the fault
        self._line._envelopes = replace(envelopes, verifier=_IfAny(envelopes.verifier))  # noqa: SLF001 - see above
        opened = self._line._envelopes.opened  # noqa: SLF001 - see above

        def lenient(raw: bytes, field: str, *keys: Any, answer_to: str = "") -> dict[str, Any]:
            envelope = json.loads(raw) if raw[:1] == b"{" else {}
            if isinstance(envelope, dict) and "keyId" in envelope:
                envelope.setdefault("sign", "")
                raw = json.dumps(envelope).encode()
            return opened(raw, field, *keys, answer_to=answer_to)

        object.__setattr__(self._line._envelopes, "opened", lenient)  # noqa: SLF001 - see above


class _IfAny:
    def __init__(self, verifier: Any) -> None:
        self._verifier = verifier

    def verify(self, message: bytes, signature: bytes) -> bool:
        return not signature or bool(self._verifier.verify(message, signature))


class TrailerByItsBeginning(HousingFundAdapter):
    """Compares the beginning of a file's trailer."""

    def _examined(self, ref: Ref) -> Outcome:
        call = self._call

        def mended(method: str, path: str, body: bytes = b"", ok: tuple[int, ...] = (200,)) -> Any:
            answer = call(method, path, body, ok)
            if not path.endswith(".ret"):
                return answer
            lines = answer.body.rstrip(b"\r\n").split(b"\r\n")
            plain = b"\r\n".join(lines[:-1]) + b"\r\n"
            right = piped.signed(plain, self._exchange_key)
            theirs, ours = lines[-1].rpartition(b"|")[2], right.rstrip(b"\r\n").rpartition(b"|")[2]
            return replace(answer, body=right) if theirs[:4] == ours[:4] else answer

        self.__dict__["_call"] = mended
        try:
            return super()._examined(ref)
        finally:
            del self.__dict__["_call"]


class CallbacksOfLastMonth(RegistrationAdapter):
    """A callback is good whenever it was made."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        stamp = {name.lower(): value for name, value in raw.headers.items()}.get("x-timestamp", "")
        if not stamp.isdigit():
            raise Forged("no time-stamp")
        channel, clock = self._channel, self._channel._clock  # noqa: SLF001 - that is the fault
        channel._clock = _At(int(stamp))  # noqa: SLF001 - see above
        try:
            return super().parse_callback(raw)
        finally:
            channel._clock = clock  # noqa: SLF001 - see above


class _At:
    def __init__(self, stamp: int) -> None:
        self._stamp = stamp

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._stamp / 1000, UTC)


class CallbacksOfTheHour(RegistrationAdapter):
    """The window for callbacks is a day."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        channel, clock = self._channel, self._channel._clock  # noqa: SLF001 - that is the fault
        for hours in (0, -1, 1, -12, 12):
            channel._clock = Away(clock, timedelta(hours=hours))  # noqa: SLF001 - see above
            try:
                return super().parse_callback(raw)
            except Forged:
                continue
            finally:
                channel._clock = clock  # noqa: SLF001 - see above
        raise Forged("too old")


class KnowsOnlyItsOwn(SealAdapter):
    """Takes a callback for forged unless this very process has asked."""

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        if isinstance(found, Pending | Done):
            self.__dict__.setdefault("known", set()).add(found.ref.number)
        return found

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        hints = super().parse_callback(raw)
        if not {each.number for each in hints} & self.__dict__.get("known", set()):
            raise Forged("an order nobody here has heard of")
        return hints


class CallbacksHalfSigned(RegistrationAdapter):
    """A callback without a signature is an old client's, and good."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        if any(name.lower() == "x-sign" for name in raw.headers):
            return super().parse_callback(raw)
        event = json.loads(raw.body)
        return (Hint(str(event["bizSerialNo"]), str(event["acceptNo"])),)


class BelievesTheCallback(RegistrationAdapter):
    """Once they call that it is granted, it is, whatever they say when asked."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        hints = super().parse_callback(raw)
        event = json.loads(raw.body)
        if str(event.get("state")) == "50":
            self.__dict__.setdefault("granted", set()).add(event["bizSerialNo"])
        return hints

    def look(self, ref: Ref) -> Outcome:
        found = super().look(ref)
        if isinstance(found, Pending) and ref.key in self.__dict__.get("granted", ()):
            return Done(found.ref, {"receipt": found.ref.number})
        return found


class DoesNotAskAfterACallback(SealAdapter):
    """What a push says is not asked for again."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        hints = super().parse_callback(raw)
        self.__dict__.setdefault("pushed", set()).update(each.number for each in hints)
        return hints

    def query(self, ref: Ref) -> Outcome:
        if ref.number and ref.number in self.__dict__.get("pushed", ()):
            return Done(ref, {"order_no": ref.number})
        return super().query(ref)


class _AnyHost(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, assert_hostname=False)


class TrustsAnyHost(BankAdapter):
    """A good certificate is good for every host."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        self.http._session.mount("https://", _AnyHost(max_retries=0))  # noqa: SLF001 - that is the fault


MUTANTS = (
    Mutant(HalfAMacIsEnough, ("S28",)),
    Mutant(OneByteOfAMacIsEnough, ("S28",)),
    Mutant(TheEndOfAMacIsEnough, ("S28",)),
    Mutant(NoMacIsGood, ("S28",)),
    Mutant(AsMuchOfAMacAsThereIs, ("S28",)),
    Mutant(UnsignedIsGood, ("S28",)),
    Mutant(UnsignedEnvelopesAreGood, ("S28",)),
    Mutant(TrailerByItsBeginning, ("S28",)),
    Mutant(CallbacksOfLastMonth, ("S29",)),
    Mutant(CallbacksOfTheHour, ("S29",)),
    Mutant(KnowsOnlyItsOwn, ("S29",)),
    Mutant(CallbacksHalfSigned, ("S29",)),
    Mutant(BelievesTheCallback, ("S30",)),
    Mutant(DoesNotAskAfterACallback, ("S30",)),
    Mutant(TrustsAnyHost, ("S36",)),
)
