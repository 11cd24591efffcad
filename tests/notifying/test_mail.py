"""Mails against a real server, and what each of its answers means."""

import asyncio
import email
import email.policy
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from kaiban.domain.messages.notification import Answer, Channel, Kind, Message, Verdict
from kaiban.notifying.mail import MailCarrier, MailSettings, WrongMailSettingsError

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
TEXT = (
    "【示范市开办企业】补正通知 KB1\n示范市晨光科技有限公司需要补正2项。\n\n真伪可向窗口核对。\n"
)
TO = "lianxi1@example.com"


def message(address=TO, text=TEXT):
    return Message("cd" * 16, "KB1", 2, Kind.CORRECTION, Channel.MAIL, NOW, text, address)


class Office:
    """Takes mail; ``say`` are its answers to a command instead."""

    def __init__(self):
        self.got, self.say = [], {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if "RCPT" in self.say:
            return self.say["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        return self.say.get("MAIL", "250 OK")

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.say.get("DATA") == "hang up":
            server.transport.close()
            await asyncio.sleep(0)
            return "250 OK"
        self.got.append(envelope)
        return self.say.get("DATA", "250 OK")

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        return self.say.get("QUIT", "221 Bye")


class Door(Controller):
    """The server on a free port."""

    def __init__(self, office, **more):
        super().__init__(office, hostname="127.0.0.1", port=0)
        self.more = more

    def factory(self):
        return SMTP(self.handler, hostname="test", **self.more)

    def _trigger_server(self):
        # The usual way connects to port 0; the port is known only now.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def door(office):
    door = Door(office)
    door.start()
    yield door
    door.stop()


def carrier(door, **more):
    told = {
        "host": "127.0.0.1",
        "sender": "no-reply@shifan.example",
        "port": door.port,
        "security": "none",
    }
    return MailCarrier(MailSettings.read({**told, **more}), lambda: NOW)


def test_a_mail_arrives_with_an_id_that_every_try_has(door, office):
    assert carrier(door).deliver(message()) == Answer(Verdict.ACCEPTED)
    assert carrier(door).deliver(message()) == Answer(Verdict.ACCEPTED)
    first, second = (
        email.message_from_bytes(each.content, policy=email.policy.default) for each in office.got
    )
    assert first["Message-ID"] == second["Message-ID"] == f"<{'cd' * 16}@shifan.example>"
    assert first["Subject"] == "【示范市开办企业】补正通知 KB1"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content().splitlines() == TEXT.splitlines()[1:]
    assert office.got[0].rcpt_tos == [TO]


@pytest.mark.parametrize(
    ("command", "said", "answer"),
    [
        ("RCPT", "550 no such user", Answer(Verdict.REFUSED, "smtp.550")),
        ("RCPT", "450 busy", Answer(Verdict.LATER, "smtp.450")),
        ("DATA", "554 spam", Answer(Verdict.REFUSED, "smtp.554")),
        ("DATA", "451 later", Answer(Verdict.LATER, "smtp.451")),
        ("DATA", "hang up", Answer(Verdict.UNKNOWN, "broken_off")),
        ("MAIL", "550 who are you", Answer(Verdict.LATER, "smtp.550")),
        ("QUIT", "421 leave me alone", Answer(Verdict.ACCEPTED)),
    ],
)
def test_every_answer_has_a_meaning(door, office, command, said, answer):
    office.say = {command: said}
    assert carrier(door).deliver(message()) == answer


def test_nobody_listening_is_tried_later():
    class Away:
        port = 9

    assert carrier(Away).deliver(message()) == Answer(Verdict.LATER, "unreachable")


def test_a_server_that_does_not_encrypt_gets_nothing(door, office):
    answer = carrier(door, security="starttls").deliver(message())
    assert answer.verdict is Verdict.LATER
    assert office.got == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
def test_we_come_in_by_name_and_password(office):
    def known(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    door = Door(office, auth_required=True, auth_require_tls=False, authenticator=known)
    door.start()
    try:
        wrong = carrier(door, username="kaiban", password="wrong").deliver(message())
        right = carrier(door, username="kaiban", password="right").deliver(message())
    finally:
        door.stop()
    assert wrong == Answer(Verdict.LATER, "smtp.535")
    assert right == Answer(Verdict.ACCEPTED)


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@example.com\nBcc: x@example.com", "甲@example.com"]
)
def test_what_is_no_address_is_refused_and_reaches_nobody(door, office, address):
    assert carrier(door).deliver(message(address)) == Answer(Verdict.REFUSED, "address")
    assert office.got == []


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({}, "host"), ({"host": "x"}, "sender"), ({"host": "x", "sender": "nobody"}, "sender"),
        ({"host": "x", "sender": "a@x.example", "port": "25"}, "port"),
        ({"host": "x", "sender": "a@x.example", "security": "ssl"}, "security"),
        ({"host": "x", "sender": "a@x.example", "colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(told, named):
    with pytest.raises(WrongMailSettingsError, match=named):
        MailSettings.read(told)


def test_a_password_is_not_shown():
    assert "hidden" not in repr(
        MailSettings.read({"host": "x", "sender": "a@x.example", "password": "hidden"})
    )
