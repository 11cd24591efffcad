"""Webhooks: one signed POST, to where strangers want it.

The name is resolved here and what is connected to is one of the numbers that were judged, so that no name
can stand for another number a moment later. No redirects, no proxies, no answer read beyond its
head; a clock over the whole exchange closes the line, however slowly it drips.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import SplitResult

from kaiban.domain.messages.notification import Answer, Message, Verdict
from kaiban.domain.supervision.handover import LONGEST_RECEIPT
from kaiban.notifying.addresses import AddressPolicy, ForbiddenAddressError
from kaiban.notifying.deadlines import closing_after
from kaiban.notifying.signatures import headers
from kaiban.ports import Receivers

#: Seconds for connecting, and for the whole exchange.
CONNECT: Final = 5.0
DEADLINE: Final = 15.0
LONGEST_WAIT: Final = timedelta(hours=6)
#: The header under which a receiver says by which number it has taken what it was told.
RECEIPT: Final = "Kaiban-Receipt"
_PORTS: Final = {"https": 443, "http": 80}

#: What a status means; any other is a receiver that is not ready: later.
MEANINGS: Final[Mapping[int, Verdict]] = {
    **dict.fromkeys(range(200, 300), Verdict.ACCEPTED),
    410: Verdict.GONE,
}
#: Statuses whose Retry-After counts.
ASKING: Final = frozenset({429, 503})


@dataclass(frozen=True)
class WebhookCarrier:
    """Carries messages on to the programs that subscribed (kaiban.ports.Carrier)."""

    webhooks: Receivers
    policy: AddressPolicy
    wall: Callable[[], datetime]
    deadline: float = DEADLINE

    def deliver(self, message: Message) -> Answer:
        """Try once; whatever goes wrong is an answer."""
        hook = self.webhooks.get(message.webhook)
        if hook is None or hook.disabled:
            return Answer(Verdict.REFUSED, "webhook.disabled")
        now, body = self.wall(), message.text.encode()
        signed = headers(message.id, now, body, hook.signing(now))
        try:
            return self._post(self.policy.check(hook.url), body, signed)
        except ForbiddenAddressError as error:
            return Answer(Verdict.REFUSED, f"address.{error}")
        except ssl.SSLCertVerificationError:
            return Answer(Verdict.LATER, "tls.certificate")
        except (ConnectionRefusedError, socket.gaierror):
            return Answer(Verdict.LATER, "unreachable")
        except (OSError, http.client.HTTPException):
            return Answer(Verdict.UNKNOWN, "broken_off")

    def _post(self, url: SplitResult, body: bytes, signed: Mapping[str, str]) -> Answer:
        with self._line(url) as line:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            told = {
                "Content-Type": "application/json",
                "User-Agent": "kaiban",
                "Connection": "close",
            }
            line.request("POST", path, body, {**told, **signed})
            answer = line.getresponse()
            status, asked = answer.status, answer.getheader("Retry-After", "")
            receipt = answer.getheader(RECEIPT, "")
        verdict = MEANINGS.get(status, Verdict.LATER)
        wait = _wait(asked) if status in ASKING else None
        return Answer(verdict, f"http.{status}", wait, _receipt(receipt))

    @contextmanager
    def _line(self, url: SplitResult) -> Iterator[http.client.HTTPConnection]:
        host, port = str(url.hostname), url.port or _PORTS[url.scheme]
        number = self.policy.resolve(host, port)
        line = http.client.HTTPConnection(host, port)
        line.sock = socket.create_connection((number, port), CONNECT)
        with closing_after(self.deadline, lambda: line.sock):
            try:
                line.sock.settimeout(self.deadline)
                if url.scheme == "https":
                    _encrypt(line, host)
                yield line
            finally:
                line.close()


def _encrypt(line: http.client.HTTPConnection, host: str) -> None:
    # Greeted only once the line knows the new socket, so that the clock can close it meanwhile.
    line.sock = ssl.create_default_context().wrap_socket(
        line.sock, server_hostname=host, do_handshake_on_connect=False
    )
    line.sock.do_handshake()


def _receipt(given: str) -> str:
    given = given.strip()[:LONGEST_RECEIPT]
    return given if given.isascii() and given.isprintable() else ""


def _wait(asked: str) -> timedelta | None:
    if not (asked.isascii() and asked.isdigit()):
        return None
    return min(timedelta(seconds=int(asked[:6])), LONGEST_WAIT)
