"""The hall: starts, dies, comes back, keeps time, and refuses to pretend in production."""

import http.client
import json
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint

import pytest

from adapters.hall import Hall
from adapters.hall import hall as hall_module
from adapters.hall.hours import BEIJING
from tests.adapters.hall.counter import CounterStub


@pytest.fixture(autouse=True)
def _counter_is_installed(monkeypatch):
    # The installed distribution declares the real six; a test adds its own as an entry point.
    installed = hall_module.entry_points
    own = [
        EntryPoint("counter", "tests.adapters.hall.counter:CounterStub", "kaiban.stubs"),
        EntryPoint("absent", "tests.adapters.hall.nowhere:Stub", "kaiban.stubs"),
    ]
    monkeypatch.setattr(hall_module, "entry_points", lambda group: [*installed(group=group), *own])


def post(url, body=b"hello"):
    with urllib.request.urlopen(urllib.request.Request(url + "/count", data=body)) as got:
        return got.read()


def test_a_stub_answers_and_its_journal_has_the_bytes_of_both_sides():
    with Hall(only=["counter"]) as hall:
        assert post(hall.url("counter")) == b"1"
        exchange = hall.stub("counter").store.journal()[0]
    assert (exchange.operation, exchange.line) == ("COUNT", "POST /count")
    assert (exchange.asked, exchange.answered, exchange.status) == (b"hello", b"1", 200)


def test_it_listens_on_the_loopback_address_only():
    with Hall(only=["counter"]) as hall:
        assert hall.url("counter").startswith("http://127.0.0.1:")


def test_state_survives_a_stub_that_dies_in_the_middle():
    with Hall(only=["counter"]) as hall:
        url = hall.url("counter")
        post(url)
        hall.restart("counter")
        assert hall.url("counter") == url
        assert post(url) == b"2"
        assert [commit.key for commit in hall.commits()] == ["1", "2"]


def test_state_survives_the_hall_if_it_has_a_folder(tmp_path):
    for count in (b"1", b"2"):
        with Hall(only=["counter"], folder=tmp_path) as hall:
            assert post(hall.url("counter")) == count


def test_a_stopped_stub_refuses_connections():
    with Hall(only=["counter"]) as hall:
        url = hall.url("counter")
        hall.stop("counter")
        with pytest.raises(OSError, match="refused"):
            post(url)
        assert hall.names == ()


def test_a_lost_answer_is_lost_after_the_work_is_done_and_only_once():
    with Hall(only=["counter"]) as hall:
        hall.stub("counter").lose_next("COUNT")
        with pytest.raises((http.client.HTTPException, OSError)):
            post(hall.url("counter"))
        assert len(hall.commits()) == 1
        assert post(hall.url("counter")) == b"2"


def test_a_stub_that_cannot_be_loaded_is_named_and_the_others_work():
    with Hall(only=["absent", "counter"]) as hall:
        assert hall.names == ("counter",)
        assert "ModuleNotFoundError" in hall.broken["absent"]


def test_a_name_nobody_declares_is_an_error():
    with pytest.raises(KeyError, match="nobody"):
        Hall(only=["nobody"])


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        base = taken.getsockname()[1] - 99
        with (
            pytest.raises(OSError, match=r"counter: port \d+ is taken"),
            Hall(only=["counter"], ports=base),
        ):
            pass


def test_it_refuses_to_pretend_in_production(monkeypatch):
    monkeypatch.setenv("KAIBAN_ENV", "production")
    with pytest.raises(RuntimeError, match="production"):
        Hall()


def test_a_stub_alone_refuses_production_as_well(monkeypatch):
    with Hall(only=["counter"]) as hall:
        context = hall.stub("counter").hall
        monkeypatch.setenv("KAIBAN_ENV", "Production")
        with pytest.raises(RuntimeError):
            CounterStub(context)


def test_keys_are_made_once_and_are_for_the_owner_only(tmp_path):
    with Hall(only=["counter"], folder=tmp_path) as hall:
        made = hall.stub("counter").secret("counter.key")
    with Hall(only=["counter"], folder=tmp_path) as hall:
        assert hall.stub("counter").secret("counter.key") == made
    assert (tmp_path / "keys" / "counter.key").stat().st_mode & 0o077 == 0


def test_two_halls_have_different_keys():
    with Hall(only=["counter"]) as one, Hall(only=["counter"]) as other:
        assert one.stub("counter").secret("k") != other.stub("counter").secret("k")


def test_dice_fall_the_same_way_for_the_same_seed_in_any_order():
    def draws(seed):
        with Hall(only=["counter"], seed=seed) as hall:
            stub = hall.stub("counter")
            keys = ("a", "b") if seed == 7 else ("b", "a")
            return {key: stub.draw(key, "p").random() for key in keys}

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)
    assert len(set(draws(7).values())) == 2


def test_how_long_things_take_follows_median_and_pace():
    median, p95 = timedelta(minutes=60), timedelta(minutes=120)

    def spans(pace):
        with Hall(only=["counter"], pace=pace) as hall:
            stub = hall.stub("counter")
            return sorted(stub.lasting(str(n), "review", median, p95) for n in range(400))

    normal = spans(1)
    assert timedelta(minutes=50) < normal[200] < timedelta(minutes=70)
    assert timedelta(minutes=95) < normal[380] < timedelta(minutes=150)
    assert spans(10)[200] * 10 == pytest.approx(normal[200], abs=timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("示范市云杉软件有限公司", set()),
        ("示范市测试补正软件有限公司", set()),
        ("示范市测试补正银行软件有限公司", {"测试补正"}),
        ("示范市测试驳回银行测试超时银行有限公司", {"测试驳回", "测试超时"}),
        ("示范市测试驳回税务有限公司", set()),
    ],
)
def test_magic_words_are_for_whom_they_are_aimed_at(name, words):
    with Hall(only=["bank"]) as hall:
        assert hall.stub("bank").magic(name) == words


def test_hours_follow_the_calendar_unless_always_open():
    night = datetime(2026, 3, 6, 20, 0, tzinfo=BEIJING)
    with Hall(only=["bank"]) as strict, Hall(only=["bank"], always_open=True) as easy:
        assert not strict.stub("bank").open_at(night)
        assert strict.stub("bank").next_opening(night) == datetime(
            2026, 3, 9, 8, 30, tzinfo=BEIJING
        )
        assert easy.stub("bank").open_at(night)
        assert easy.stub("bank").next_opening(night) == night


def test_latency_comes_before_each_answer():
    with Hall(only=["counter"], latency=0.2) as hall:
        begun = datetime.now(UTC)  # noqa: TID251 - real time is what is measured
        post(hall.url("counter"))
        assert datetime.now(UTC) - begun >= timedelta(seconds=0.2)  # noqa: TID251 - as above


def exchange(url):
    """Say something to a stub, whatever it makes of it."""
    talk = http.client.HTTPConnection(url.removeprefix("http://").split("/")[0], timeout=30)
    with closing(talk), suppress(OSError):  # the bank hangs up on whoever speaks strangely
        talk.request("POST", "/", body=b"?")
        talk.getresponse().read()


def test_the_command_prints_settings_and_ends_on_interrupt(tmp_path):
    code = "from adapters.hall.commands import stubs; stubs()"
    command = [sys.executable, "-c", code, "up", "--only", "bank", "--port", "0",
               "--folder", str(tmp_path)]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(6)]
        running.send_signal(2)
        assert running.wait(10) == 0
    assert [line for line in lines if line.startswith("[")] == ["[stubs]\n", "[bank.settings]\n"]
    assert lines[4].startswith('url = "http://127.0.0.1:')
    assert lines[5].startswith('mac_key = "')


@pytest.mark.parametrize("off", [0, -45, 45], ids=["right", "behind", "ahead"])
def test_a_hall_that_is_started_again_with_its_clock_keeps_its_time_and_its_cases(tmp_path, off):
    """Also when the machine's clock was so many minutes off for a while: time never runs backwards there."""
    begins = tmp_path / "begins"
    begun = datetime.now(UTC) - timedelta(minutes=30)  # noqa: TID251 - the clock's beginning is real time
    noon = datetime(2026, 3, 4, 12, 0, tzinfo=BEIJING)

    def business_now(minutes):
        begins.write_text((begun - timedelta(minutes=minutes)).isoformat())
        code = "from adapters.hall.commands import stubs; stubs()"
        command = [sys.executable, "-c", code, "up", "--only", "bank", "--port", "0",
                   "--folder", str(tmp_path), "--clock", f"2026-03-04T10:00+08:00@{begins}x4"]  # fmt: skip
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            assert running.stderr is not None
            page = running.stderr.readline().split()[-1]
            shown = {"manual": True}
            while shown["manual"]:
                with urllib.request.urlopen(f"{page.rstrip('/')}/hall") as got:
                    told = json.loads(got.read())
                    shown = told["clock"]
            exchange(told["stubs"][0]["url"])
            running.send_signal(2)
            assert running.wait(30) == 0
        return datetime.fromisoformat(shown["now"])

    first, wrong, last = (business_now(minutes) for minutes in (0, off, 0))
    assert noon <= first <= wrong <= last < noon + timedelta(hours=7)
