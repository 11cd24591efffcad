"""A request as it comes in, piece by piece: one meaning only, and a body that cannot fill the disk."""

import time
from typing import Any, Final

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

#: What stands between the pieces of a chunked body: sizes, extensions, trailing fields. Ours and a proxy's are short.
_LONGEST_BETWEEN: Final = 8 * 1024


class IncomingRequest(HTTPRequestParser):
    """One request of a connection; ``began`` is the monotonic instant of its first byte."""

    error: Any
    body_rcv: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def received(self, data: bytes) -> int:
        """Take in a piece; how many bytes of it were this request's."""
        taken: int = super().received(data)
        if self.chunked and not self.error and self._between() > _LONGEST_BETWEEN:
            self.error = BadRequest("Chunked encoding out of bounds")
            self.completed = True
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; refuse one that a proxy before us may have read otherwise (request smuggling)."""
        super().parse_header(header_plus)
        twice = self.chunked and "CONTENT_LENGTH" in self.headers
        if twice or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Length of the body is ambiguous")
        if self.body_rcv is not None:
            self.body_rcv.buf = Body(self.adj.inbuf_overflow, self.adj.kept)

    def _between(self) -> int:
        return len(self.body_rcv.control_line) + len(self.body_rcv.trailer)


class Body(OverflowableBuffer):
    """What came of a body: up to ``kept`` bytes are there to be read, of a longer one none; its length always is."""

    def __init__(self, overflow: int, kept: int) -> None:
        super().__init__(overflow)
        self._kept = kept
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, s: bytes) -> None:
        """Keep it, as long as it is not too much altogether."""
        self._length += len(s)
        if self._length <= self._kept:
            super().append(s)
        else:
            self.close()
            self.buf, self.strbuf = None, b""
