"""How the conformance kit drives the seal filing gateway."""

import json
from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, of_nothing, ok
from adapters.seal.stub import SealStub
from adapters.seal.stub_speech import opened


class Kit(Driving):
    """GY/2: enciphered under a session key, signed over the signature of the request."""

    stub = SealStub
    operations: ClassVar = {"main": "GY0101"}
    codes: ClassVar = {"unlisted": "777", "busy": "306", "duplicate": "201", "config": "110"}
    secrets = ("app_key", "private_key")
    signed = True
    sign_in = "GY0001"

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return an enciphered answer without a body."""
        head = opened(stub, asked.body)[1]["head"]
        return _sealed(stub, asked, {"head": {**head, "code": code, "msg": "测试"}, "body": {}})

    def forged(self, answer: Message) -> Message:
        """Return the answer with a signature that is well formed, but of nothing."""
        envelope = json.loads(answer.body)
        told = {**envelope, "sign": of_nothing(envelope["sign"])}
        return Message(answer.line, answer.headers, json.dumps(told).encode())

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return an order whose seals have no numbers in the register."""
        told = opened(stub, answer.body)[1]
        for order in told["body"].get("orders", ()):
            for seal in order["seals"]:
                seal["sealCode"] = "not a number"
        return _sealed(stub, asked, told)


def _sealed(stub: Any, asked: Message, told: Any) -> Message:
    envelope, _ = opened(stub, asked.body)
    sealed = stub.sealed(envelope["keyId"], told, envelope["sign"])
    return ok(sealed.get_data(), {"content-type": "application/json"})
