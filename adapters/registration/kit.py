"""How the conformance kit drives the registrar."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, of_nothing, ok
from adapters.registration.stub import RegistrationStub
from adapters.registration.stub.papers import issued


class Kit(Driving):
    """rest-sm2: every answer is signed over the nonce of its request."""

    stub = RegistrationStub
    operations: ClassVar = {"main": "establish"}
    codes: ClassVar = {
        "unlisted": "77777", "busy": "50300", "duplicate": "40107", "config": "40102",
    }  # fmt: skip
    secrets = ("private_key",)
    signed = True
    nonces = True

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return a signed envelope without data."""
        return self._signed(stub, asked, {"code": code, "msg": "测试", "data": {}})

    def forged(self, answer: Message) -> Message:
        """Return the answer with a signature that is well formed, but of nothing."""
        sign = of_nothing(answer.headers["x-sign"])
        return Message(answer.line, {**answer.headers, "x-sign": sign}, answer.body)

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a licence of an impossible day."""
        if not answer.body.startswith(b"{"):
            return answer
        told = json.loads(answer.body)
        if not told["data"].get("licence"):
            return answer
        told["data"]["licence"]["estDate"] = "2026-02-30"
        return self._signed(stub, asked, told)

    def originals(self, stub: Any) -> Sequence[bytes]:
        """Return the papers: each is fetched with a ticket of its own."""
        return issued(stub)

    def _signed(self, stub: Any, asked: Message, told: Any) -> Message:
        body = json.dumps(told, ensure_ascii=False).encode()
        nonce = asked.headers["x-nonce"]
        return ok(body, stub.door.headers("200", asked.target, body, nonce))
