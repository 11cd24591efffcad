"""What the web server does with clients that are slow, silent, many, or speak strangely; real sockets throughout."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from select import select

import pytest
import structlog

from kaiban.serving.limits import Limits
from kaiban.serving.listening import PortTakenError, listen
from kaiban.serving.server import LONGEST_HEAD, Server
from tests.slow_clients import KINDS, slow_clients
from tests.waiting import until

THREADS = 2
PATIENT = Limits(head=600, body=600, idle=600)


def application(environ, start_response):
    """Say what came; ``/fail/...`` fails."""
    if environ["PATH_INFO"].startswith("/fail/"):
        raise ValueError("what somebody typed")
    body = environ["wsgi.input"].read()
    told = {
        "method": environ["REQUEST_METHOD"], "read": len(body), "length": environ.get("CONTENT_LENGTH", ""),
    }  # fmt: skip
    text = json.dumps(told).encode()
    start_response(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))]
    )
    return [text] if environ["REQUEST_METHOD"] != "HEAD" else []


@contextmanager
def served(
    limits: Limits = PATIENT, app=application, is_proxy=lambda _: False
) -> Iterator[Server]:
    server = Server(app, listen("127.0.0.1", 0), THREADS, limits, is_proxy)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def connected(server: Server, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.effective_port), 60, (source, 0))


def said(connection: socket.socket, raw: bytes = b"") -> bytes:
    """Send this and read until the server is through with us."""
    connection.sendall(raw)
    return b"".join(iter(lambda: connection.recv(65536), b""))


def asked(server: Server, raw: bytes, source: str = "127.0.0.1") -> bytes:
    with connected(server, source) as connection:
        return said(connection, raw)


def told(answer: bytes) -> dict:
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.effective_port}"


GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


@pytest.mark.parametrize("kind", KINDS)
def test_more_slow_clients_than_threads_keep_nobody_from_being_answered(kind):
    with served() as server, slow_clients(url(server), 5 * THREADS, kind) as clients:
        clients.go_on()
        assert told(asked(server, GET))["method"] == "GET"
        clients.go_on()
        assert clients.dropped == 0


def test_a_client_that_does_not_read_its_answer_holds_no_thread():
    def large(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 1024 * 1024] * 20

    with served(app=large) as server:
        deaf = [connected(server) for _ in range(THREADS)]
        for each in deaf:
            each.sendall(GET)
        assert len(asked(server, GET)) > 20 * 1024 * 1024
        for each in deaf:
            each.close()


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("silent", Limits(idle=0.2)),
        ("head", Limits(head=0.2)),
        ("body", Limits(body=0.2)),
        ("chunked", Limits(idle=0.2)),
    ],
)
def test_who_takes_too_long_is_let_go(kind, limits):
    with served(limits) as server, slow_clients(url(server), 1, kind) as clients:
        clients.sockets[0].settimeout(60)
        assert clients.sockets[0].recv(1) == b""


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("head", Limits(head=1, body=600, idle=600)),
        ("body", Limits(head=600, body=1, idle=600)),
        ("chunked", Limits(head=600, body=1, idle=600)),
    ],
)
def test_who_goes_on_byte_by_byte_has_no_more_time_than_the_silent(kind, limits):
    """A word now and then is a sign of life, and no reason to wait for ever."""
    with (
        served(limits) as server,
        slow_clients(url(server), 1, kind, every=0.05) as clients,
    ):
        until(lambda: clients.dropped, 60, lambda: "a byte at a time is heard for ever")
        assert clients.words > 1, "it had gone on"


def test_one_more_connection_of_an_address_ends_the_one_of_it_that_waited_longest():
    with served(Limits(from_one=3)) as server, connected(server, "127.0.0.2") as other:
        first, *rest = [connected(server) for _ in range(3)]
        assert told(asked(server, GET))["method"] == "GET"
        assert first.recv(1) == b""
        assert told(said(other, GET))["method"] == "GET"
        for each in (first, *rest):
            each.close()


def test_a_trusted_proxy_may_hold_any_number():
    with (
        served(Limits(from_one=1), is_proxy=lambda address: address == "127.0.0.1") as server,
        connected(server) as first, connected(server) as second,
    ):  # fmt: skip
        assert told(said(second, GET)) == told(said(first, GET))


def test_without_room_the_address_with_the_most_connections_gives_one_up():
    with served(Limits(in_all=3)) as server:
        crowd = [connected(server) for _ in range(2)]
        with connected(server, "127.0.0.2") as alone, connected(server, "127.0.0.3") as late:
            assert told(said(late, GET)) == told(said(alone, GET))
            assert crowd[0].recv(1) == b""
        for each in crowd:
            each.close()


def test_a_body_comes_whole_in_one_piece_or_in_chunks():
    with served() as server:
        piece = POST + b"Content-Length: 20000\r\n\r\n" + b"x" * 20000
        assert told(asked(server, piece))["read"] == 20000
        chunks = (
            b"Transfer-Encoding: chunked\r\n\r\n" + b"4e20\r\n" + b"x" * 20000 + b"\r\n0\r\n\r\n"
        )
        assert told(asked(server, POST + chunks)) == {
            "method": "POST",
            "read": 20000,
            "length": "20000",
        }


@pytest.mark.parametrize("size", [1001, 9000, 600_000])
def test_a_body_too_long_to_keep_is_counted_and_not_kept(size):
    with served(Limits(kept=1000)) as server:
        piece = POST + b"Content-Length: %d\r\n\r\n" % size + b"x" * size
        assert told(asked(server, piece)) == {"method": "POST", "read": 0, "length": str(size)}
        chunks = (
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n"
        )
        assert told(asked(server, POST + chunks)) == {
            "method": "POST",
            "read": 0,
            "length": str(size),
        }


def test_who_asks_whether_to_go_on_is_told_to():
    with served() as server, connected(server) as client:
        client.sendall(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        assert told(said(client, b"ab"))["read"] == 2


def test_an_answer_to_head_has_no_body():
    with served() as server:
        head, _, body = asked(server, GET.replace(b"GET", b"HEAD")).partition(b"\r\n\r\n")
    assert (head[:12], body) == (b"HTTP/1.1 200", b"")
    assert b"\r\nContent-Length: 43" in head


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST.replace(b"1.1", b"1.0")
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5;" + b"x" * 9000,
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X-Trailer: x\r\n" * 700,
    ],
)
def test_what_can_be_read_in_two_ways_or_never_ends_is_refused(raw):
    with served() as server:
        assert asked(server, raw)[9:12] == b"400"


def test_a_head_larger_than_any_of_ours_is_refused():
    with served() as server:
        long = GET[:-2] + b"X-Long: "
        assert asked(server, long + b"x" * (LONGEST_HEAD - len(long)))[9:12] == b"431"


def test_what_is_asked_and_what_was_typed_stay_out_of_the_log(capfd):
    with structlog.testing.capture_logs() as logs, served() as server:
        assert asked(server, GET.replace(b"/", b"/fail/secret-path", 1))[9:12] == b"500"
        assert asked(server, b"GET /secret-path HTTP/9.9 secret\r\nBad\r\n\r\n")[9:12] == b"400"
    written = str(logs) + "".join(capfd.readouterr())
    assert "ValueError" in written
    assert [word for word in ("secret", "typed", "127.0.0.1") if word in written] == []


def test_a_stopping_server_answers_who_has_begun_and_lets_the_silent_go():
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ, start_response):
        begun.set()
        assert go_on.wait(60)
        return application(environ, start_response)

    with served(app=slow) as server, connected(server) as client, connected(server) as silent:
        client.sendall(GET)
        assert begun.wait(60)
        server.stop()
        assert silent.recv(1) == b""
        with pytest.raises(OSError, match="refused"):
            connected(server)
        go_on.set()
        assert told(said(client))["method"] == "GET"


def test_a_server_that_has_ended_is_not_woken():
    """A thread that answers late, or who stops it at that moment, would write into another's file."""
    with served() as server:
        pass
    with ExitStack() as opened:
        ends = [socket.socketpair() for _ in range(8)]  # they get the numbers of its files
        for pair in ends:
            for end in pair:
                opened.enter_context(end)
        server.pull_trigger()
        server.stop()
        assert select([end for pair in ends for end in pair], [], [], 0)[0] == []


def test_a_port_just_let_go_is_waited_for_and_a_taken_one_is_told():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)):
            listen("127.0.0.1", port, patience=0.1)
        threading.Timer(0.3, first.close).start()
        with listen("127.0.0.1", port, patience=60) as second:
            assert second.getsockname()[1] == port
