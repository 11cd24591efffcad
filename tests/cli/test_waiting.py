"""Waiting for processes: as long as they get on, and no longer; ports that are taken are told."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kaiban.cli.demo_city.ports import FREE_PORTS, Reserved, free_port, why_not
from kaiban.cli.demo_city.scene import Scene
from kaiban.cli.waiting import NotReadyError, Patience, last_lines, time_used, wait_for
from tests.cli.test_commands import kaiban, kaiban_apart
from tests.waiting import until


def test_who_gets_on_is_waited_for_much_longer_than_who_stands_still():
    signs = iter(range(1000))
    answers = iter([None] * 6 + ["there"])
    patience = Patience(still=0.4)
    assert wait_for(lambda: next(answers), "x", lambda: next(signs), patience) == "there"


def test_who_stands_still_is_given_up():
    with pytest.raises(NotReadyError, match="没有任何进展"):
        wait_for(lambda: None, "服务就绪", lambda: 1, Patience(still=0.3))


def test_who_never_arrives_is_given_up_at_last():
    signs = iter(range(1000))
    with pytest.raises(NotReadyError, match="仍未完成"):
        wait_for(lambda: None, "服务就绪", lambda: next(signs), Patience(most=0.3))


def test_what_is_waited_for_is_said(monkeypatch, capsys):
    monkeypatch.setattr("kaiban.cli.waiting.FIRST_WORD", 0.1)
    answers = iter([None, None, True])
    wait_for(lambda: next(answers), "服务就绪", lambda: 1)
    assert "正在等待：服务就绪" in capsys.readouterr().err


def test_work_of_a_process_and_its_children_is_a_sign_of_life():
    burn = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass\ninput()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:

        def has_worked():
            assert process.poll() is None
            return time_used(process.pid) >= 10

        until(has_worked)
        process.stdin.close()


def test_who_has_died_is_told_at_once_with_its_last_lines(tmp_path):
    scene = Scene(tmp_path, tmp_path / "links.toml", "http://127.0.0.1:1", (), {})
    (tmp_path / "serve.log").write_text("first\n" * 50 + "the reason\n")
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        process.wait()
    scene.processes["serve"] = process
    with pytest.raises(NotReadyError, match=r"服务已退出（3）(.|\n)*the reason"):
        wait_for(lambda: None, "服务就绪", scene.signs)


def test_the_end_of_a_log_is_short_and_there_may_be_none(tmp_path):
    (tmp_path / "a.log").write_text("".join(f"{n}\n" for n in range(5000)))
    assert last_lines(tmp_path / "a.log", 2) == "4998\n4999"
    assert last_lines(tmp_path / "none.log") == ""


def test_a_port_is_kept_from_whoever_starts_at_the_same_time():
    port = free_port()
    with Reserved() as one, Reserved() as other:
        assert one.take([port]) is None
        assert other.take([free_port(), port]) == port
        assert other.free() != port
    with Reserved() as later:
        assert later.take([port]) is None


def test_a_port_somebody_listens_on_is_taken_and_those_before_it_are_not_kept():
    before = free_port()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert "in use" in why_not(port)
        with Reserved() as reserved, Reserved() as other:
            assert reserved.take([before, port]) == port
            assert other.take([before]) is None
    assert why_not(port) == ""


def test_free_ports_are_none_the_kernel_gives_to_whoever_names_none():
    given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0]
    assert int(given) >= FREE_PORTS.stop, "the machine's own setting"
    with Reserved() as reserved:
        first = reserved.free(7)
        assert {first, first + 6} <= set(FREE_PORTS)
        assert not any(map(why_not, range(first, first + 7)))
        with Reserved() as other:
            assert other.take([first + 6]) == first + 6


def test_what_needs_a_taken_port_ends_with_two_and_names_port_and_setting(home):
    # The next ones, which a hall takes too, are free.
    with socket.create_server(("127.0.0.1", free_port(10))) as server:
        port = str(server.getsockname()[1])
        serve = kaiban_apart(home, "serve", KAIBAN_PORT=port)
        demo = kaiban(home, "demo", KAIBAN_PORT=port)
        hall = kaiban(home, "demo", KAIBAN_STUBS_PORT=port)
        stubs = kaiban(home, "stubs", "up", "--port", port)
        stubs_too = kaiban(home, "stubs", "up", KAIBAN_STUBS_PORT=port)
    for run, setting in (
        (serve, "KAIBAN_PORT"), (demo, "KAIBAN_PORT"), (hall, "KAIBAN_STUBS_PORT"),
        (stubs, "--port"), (stubs_too, "--port"),
    ):  # fmt: skip
        assert run.returncode == 2, run.stderr
        assert port in run.stderr
        assert setting in run.stderr
        assert "Traceback" not in run.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "x", "65533"])
def test_ports_there_are_not_end_with_two(home, port):
    run = kaiban(home, "stubs", "up", "--port", port)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
