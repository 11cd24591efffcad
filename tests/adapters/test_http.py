"""Each way an exchange can fail, over real sockets, is sorted into the right family."""

import gzip
import socket
import struct
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from adapters.http import HtmlPage, Http, retry_after
from kaiban.ports import Denied, Misconfigured, Retryable, Silent, Unknown, Unreachable
from tests.servers import answer, saying, speaking

NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


class StandingClock:
    def now(self):
        return NOW


def http(url, *, deadline=5.0, max_bytes=10_000):
    return Http(url, clock=StandingClock(), deadline=deadline, max_bytes=max_bytes)


def exchange(behave, *, ok=(200,), **limits):
    with speaking(behave) as url:
        client = http(url, **limits)
        try:
            return client.exchange("POST", "/x", b"asked", {"X-Own": "1"}, ok=ok)
        finally:
            client.close()


def test_a_whole_answer_comes_back_as_bytes():
    got = exchange(saying(answer("成功".encode("gbk"), "Content-Type: application/json")))
    assert (got.status, got.body) == (200, "成功".encode("gbk"))
    assert got.headers["content-type"] == "application/json"


def test_another_status_passes_if_the_protocol_says_so():
    assert exchange(saying(answer(b"{}", status="404 Not Found")), ok=(200, 404)).status == 404


def test_a_refused_connection_is_surely_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable):
        http(f"http://127.0.0.1:{port}").exchange("POST", "/x")


def test_a_name_nobody_knows_is_surely_not_sent():
    with pytest.raises(Unreachable):
        http("http://department.invalid").exchange("POST", "/x")


def test_a_line_cut_after_the_request_is_unknown():
    with pytest.raises(Silent):
        exchange(saying(b""))


def test_a_reset_after_the_request_is_unknown():
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with pytest.raises(Silent):
        exchange(reset)


def test_silence_is_unknown_after_the_deadline():
    done = threading.Event()
    with pytest.raises(Silent):
        exchange(lambda _: done.wait(10), deadline=0.2)
    done.set()


@pytest.mark.parametrize("dripped", ["headers", "body"])
def test_a_dripping_answer_is_unknown_at_the_deadline(dripped):
    raw = answer(b"x" * 600, "X-Long: " + "y" * 600)
    first = raw.index(b"\r\n\r\n") + 4 if dripped == "body" else 0

    def drip(connection):
        connection.sendall(raw[:first])
        for at in range(first, len(raw)):
            connection.sendall(raw[at : at + 1])
            time.sleep(0.05)  # a pause so short that no single read takes too long

    begun = time.monotonic()
    with pytest.raises(Silent):
        exchange(drip, deadline=0.5)
    # Undisturbed it would drip for half a minute.
    assert time.monotonic() - begun < 10


def test_a_truncated_answer_is_unknown():
    with pytest.raises(Silent):
        exchange(saying(answer(b"half", length=8)))


def test_a_garbage_status_line_is_unknown():
    with pytest.raises(Silent):
        exchange(saying(b"00000123KH0001\r\n\r\n"))


def test_a_redirect_is_not_followed_and_unknown():
    asked = []

    def login(connection):
        asked.append(1)
        connection.sendall(answer(b"", "Location: /login", status="302 Found"))

    with pytest.raises(Unknown, match="302"):
        exchange(login)
    assert asked == [1]


def test_a_compressed_answer_is_never_unpacked():
    bomb = gzip.compress(b"\0" * 20_000_000)
    with pytest.raises(Unknown, match="compressed"):
        exchange(saying(answer(bomb, "Content-Encoding: gzip")), max_bytes=100_000)


def test_an_oversized_answer_is_unknown():
    with pytest.raises(Unknown, match="longer"):
        exchange(saying(answer(b"x" * 10_001)))


def test_an_answer_of_exactly_the_limit_passes():
    assert len(exchange(saying(answer(b"x" * 10_000))).body) == 10_000


@pytest.mark.parametrize(
    ("status", "theirs"),
    [
        ("500 Oops", True), ("502 Bad Gateway", True), ("503 Busy", True),
        ("404 Nothing", False), ("409 Eh", False),
    ],
)  # fmt: skip
def test_an_unexpected_status_is_unknown_and_from_500_on_their_systems_fault(status, theirs):
    with pytest.raises(Unknown) as caught:
        exchange(saying(answer(b"{}", status=status)))
    assert isinstance(caught.value, Silent) == theirs


@pytest.mark.parametrize(("status", "perhaps_this_one"), [("401 Who", False), ("403 No", True)])
def test_being_locked_out_needs_a_person_and_403_may_be_about_one_application(
    status, perhaps_this_one
):
    with pytest.raises(Misconfigured) as caught:
        exchange(saying(answer(b"", status=status)))
    assert isinstance(caught.value, Denied) == perhaps_this_one


def test_too_many_requests_can_be_sent_again_after_what_they_ask():
    with pytest.raises(Retryable) as caught:
        exchange(saying(answer(b"", "Retry-After: 7", status="429 Slow")))
    assert caught.value.after == timedelta(seconds=7)


@pytest.mark.parametrize("start", [b"<!DOCTYPE html>", b"\xef\xbb\xbf\r\n<html lang='zh'>"])
def test_a_web_page_instead_of_an_answer_is_unknown_and_can_be_looked_at(start):
    page = start + "系统维护中".encode("gbk")
    with pytest.raises(Unknown) as caught:
        exchange(saying(answer(page)))
    assert isinstance(caught.value, HtmlPage)
    assert caught.value.answer.body == page


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert exchange(saying(answer(b"ok"))).body == b"ok"


def test_cookies_are_not_kept():
    asked = []

    def remember(connection):
        connection.sendall(answer(b"", "Set-Cookie: who=you"))

    with speaking(remember) as url:
        client = http(url)
        client.exchange("GET", "/")
        asked.extend(client._session.cookies)  # noqa: SLF001 - there is no other place to look
        client.close()
    assert asked == []


def test_a_certificate_nobody_vouches_for_needs_a_person(untrusted_server):
    with pytest.raises(Misconfigured, match="certificate"):
        http(untrusted_server).exchange("GET", "/")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("999999999", 3600),
        ("Wed, 04 Mar 2026 01:31:00 GMT", 60),
        ("Wed, 04 Mar 2026 01:00:00 GMT", 0),
        ("Wed, 04 Mar 2026 09:31:00 -0000", 3600),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(value, NOW) == expected
