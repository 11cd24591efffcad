"""Planted faults of trust: who may say what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.bank import BankAdapter
from adapters.bank.messages import ANSWER, HEADER
from adapters.base import WireClock
from adapters.kit.mutants.blurred.adapter import BothRatiosAreEight
from adapters.kit.mutants.drifted.adapter import SpeaksOtherwise
from adapters.kit.mutants.mutant import Equivalent, Mutant
from adapters.registration import RegistrationAdapter
from adapters.seal import SealAdapter
from kaiban.ports import (
    Forged,
    Hint,
    RawCallback,
    Ref,
    Unknown,
)


class NoMacCheck(BankAdapter):
    """Believes anybody."""

    def _opened(self, raw: bytes, code: str, serial: str) -> tuple[str, dict[str, str]]:
        head, body = HEADER.unpack(raw[: HEADER.width]), raw[HEADER.width :]
        if (head["code"], head["serial"]) != (code, serial):
            raise Unknown("the answer belongs to another message")
        return head["rc"], ANSWER.unpack(body) if body else {}


class BelievesAnyCompany(RegistrationAdapter):
    """Takes whatever they have under its key for its own company's."""

    def ours(self, ref: Ref, **told: object) -> None:
        super().ours(ref, **{name: said for name, said in told.items() if name != "company"})


class NoSerialMatch(BankAdapter):
    """Takes an answer for its own whoever it was meant for."""

    def _opened(self, raw: bytes, code: str, serial: str) -> tuple[str, dict[str, str]]:  # noqa: ARG002 - that is the fault
        theirs = HEADER.unpack(raw[: HEADER.width])
        return super()._opened(raw, theirs["code"], theirs["serial"])


class TrustsEveryCallback(RegistrationAdapter):
    """No signature on callbacks is checked."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        try:
            event = json.loads(raw.body)
            return (Hint(str(event["bizSerialNo"]), str(event["acceptNo"])),)
        except (ValueError, TypeError, KeyError) as error:
            raise Forged("not a push") from error


class AcceptsReplays(RegistrationAdapter):
    """The same callback twice is two callbacks."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        self._channel._seen.clear()  # noqa: SLF001 - that is the fault
        return super().parse_callback(raw)


class TrustsTheOrder(RegistrationAdapter):
    """A callback that comes late is taken for forged."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        hints = super().parse_callback(raw)
        number = json.loads(raw.body)["seq"]
        if number <= self.__dict__.get("last", 0):
            raise Forged("out of order")
        self.__dict__["last"] = number
        return hints


class _Anybody:
    def verify(self, message: bytes, signature: bytes) -> bool:  # noqa: ARG002 - that is the fault
        return True


class TrustsEveryGateway(SealAdapter):
    """No signature of the gateway is checked."""

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        super().__init__(settings, clock=clock)
        line = self._line
        line._envelopes = replace(line._envelopes, verifier=_Anybody())  # noqa: SLF001 - see above


class SwallowsLateMaterials(RegistrationAdapter):
    """What comes late is thanked for and goes nowhere."""

    def append(self, ref: Ref, materials: Sequence[Mapping[str, str]]) -> None:
        """Do nothing; that is the fault."""


MUTANTS = (
    Mutant(TrustsEveryCallback, ("S22",)),
    Mutant(AcceptsReplays, ("S22",)),
    Mutant(TrustsTheOrder, ("S21",)),
    Mutant(TrustsEveryGateway, ("S10",)),
    Mutant(NoMacCheck, ("S10",)),
    Mutant(BelievesAnyCompany, ("S27",)),
    Mutant(NoSerialMatch, ("S11",)),
    Mutant(SwallowsLateMaterials, ("G14",)),
    Mutant(SpeaksOtherwise, ("G13",)),
    Mutant(BothRatiosAreEight, ("B15",)),
)

EQUIVALENT = (
    Equivalent(
        "the bank's length field is not compared",
        "the MAC is over the whole message and fails first",
    ),
    Equivalent(
        "the registrar's serial in an answer is not compared",
        "the answer is signed over the nonce of our request, so another's answer fails there",
    ),
    Equivalent(
        "the gateway's message number is not compared",
        "the answer is signed over the signature of our request, so another's answer fails there",
    ),
    Equivalent(
        "the taxpayer in the bureau's answer, or the company of a seal order, is not compared",
        "both are asked by the credit code as well, and know nothing of ours under another's",
    ),
    Equivalent(
        "half an answer of the bank, the bureau or the office is passed on",
        "MAC, XML and JSON do not hold on half a message",
    ),
)
