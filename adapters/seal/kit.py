"""How the conformance kit drives the seal filing gateway."""

import json
from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, of_nothing, ok
from adapters.seal.stub import APP_CODE, SealStub
from adapters.seal.stub_envelope import lock, unlock


class Kit(Driving):
    """GY/2: enciphered under a session key, signed over the signature of the request."""

    stub = SealStub
    operations: ClassVar = {"main": "GY0101"}
    codes: ClassVar = {"unlisted": "777", "busy": "306", "duplicate": "201", "config": "120"}
    secrets = ("app_key", "private_key")
    signed = True
    sign_in = "GY0001"

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return an enciphered answer without a body."""
        envelope, key = self._opened(stub, asked)
        head = unlock(key, envelope["requestData"])["head"]
        return self._closed(
            stub, envelope, key, {"head": {**head, "code": code, "msg": "测试"}, "body": {}}
        )

    def forged(self, answer: Message) -> Message:
        """Return the answer with a signature that is well formed, but of nothing."""
        envelope = json.loads(answer.body)
        told = {**envelope, "sign": of_nothing(envelope["sign"])}
        return Message(answer.line, answer.headers, json.dumps(told).encode())

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return an order whose seals have no numbers in the register."""
        envelope, key = self._opened(stub, asked)
        told = unlock(key, json.loads(answer.body)["responseData"])
        for order in told["body"].get("orders", ()):
            for seal in order["seals"]:
                seal["sealCode"] = "not a number"
        return self._closed(stub, envelope, key, told)

    def _opened(self, stub: Any, asked: Message) -> tuple[dict[str, str], str]:
        envelope: dict[str, str] = json.loads(asked.body)
        return envelope, stub.key_of(envelope["keyId"])

    def _closed(self, stub: Any, asked: dict[str, str], key: str, told: Any) -> Message:
        data = lock(key, told)
        sign = stub.gateway_pair.sign(f"{APP_CODE}\n{asked['keyId']}\n{data}\n{asked['sign']}")
        said = {"appCode": APP_CODE, "keyId": asked["keyId"], "responseData": data, "sign": sign}
        return ok(json.dumps(said).encode(), {"content-type": "application/json"})
