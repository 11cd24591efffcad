"""The departments' side, one process: ``python -m tests.bench.peers.departments PORT``.

``POST /STEP`` with ``{"serial": "CASE-STEP-…"}`` is granted at once; ``GET /STEP/SERIAL`` tells the same again. ``PUT
/latency`` sets how many seconds they take. ``GET /log`` gives, and forgets, ``[case, step, began, ended]`` of every POST,
in seconds of the wall clock.
"""

import asyncio
import json
import sys
import time
from typing import Any

#: What else a step grants.
_GRANTED = {
    "registration": {"credit_code": "91990100MA0000015X"},
    "seal": {"seal_no": "9901020000017"},
}


class Departments:
    """All of them."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str, float, float]] = []
        self.latency = 0.0

    async def answer(self, method: str, path: str, body: bytes) -> Any:
        """What they say."""
        if path == "/log":
            told, self.log = self.log, []
            return told
        if method == "PUT":
            self.latency = float(body)
            return self.latency
        began = time.time()
        step, _, serial = path[1:].partition("/")
        serial = serial or json.loads(body)["serial"]
        if self.latency:
            await asyncio.sleep(self.latency)
        if method == "POST":
            self.log.append((serial.split("-")[0], step, began, time.time()))
        return _grant(step, serial)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection for as long as it lasts."""
        try:
            while True:
                method, path, body = await _request(reader)
                said = json.dumps(await self.answer(method, path, body)).encode()
                head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                writer.write(f"{head}{len(said)}\r\n\r\n".encode() + said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def _grant(step: str, serial: str) -> dict[str, Any]:
    number = f"{step}-{sum(serial.encode()) % 10**6:06d}"
    result = {"number": number, **_GRANTED.get(step, {})}
    return {"serial": serial, "state": "granted", "number": number, "result": result}


async def _request(reader: asyncio.StreamReader) -> tuple[str, str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, path, _ = head.split(" ", 2)
    lines = (line.partition(":") for line in head.lower().split("\r\n"))
    size = next((int(value) for name, _, value in lines if name == "content-length"), 0)
    return method, path, await reader.readexactly(size)


async def _main(port: int) -> None:
    server = await asyncio.start_server(Departments().serve, "127.0.0.1", port, backlog=500)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
