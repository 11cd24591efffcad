import threading
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from kaiban.domain.messages.notification import Answer, Channel, Kind, Message, Verdict
from kaiban.notifying.texts import InBackground, TextCarrier, UnknownGatewayError, gateway
from kaiban.ports import Forged, Misconfigured, Retryable, Unknown, Unprocessable, Unreachable

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
PHONE, TEXT = "13900001234", "验证码 123456"


class Slow:
    """A gateway that answers when it is let."""

    def __init__(self, error=None):
        self.let, self.error, self.got = threading.Event(), error, []

    def send(self, phone, text, message_id=""):
        self.let.wait()
        if self.error:
            raise self.error
        self.got.append((phone, text))


def test_a_message_is_taken_at_once_and_sent_later():
    slow = Slow()
    texts = InBackground(slow)
    texts.send(PHONE, TEXT)
    assert slow.got == []
    slow.let.set()
    texts.close()
    assert slow.got == [(PHONE, TEXT)]


@pytest.mark.parametrize("error", [Unknown("away"), Misconfigured("token"), RuntimeError(PHONE)])
def test_what_went_wrong_is_logged_without_number_or_text(error):
    slow = Slow(error)
    slow.let.set()
    with capture_logs() as logs:
        texts = InBackground(slow)
        texts.send(PHONE, TEXT)
        texts.close()
    assert len(logs) == 1
    assert PHONE not in str(logs)
    assert "123456" not in str(logs)


def test_a_gateway_nobody_installed_is_named():
    with pytest.raises(UnknownGatewayError, match="http"):
        gateway("pigeon", {}, None)


def test_wrong_settings_of_a_gateway_are_named():
    with pytest.raises(Misconfigured, match="token"):
        gateway("http", {"url": "http://127.0.0.1:1"}, None)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (None, Answer(Verdict.ACCEPTED)),
        (Retryable("429", timedelta(minutes=9)), Answer(Verdict.LATER, "gateway.retryable", timedelta(minutes=9))),
        (Unreachable("away"), Answer(Verdict.LATER, "gateway.unreachable")),
        (Misconfigured("token"), Answer(Verdict.LATER, "gateway.misconfigured")),
        (Unprocessable("no number"), Answer(Verdict.REFUSED, "gateway.unprocessable")),
        (Unknown("broke off"), Answer(Verdict.UNKNOWN, "gateway.unknown")),
        (Forged("who"), Answer(Verdict.UNKNOWN, "gateway.forged")),
    ],
)  # fmt: skip
def test_every_word_of_a_gateway_has_a_meaning(error, answer):
    slow = Slow(error)
    slow.let.set()
    message = Message("ab" * 16, "KB1", 1, Kind.ENDED, Channel.SMS, NOW, TEXT, PHONE)
    assert TextCarrier(slow).deliver(message) == answer
