"""How the conformance kit drives the housing fund centre."""

from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, ok
from adapters.housing_fund.stub import HousingFundStub
from adapters.housing_fund.stub_speech import bad_code, records, signed

RESULT = ".ret"
TEXT = {"content-type": "text/plain"}


class Kit(Driving):
    """filedrop: laying a file down says nothing, only the result file has codes and a trailer."""

    stub = HousingFundStub
    operations: ClassVar = {"pre": "GJJ01.ok", "confirm": "GJJ02.ok"}
    # The file itself comes first; only its .ok makes it an application.
    commits_at = 2
    codes: ClassVar = {"unlisted": "L99"}
    secrets = ("password", "exchange_key")
    numbered = False

    def says(self, stub: Any, asked: Message, code: str) -> Message | None:
        """Return a result file with that code in its first line, if one is asked for."""
        if not asked.target.endswith(RESULT):
            return None
        name = asked.target.rpartition("/")[2].removesuffix(RESULT)
        whole = code if code.startswith("F") else "00"
        lines = [
            ["H", "RET", name, whole, "", "1"],
            ["D", "1", "U", code, "测试", "", "", "", "", "", ""],
        ]
        return ok(signed(stub, lines), TEXT)

    def forged(self, answer: Message) -> Message:
        """Return the answer with another trailer, if it has one."""
        return Message(answer.line, answer.headers, bad_code(answer.body))

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a granting result without an account, if it is a result."""
        if not asked.target.endswith(RESULT):
            return answer
        lines = records(answer.body)
        lines[1][5] = ""
        return ok(signed(stub, lines), TEXT)
