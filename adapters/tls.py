"""TLS with a department: whom we trust, who we are there, and what it means when no line comes about.

Until the handshake is over nothing of a request has left: whatever goes wrong before is never Unknown. With TLS 1.3
it is over for us before the department has looked at our certificate: it then refuses where its answer would be.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from typing import Any, Self

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from kaiban.ports import AdapterError, Misconfigured, Unreachable

#: How long somebody who has hung up is listened to for what they said before; seconds.
LAST_WORDS = 1.0
#: Alerts (RFC 8446, section 6.2) by which somebody says that they do not take who we are, in OpenSSL's words.
NOT_TAKEN = re.compile(r"_ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)")


@dataclass(frozen=True)
class Trust:
    """Paths of PEM files, "" for none.

    ``ca_file`` holds the only authorities trusted; ``certificate_file`` our own certificate with its chain, for
    departments that ask who we are, and its key, unless that has a ``key_file`` of its own.
    """

    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Return what an adapter's settings say of it."""
        return cls(**{each.name: settings[each.name] for each in fields(cls)})

    @property
    def shown(self) -> tuple[str, str] | None:
        """What we show of ourselves: certificate and key."""
        own = self.certificate_file
        return (own, self.key_file or own) if own else None

    def context(self) -> ssl.SSLContext:
        """Return what a client goes by that is not an adapter; Misconfigured if a file cannot be used."""
        self.check()
        context = ssl.create_default_context(cafile=self.ca_file or None)
        if self.shown:
            context.load_cert_chain(*self.shown)
        return context

    def check(self) -> None:
        """Raise Misconfigured if a file cannot be used; says which and why, never what is in it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.ca_file:
            with _named("ca_file"):
                context.load_verify_locations(self.ca_file)
        if self.certificate_file or self.key_file:
            with _named("certificate_file, key_file"):
                # Without a password of ours OpenSSL would ask for one at the terminal.
                context.load_cert_chain(self.certificate_file, self.key_file or None, lambda: "")


class Connection(HTTPSConnection):
    """A connection that tells apart what cannot have been sent."""

    def connect(self) -> None:
        """Shake hands; Unreachable or Misconfigured if that does not come about."""
        try:
            super().connect()
        except (OSError, HTTPError) as error:
            Trust(self.ca_certs or "", self.cert_file or "", self.key_file or "").check()
            raise refusal(error) or Unreachable(f"not sent: {type(error).__name__}") from error

    def send(self, data: Any) -> None:
        """Send; if they hang up meanwhile, what they said before is heard and raised."""
        try:
            super().send(data)
        except OSError:
            # What they said lies there to be read, but sending comes first and fails.
            with suppress(OSError), _hearing_refusals():
                self.sock.settimeout(LAST_WORDS)
                self.sock.recv(1)
            raise


def refusal(error: BaseException) -> Misconfigured | None:
    """Return what it means if one of the two sides has not taken the other's certificate; None if it is not that."""
    for each in _behind(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return Misconfigured("the department's TLS certificate is not trusted")
        if isinstance(each, ssl.SSLError) and NOT_TAKEN.search(each.reason or ""):
            return Misconfigured("the department does not take our TLS certificate")
    return None


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all it comes from; libraries name as the cause what they have wrapped themselves."""
    while error is not None:
        yield error
        if error.__cause__ is not error.__context__:
            yield from _behind(error.__cause__)
        error = error.__context__


@contextmanager
def _hearing_refusals() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as said:
        refused: AdapterError | None = refusal(said)
        if refused:
            raise refused from said


@contextmanager
def _named(settings: str) -> Iterator[None]:
    """Say of what cannot be read which settings name it."""
    try:
        yield
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None)
        raise Misconfigured(f"wrong or missing setting: {settings}: {why or 'unusable'}") from None
