"""The demonstration as anybody starts it: its own processes, its own clock, nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.waiting import until


def _kaiban(var, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "kaiban.cli", *map(str, arguments)],
        env={**kept, "KAIBAN_VAR": str(var)},
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def _begun(var, log):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    with log.open("wb") as out:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "kaiban.cli", "demo"],
            env={**kept, "KAIBAN_VAR": str(var)},
            stdout=out, stderr=out, stdin=subprocess.DEVNULL,
        )  # fmt: skip


def _greeted(demo, log):
    """Return the addresses the demonstration tells when it is there, however long that takes."""

    def is_there():
        assert demo.poll() is None, log.read_text()
        return "按 Ctrl-C 结束" in log.read_text()

    until(is_there, 3600)
    text = log.read_text()
    return [re.search(name + r"\s+(http://\S+?)/? ", text)[1] for name in ("网页", "模拟部门")]


def _processes_of(var):
    """Return the command lines of live processes that were told to keep their things there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            alive = "\nState:\tZ" not in (process / "status").read_text()
        except OSError:
            continue  # it has ended meanwhile, or is not ours to look into
        if str(var).encode() in told and alive:
            found.append((process / "cmdline").read_bytes())
    return found


@pytest.mark.timeout(3600)  # a minute at most on a machine with nothing else to do
def test_the_demonstration_opens_a_company_whose_package_anybody_can_check(tmp_path):
    var = tmp_path / "var"
    demo = _kaiban(var, "demo", "--once", "--speed", "600")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    # Of a machine too busy for five hours in half a minute it is said that they were not kept.
    assert re.search("(在|超过)承诺时限", demo.stdout)
    assert _processes_of(var) == []
    assert [each.name for each in var.iterdir()] == ["packages"]

    made = {file.suffix: file for file in (var / "packages").iterdir()}
    assert set(made) == {".pdf", ".zip", ".json"}
    checked = _kaiban(var, "verify", "--json", made[".zip"])
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["level"] == "B-T", "by the hall's authority of time"
    content = bytearray(made[".zip"].read_bytes())
    content[len(content) // 2] ^= 1
    made[".zip"].write_bytes(content)
    assert _kaiban(var, "verify", made[".zip"]).returncode == 1


@pytest.mark.timeout(3600)  # half a minute on a machine with nothing else to do
def test_two_demonstrations_run_side_by_side_and_leave_nothing_behind(tmp_path):
    homes = [tmp_path / "one", tmp_path / "two"]
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    demos = [_begun(*each) for each in zip(homes, logs, strict=True)]
    addresses = [_greeted(*each) for each in zip(demos, logs, strict=True)]
    assert len({address for each in addresses for address in each}) == 4
    with requests.Session() as http:
        http.trust_env = False
        for page, hall in addresses:
            assert http.get(f"{page}/readyz", timeout=250).ok
            assert len(http.get(f"{hall}/hall", timeout=250).json()["stubs"]) == 6
    third = _kaiban(homes[0], "demo")
    assert (third.returncode, "KAIBAN_VAR" in third.stderr) == (1, True)
    for demo in demos:
        demo.send_signal(signal.SIGINT)
    assert [demo.wait() for demo in demos] == [0, 0]
    assert [_processes_of(home) for home in homes] == [[], []]


@pytest.mark.timeout(3600)
def test_a_part_of_the_demonstration_that_dies_ends_it_at_once_and_is_told(tmp_path):
    home, log = tmp_path / "home", tmp_path / "demo.log"
    demo = _begun(home, log)
    _greeted(demo, log)
    stubs = next(
        int(folder.name)
        for folder in Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
        for folder in [Path("/proc") / folder]
        if b"stubs" in (folder / "cmdline").read_bytes()
    )
    os.kill(stubs, signal.SIGKILL)
    assert demo.wait() == 1
    assert "模拟部门已退出（-9）" in log.read_text()
    assert _processes_of(home) == []
