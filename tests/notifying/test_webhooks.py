"""One signed POST against real receivers, slow, moved and hostile ones among them."""

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.messages.notification import Answer, Channel, Kind, Message, Verdict
from kaiban.domain.messages.webhook import Secret, Webhook
from kaiban.notifying.addresses import AddressPolicy
from kaiban.notifying.signatures import is_genuine, new_secret
from kaiban.notifying.webhooks import WebhookCarrier
from tests.notifying.receiver import receiving

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
NEW, OLD = new_secret(), new_secret()
MESSAGE = Message(
    "ab" * 16, "KB1", 3, Kind.ENDED, Channel.WEBHOOK, NOW, '{"type":"case.ended"}', webhook="wh"
)


class Kept:
    """One subscription."""

    def __init__(self, url, **more):
        secrets = (Secret(NEW), Secret(OLD, NOW + timedelta(hours=1)))
        self.hook = Webhook("wh", "", url, (), secrets, NOW, **more)

    def get(self, webhook_id):
        return self.hook if webhook_id == "wh" else None


def carrier(url, *, strict=False, deadline=20.0, **more):
    return WebhookCarrier(Kept(url, **more), AddressPolicy(strict), lambda: NOW, deadline)


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_what_arrives_is_signed_by_both_secrets_under_the_id_of_the_message(receiver):
    assert carrier(receiver.url).deliver(MESSAGE) == Answer(Verdict.ACCEPTED, "http.204")
    [(given, body)] = receiver.got
    assert body.decode() == MESSAGE.text
    assert given["webhook-id"] == MESSAGE.id
    assert given["content-type"] == "application/json"
    assert is_genuine(NEW, given, body, NOW)
    assert is_genuine(OLD, given, body, NOW)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, "accepted"), (202, "accepted"), (301, "later"), (400, "later"), (401, "later"),
        (404, "later"), (410, "gone"), (500, "later"), (503, "later"),
    ],
)  # fmt: skip
def test_every_status_has_a_meaning(receiver, status, verdict):
    receiver.answers = [status]
    answer = carrier(receiver.url).deliver(MESSAGE)
    assert (answer.verdict, answer.code) == (verdict, f"http.{status}")


def test_a_redirect_is_not_followed(receiver):
    receiver.answers, receiver.headers = [307], {"Location": receiver.url}
    assert carrier(receiver.url).deliver(MESSAGE).code == "http.307"
    assert len(receiver.got) == 1


def test_a_busy_receiver_says_when(receiver):
    receiver.answers, receiver.headers = [429], {"Retry-After": "90"}
    assert carrier(receiver.url).deliver(MESSAGE).after == timedelta(seconds=90)
    receiver.answers, receiver.headers = [503], {"Retry-After": "99999999999999"}
    assert carrier(receiver.url).deliver(MESSAGE).after == timedelta(hours=6)


def test_in_service_nothing_is_sent_to_this_machine(receiver):
    by_name = receiver.url.replace("http://127.0.0.1", "https://localhost")
    answer = carrier(by_name, strict=True).deliver(MESSAGE)
    assert answer == Answer(Verdict.REFUSED, "address.private")
    assert receiver.got == []


def test_nobody_there_nobody_known_and_nobody_wanted_are_told_apart():
    assert carrier("http://127.0.0.1:9/").deliver(MESSAGE) == Answer(Verdict.LATER, "unreachable")
    assert carrier("http://127.0.0.1:9/", disabled="gone").deliver(MESSAGE).verdict == "refused"
    stranger = Message(**{**vars(MESSAGE), "webhook": "other"})
    assert carrier("http://127.0.0.1:9/").deliver(stranger).verdict == "refused"


@contextmanager
def dripping(pieces):
    """A receiver that says a little again and again, and never all of it."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip():
            line, _ = door.accept()
            with line:
                for piece in pieces:
                    if stop.wait(0.1):
                        return
                    try:
                        line.sendall(piece)
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}/"
        finally:
            stop.set()
            thread.join()


def test_a_receiver_that_drips_its_answer_is_left():
    head = [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 10_000]
    with dripping(head) as url:
        answer = carrier(url, deadline=1.0).deliver(MESSAGE)
    assert answer == Answer(Verdict.UNKNOWN, "broken_off")


def test_an_endless_body_is_not_read():
    with dripping([b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 1000] * 10_000]) as url:
        assert carrier(url).deliver(MESSAGE).verdict is Verdict.ACCEPTED


def test_what_is_no_http_is_an_unknown_outcome():
    with dripping([b"SSH-2.0-x\r\n\r\n"]) as url:
        assert carrier(url).deliver(MESSAGE).verdict is Verdict.UNKNOWN
