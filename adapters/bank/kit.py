"""How the conformance kit drives the bank."""

from typing import Any, ClassVar

from adapters.bank.stub import BankStub
from adapters.bank.stub_codec import read_head, written
from adapters.hall.driving import Driving, Message, ok

MAC = slice(46, 62)


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
        return self._written(stub, asked, code, None)

    def forged(self, answer: Message) -> Message:
        """Return the answer with another MAC."""
        body = bytearray(answer.body)
        body[MAC] = b"0123456789ABCDEF"
        return Message(answer.line, answer.headers, bytes(body))

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a reservation without a visit."""
        del answer  # every answer becomes this one
        return self._written(stub, asked, "0000", {"STATE": "20", "RESERVATION": "YY1"})

    def _written(
        self, stub: Any, asked: Message, code: str, answer: dict[str, str] | None
    ) -> Message:
        transaction, serial, _ = read_head(asked.body)
        key = bytes.fromhex(stub.settings()["mac_key"])
        day = f"{stub.today():%Y%m%d}"
        return ok(written(key, (transaction, serial, code), day, answer))
