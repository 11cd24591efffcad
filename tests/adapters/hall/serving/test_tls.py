"""HTTPS and mutual TLS: who is believed, who is let in, and that nothing was sent where it does not come about."""

import re
import socket
import ssl
import subprocess
import sys
import threading
import tomllib
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.hall import Hall, RealClock
from adapters.hall.fault_injection.faults import fault
from adapters.hall.serving.certificates import Authority
from adapters.hall.serving.server import Server
from adapters.http import Http
from adapters.tls import Trust
from kaiban.ports import Done, Misconfigured, Pending, Silent, Unknown, Unreachable
from tests.adapters.hall.offices import OFFICES, Visit
from tests.waiting import until

#: So often a refusal is asked for: with TLS 1.3 it races with what is sent.
OFTEN = 25


@pytest.fixture
def mutual():
    with Hall(only=("bank",), manual=True, tls="mutual") as hall:
        yield hall


@contextmanager
def at_bank(hall, **settings):
    """Have an application for the bank that has been told something else in its settings."""
    visit = Visit(hall, "bank")
    visit.close()
    kind = OFFICES["bank"].adapter_class
    visit.adapter = kind(hall.settings("bank") | settings, clock=RealClock())
    with closing(visit):
        yield visit


@contextmanager
def shown(hall, context):
    """Have the bank listen once more, and show something else of itself."""
    server = Server(hall.stub("bank").app, "bank again", tls=context)
    with closing(server):
        yield server.url


def assert_nothing_was_sent(hall):
    assert hall.stub("bank").store.journal() == []
    assert hall.commits() == []


def assert_refused(visit, hall, family=Misconfigured, match=None):
    for call in (visit.submit, visit.query):
        with pytest.raises(family, match=match):
            call()
    assert_nothing_was_sent(hall)


@pytest.mark.parametrize("tls", ["server", "mutual"])
@pytest.mark.parametrize("name", sorted(OFFICES))
def test_every_department_is_gone_through_with_the_settings_the_hall_tells(name, tls):
    with Hall(only=(name,), manual=True, tls=tls) as hall:
        assert hall.url(name).startswith("https://127.0.0.1:")
        with closing(Visit(hall, name)) as visit:
            assert isinstance(visit.submit(), Pending)
            assert isinstance(visit.finish(), Done)


# --- whom an adapter believes -----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.2", "department.example"])
def test_a_certificate_of_another_host_is_not_believed(mutual, tmp_path, host):
    authority = Authority(tmp_path)
    with (
        shown(mutual, authority.server([host])) as url,
        at_bank(mutual, url=url, ca_file=str(authority.file)) as visit,
    ):
        assert_refused(visit, mutual, match="not trusted")


def test_a_certificate_of_an_unknown_authority_is_not_believed(mutual, tmp_path):
    with at_bank(mutual, ca_file=str(Authority(tmp_path).file)) as visit:
        assert_refused(visit, mutual, match="not trusted")


def test_without_an_authority_of_its_own_the_public_ones_are_believed_and_this_is_none(mutual):
    with at_bank(mutual, ca_file="") as visit:
        assert_refused(visit, mutual, match="not trusted")


def test_a_certificate_that_has_run_out_is_not_believed(mutual, tmp_path):
    authority = Authority(tmp_path)
    ended = authority.server(until=RealClock().now() - timedelta(days=1))
    with (
        shown(mutual, ended) as url,
        at_bank(mutual, url=url, ca_file=str(authority.file)) as visit,
    ):
        assert_refused(visit, mutual, match="not trusted")


# --- who is let in ----------------------------------------------------------------------------------


def foreign(folder):
    return Authority(folder).client()


def ended(hall):
    return Authority(hall.folder / "tls").client(until=RealClock().now() - timedelta(days=1))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("who", ["nobody", "a stranger", "one who has run out"])
def test_whoever_shows_no_certificate_of_the_authority_is_not_let_in(
    mutual, tmp_path, who, version
):
    ours = Authority(mutual.folder / "tls")
    context = ours.lets_in(ours.server())
    context.maximum_version = version
    file = {
        "nobody": lambda: "",
        "a stranger": lambda: foreign(tmp_path),
        "one who has run out": lambda: ended(mutual),
    }[who]()
    with (
        shown(mutual, context) as url,
        at_bank(mutual, url=url, certificate_file=str(file)) as visit,
    ):
        for _ in range(OFTEN):
            assert_refused(visit, mutual, match="does not take our")


def test_a_long_message_is_refused_as_a_short_one(mutual):
    with at_bank(mutual, certificate_file="") as visit:
        for _ in range(OFTEN):
            with pytest.raises(Misconfigured, match="does not take our"):
                visit.adapter.http.exchange("POST", "/kh", b"x" * 4_000_000)
    assert_nothing_was_sent(mutual)


def test_certificate_and_key_may_be_two_files(mutual, tmp_path):
    both = (mutual.folder / "tls" / "client.pem").read_bytes()
    at = both.index(b"-----BEGIN CERTIFICATE")
    (tmp_path / "tls.key").write_bytes(both[:at])
    (tmp_path / "tls.crt").write_bytes(both[at:])
    files = {"certificate_file": str(tmp_path / "tls.crt"), "key_file": str(tmp_path / "tls.key")}
    with at_bank(mutual, **files) as visit:
        assert isinstance(visit.submit(), Pending)


# --- no line comes about ----------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", ["http", "https"])
def test_http_where_https_is_spoken_and_the_other_way_round(spoken):
    with Hall(only=("bank",), manual=True, tls="off" if spoken == "https" else "server") as hall:
        address = hall.url("bank").partition("://")[2]
        with at_bank(hall, url=f"{spoken}://{address}") as visit:
            # Plain bytes are sent where TLS is awaited: nobody knows who has read them.
            family = Unreachable if spoken == "https" else Silent
            assert_refused(visit, hall, family)


def test_one_who_hangs_up_during_the_handshake_got_nothing(mutual):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            for _ in range(6):
                listener.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with at_bank(mutual, url=url) as visit, pytest.raises(Unreachable):
            visit.submit()


# --- the files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("ca_file", None), ("ca_file", b"no certificate"), ("certificate_file", None),
     ("certificate_file", b"no certificate"), ("key_file", None), ("key_file", b"no key")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_before_anything_is_sent(
    mutual, tmp_path, name, content
):
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_bytes(content)
    with (
        pytest.raises(Misconfigured, match=f"wrong or missing setting: .*{name}"),
        at_bank(mutual, **{name: str(path)}),
    ):
        pass


def test_a_key_alone_shows_nobody(mutual):
    own = mutual.settings("bank")["certificate_file"]
    with (
        pytest.raises(Misconfigured, match="certificate_file"),
        at_bank(mutual, certificate_file="", key_file=own),
    ):
        pass


@pytest.mark.parametrize("name", ["ca_file", "certificate_file"])
@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_file_that_is_spoilt_later_is_a_wrong_configuration_and_nothing_is_sent(
    mutual, tmp_path, name, content
):
    path = tmp_path / "file.pem"
    path.write_bytes(Path(mutual.settings("bank")[name]).read_bytes())
    with at_bank(mutual, **{name: str(path)}) as visit:
        path.unlink()
        if content:
            path.write_bytes(content)
        assert_refused(visit, mutual)


def test_the_authority_is_kept_and_nobody_else_can_read_the_keys(tmp_path):
    def files():
        with Hall(only=("bank",), manual=True, folder=tmp_path, tls="mutual") as hall:
            told = hall.settings("bank")["ca_file"]
            return told, (tmp_path / "tls" / "authority.pem").read_bytes()

    assert files() == files()
    made = list((tmp_path / "tls").iterdir())
    assert sorted(each.name for each in made) == [
        "127.0.0.1.pem", "authority.key", "authority.pem", "client.pem",
    ]  # fmt: skip
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "tls", *made))


# --- the stub's side --------------------------------------------------------------------------------


def test_one_who_is_silent_keeps_nobody_waiting(mutual):
    port = int(mutual.url("bank").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)), closing(Visit(mutual, "bank")) as visit:
        assert isinstance(visit.submit(), Pending)


@pytest.mark.parametrize("do", ["close", "reset", "truncate", "short-length", "hang", "huge"])
def test_faults_of_the_line_happen_within_tls_as_without(mutual, do):
    more = {"seconds": 0.3} if do == "hang" else {}
    mutual.stub("bank").mischief.add(fault({"do": do, "op": "KH0001", "times": 1, **more}))
    with closing(Visit(mutual, "bank")) as visit:
        with pytest.raises(Unknown):
            visit.submit()
        assert isinstance(visit.finish(), Done)
    assert len(mutual.commits()) == 1


def answering():
    return [each for each in threading.enumerate() if "process_request_thread" in each.name]


def test_a_hanging_stub_notices_that_the_other_side_has_gone(mutual):
    mutual.stub("bank").mischief.add(fault({"do": "hang", "at": "before-parse", "seconds": 60}))
    with closing(Visit(mutual, "bank")) as visit:
        trust = Trust.of(visit.adapter.settings)
        hasty = Http(
            mutual.url("bank"), clock=RealClock(), deadline=0.5, max_bytes=1 << 20, trust=trust
        )
        with closing(hasty), pytest.raises(Unknown):
            hasty.exchange("POST", "/kh", b"x")
    # It would hold the line for a minute.
    until(lambda: not answering(), 20, lambda: "it still holds the line")


def test_a_dripped_answer_arrives_whole(mutual):
    drip = {"do": "drip", "op": "KH0001", "bytes": 40, "seconds": 0.001}
    mutual.stub("bank").mischief.add(fault(drip))
    with closing(Visit(mutual, "bank")) as visit:
        assert isinstance(visit.submit(), Pending)


@pytest.mark.parametrize(("option", "told"), [
    ("--tls", {"ca_file"}), ("--mutual-tls", {"ca_file", "certificate_file"}),
])  # fmt: skip
def test_the_command_tells_settings_an_adapter_gets_through_with(tmp_path, option, told):
    settings = tmp_path / "links.toml"
    code = "from adapters.hall.commands import stubs; stubs()"
    arguments = ["up", "--only", "bank", "--port", "0", option, "--settings", settings]
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments), "--folder", str(tmp_path / "hall")],
        stderr=subprocess.PIPE, text=True,
    ) as up:  # fmt: skip
        try:
            assert re.search(r"http://127.0.0.1:\d+/", up.stderr.readline())
            bank = tomllib.loads(settings.read_text(encoding="utf-8"))["bank"]["settings"]
            assert bank["url"].startswith("https://")
            assert set(bank) - {"url", "mac_key"} == told
            adapter = OFFICES["bank"].adapter_class(bank, clock=RealClock())
            with closing(adapter):
                assert adapter.health().ok, adapter.health()
        finally:
            up.terminate()
