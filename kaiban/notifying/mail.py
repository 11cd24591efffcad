"""Mail: the city's server, and what its answers mean."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

import structlog

from kaiban.domain.messages.notification import Answer, Message, Verdict
from kaiban.notifying.deadlines import closing_after

log = structlog.get_logger()

#: Seconds for one answer of the server, and for the whole exchange.
ONE_ANSWER: Final = 20.0
DEADLINE: Final = 60.0
SECURITIES: Final = ("starttls", "tls", "none")
CERTIFICATE: Final = "tls.certificate"
_LAST_PORT: Final = 65535
_FOR_GOOD: Final = 500


class WrongMailSettingsError(Exception):
    """The profile's [mail] cannot be used; the message says which entry and what is expected."""


@dataclass(frozen=True)
class MailSettings:
    """Where the city's mail server is, how we come in, and who we are."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, so that no line can be listened at."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "MailSettings":
        """The settings in a profile's [mail]; raises WrongMailSettingsError naming every wrong entry."""
        known = {each.name for each in fields(cls)}
        wrong = [f"mail.{name}: no such entry" for name in sorted(told.keys() - known)]
        wrong += [f"mail.{name}: is missing" for name in ("host", "sender") if not told.get(name)]
        wrong += [
            f"mail.{name}: {asked}"
            for name, asked, fits in (
                ("port", f"a port from 1 to {_LAST_PORT}", _is_port(told.get("port", 587))),
                ("security", "one of " + ", ".join(SECURITIES), told.get("security", "starttls") in SECURITIES),
                ("sender", "a mail address", _address(str(told.get("sender", ""))) is not None),
            )
            if not fits
        ]  # fmt: skip
        if wrong:
            raise WrongMailSettingsError("; ".join(wrong))
        return cls(**told)


@dataclass(frozen=True)
class MailCarrier:
    """Carries messages on as mails (kaiban.ports.Carrier), each under one Message-ID, however often it is tried."""

    settings: MailSettings
    wall: Callable[[], datetime]
    deadline: float = DEADLINE

    def deliver(self, message: Message) -> Answer:
        """Try once; whatever goes wrong is an answer."""
        try:
            mail = self._mail(message)
        except ValueError:
            return Answer(Verdict.REFUSED, "address")
        try:
            self._send(mail)
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            return _meant(error)
        return Answer(Verdict.ACCEPTED)

    def _mail(self, message: Message) -> EmailMessage:
        subject, _, body = message.text.partition("\n")
        to = _address(message.address)
        if to is None:
            raise ValueError("no mail address")
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.settings.sender, to, subject
        mail["Date"] = format_datetime(self.wall())
        mail["Message-ID"] = f"<{message.id}@{self.settings.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body, cte="base64")
        return mail

    def _send(self, mail: EmailMessage) -> None:
        with self._server() as server:
            if self.settings.username:
                server.login(self.settings.username, self.settings.password)
            server.send_message(mail)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        server = self._connected()
        try:
            with closing_after(self.deadline, lambda: server.sock):
                if self.settings.security == "starttls":
                    server.starttls(context=self._trusted())
                yield server
            # Not what `with` does: a farewell that goes wrong takes nothing back.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        host, port = self.settings.host, self.settings.port
        if self.settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=ONE_ANSWER, context=self._trusted())
        return smtplib.SMTP(host, port, timeout=ONE_ANSWER)

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.settings.ca_file or None)


def _meant(error: Exception) -> Answer:
    for kind, meaning in MEANINGS:
        if isinstance(error, kind):
            return meaning(error)
    return Answer(Verdict.UNKNOWN, "broken_off")


def _recipient(error: smtplib.SMTPRecipientsRefused) -> Answer:
    [(code, _)] = error.recipients.values()
    return _by_code(code)


def _by_code(code: int) -> Answer:
    return Answer(Verdict.REFUSED if code >= _FOR_GOOD else Verdict.LATER, f"smtp.{code}")


def _untrusted(_error: Exception) -> Answer:
    """Whoever answers there is not the city's mail server, or its certificate has run out: somebody must look."""
    log.error("mail_misconfigured", code=CERTIFICATE, error="SSLCertVerificationError")
    return Answer(Verdict.LATER, CERTIFICATE)


def _ours(error: Exception) -> Answer:
    """They do not let us in as we are: nobody's message is to blame, and somebody must look."""
    code = f"smtp.{getattr(error, 'smtp_code', '')}".rstrip(".")
    log.error("mail_misconfigured", code=code, error=type(error).__name__)
    return Answer(Verdict.LATER, code)


def _unreachable(_error: Exception) -> Answer:
    return Answer(Verdict.LATER, "unreachable")


#: What an error of the exchange means, the first that fits; any other breaks off in the dark.
MEANINGS: Final[tuple[tuple[Any, Callable[[Any], Answer]], ...]] = (
    (smtplib.SMTPRecipientsRefused, _recipient),
    (smtplib.SMTPDataError, lambda error: _by_code(error.smtp_code)),
    (smtplib.SMTPConnectError, _unreachable),
    (
        (
            smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError,
            smtplib.SMTPNotSupportedError,
        ),
        _ours,
    ),
    (ssl.SSLCertVerificationError, _untrusted),
    ((ConnectionRefusedError, socket.gaierror), _unreachable),
)  # fmt: skip


def _address(text: str) -> Address | None:
    try:
        return Address(addr_spec=text) if text.isascii() and "@" in text else None
    except (ValueError, IndexError, HeaderParseError):  # some texts run its parser off their end
        return None


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LAST_PORT
