"""How the conformance kit drives the bank."""

from typing import Any, ClassVar

from adapters.bank.stub import BankStub
from adapters.bank.stub_speech import bad_mac, said
from adapters.hall.driving import Driving, Message, ok


class Kit(Driving):
    """KH/3: every answer has a MAC and names the serial."""

    stub = BankStub
    operations: ClassVar = {"main": "KH0001"}
    # With this seed the lot takes the samples neither to due diligence nor to the late ones.
    seed = 1
    codes: ClassVar = {"unlisted": "7777", "busy": "1800", "duplicate": "1102", "config": "1106"}
    secrets = ("mac_key",)
    signed = True

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return an answer without a body."""
        return ok(said(stub, asked.body, code))

    def forged(self, answer: Message) -> Message:
        """Return the answer with another MAC."""
        return Message(answer.line, answer.headers, bad_mac(answer.body))

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a reservation without a visit."""
        del answer  # every answer becomes this one
        return ok(said(stub, asked.body, "0000", {"STATE": "20", "RESERVATION": "YY1"}))
