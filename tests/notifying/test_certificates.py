"""Webhooks and mail over TLS, against real certificates: the right one is taken, any other is refused and said."""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import SMTP

from kaiban.domain.messages.notification import Answer, Verdict
from kaiban.notifying.mail import MailCarrier, MailSettings
from tests.notifying.authority import NAME, WRONG, Authority
from tests.notifying.receiver import receiving
from tests.notifying.test_mail import NOW, Office
from tests.notifying.test_mail import message as mail
from tests.notifying.test_webhooks import MESSAGE, carrier

REFUSED = Answer(Verdict.LATER, "tls.certificate")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


# --- webhooks -------------------------------------------------------------------------------------


def told(shown):
    with receiving(shown) as receiver:
        answer = carrier(receiver.url.replace("127.0.0.1", NAME)).deliver(MESSAGE)
        return answer, receiver.ids()


@pytest.fixture
def trusted(monkeypatch, authority):
    """The authority is one of the machine's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def test_a_program_with_the_right_certificate_is_told(trusted, authority):
    assert told(authority.context()) == (Answer(Verdict.ACCEPTED, "http.204"), [MESSAGE.id])


@pytest.mark.parametrize("wrong", WRONG)
def test_a_program_with_another_certificate_gets_nothing_and_that_is_said(
    trusted, authority, wrong
):
    assert told(authority.context(**WRONG[wrong])) == (REFUSED, [])


def test_a_program_of_an_authority_nobody_knows_gets_nothing(authority):
    assert told(authority.context()) == (REFUSED, [])


# --- mail -----------------------------------------------------------------------------------------


#: How a server takes its TLS context: greeted over TLS, or begun when asked to.
DOORS = {
    "tls": lambda shown: (SMTP, shown),
    "starttls": lambda shown: (
        lambda office: SMTP(office, tls_context=shown, require_starttls=True), None,
    ),
}  # fmt: skip


@contextmanager
def opened(security, shown):
    """A mail server, and the port it is at. aiosmtpd's own way greets it first, and trusts no certificate of ours."""
    office, loop = Office(), asyncio.new_event_loop()
    make, context = DOORS[security](shown)
    talks = []

    def talk():
        talks.append(make(office))
        return talks[-1]

    server = loop.run_until_complete(loop.create_server(talk, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office, server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_ended(talks))
        loop.close()


async def _ended(talks):
    for each in talks:
        # Aborted once more, a connection with TLS that has ended is an AttributeError in Python 3.11.2.
        if each.transport is not None and not each.transport.is_closing():
            each.transport.abort()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def posted(security, shown, ca_file):
    with opened(security, shown) as (office, port):
        settings = MailSettings(NAME, "kaiban@example.com", port, security, ca_file=str(ca_file))
        return MailCarrier(settings, lambda: NOW).deliver(mail()), len(office.got)


@pytest.mark.parametrize("security", DOORS)
def test_a_mail_server_with_the_right_certificate_gets_the_mail(authority, security):
    shown = authority.context()
    assert posted(security, shown, authority.file) == (Answer(Verdict.ACCEPTED), 1)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("security", DOORS)
def test_a_mail_server_with_another_certificate_gets_nothing_and_that_is_said(
    authority, security, wrong
):
    shown = authority.context(**WRONG[wrong])
    assert posted(security, shown, authority.file) == (REFUSED, 0)


def test_without_its_authority_a_mail_server_is_not_trusted(authority, tmp_path):
    other = Authority(tmp_path)
    assert posted("tls", authority.context(), other.file) == (REFUSED, 0)
