"""Passing one exchange on to whoever it is meant for, byte by byte, for proxies that stand before a department."""

import http.client
import ssl
from urllib.parse import urlsplit

from adapters.hall.driving import Message

SECONDS = 90.0
#: What is the proxy's own business on either side and not passed on.
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


def forwarded(to: str, asked: Message, tls: ssl.SSLContext | None = None) -> Message:
    """Ask the address what we are asked, and return the answer as it came.

    ``tls`` says whom to trust and what to show, if it speaks HTTPS. Raises OSError or HTTPException.
    """
    there = urlsplit(to)
    host, port = there.hostname or "", there.port
    line = (
        http.client.HTTPSConnection(host, port, timeout=SECONDS, context=tls)
        if there.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=SECONDS)
    )
    method, target, _ = asked.line.split(" ")
    headers = {name: value for name, value in asked.headers.items() if name not in HOP_BY_HOP}
    try:
        line.request(method, there.path.rstrip("/") + target, asked.body, headers)
        got = line.getresponse()
        body = got.read()
        names = {name.lower(): value for name, value in got.getheaders()}
        return Message(f"HTTP/1.1 {got.status} {got.reason}", names, body)
    finally:
        line.close()
