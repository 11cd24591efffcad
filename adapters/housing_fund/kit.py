"""How the conformance kit drives the housing fund centre."""

from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message
from adapters.housing_fund.stub import HousingFundStub
from adapters.housing_fund.stub_files import write

RESULT = ".ret"


class Kit(Driving):
    """filedrop: laying a file down says nothing, only the result file has codes and a trailer."""

    stub = HousingFundStub
    operations: ClassVar = {"pre": "GJJ01.ok", "confirm": "GJJ02.ok"}
    # The file itself comes first; only its .ok makes it an application.
    commits_at = 2
    codes: ClassVar = {"unlisted": "L99", "config": "F02"}
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
            ["D", "1", "U", code, "测试", "", "", "", "", ""],
        ]
        return self._file(stub, lines)

    def forged(self, answer: Message) -> Message:
        """Return the answer with another trailer, if it has one."""
        head, _, code = answer.body.rstrip().rpartition(b"|")
        if not head.rpartition(b"\n")[2].startswith(b"T|"):
            return answer
        return Message(answer.line, answer.headers, head + b"|" + code[::-1] + b"\r\n")

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a granting result without an account, if it is a result."""
        if not asked.target.endswith(RESULT):
            return answer
        lines = [line.split("|") for line in answer.body.decode("gb18030").split("\r\n")[:-2]]
        lines[1][5] = ""
        return self._file(stub, lines)

    def _file(self, stub: Any, lines: list[list[str]]) -> Message:
        key = stub.settings()["exchange_key"].encode()
        return Message("HTTP/1.1 200 OK", {"content-type": "text/plain"}, write(lines, key))
