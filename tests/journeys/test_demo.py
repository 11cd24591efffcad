"""The demonstration as anybody starts it: its own processes, its own clock, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _kaiban(var, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "kaiban.cli", *map(str, arguments)],
        env={**kept, "KAIBAN_VAR": str(var)},
        capture_output=True, text=True, timeout=280, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


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


@pytest.mark.timeout(600)  # a minute at most on a machine with nothing else to do
def test_the_demonstration_opens_a_company_whose_package_anybody_can_check(tmp_path):
    var = tmp_path / "var"
    demo = _kaiban(var, "demo", "--once", "--speed", "600")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "在承诺时限内" in demo.stdout
    assert _processes_of(var) == []
    assert [each.name for each in var.iterdir()] == ["packages"]

    made = {file.suffix: file for file in (var / "packages").iterdir()}
    assert set(made) == {".pdf", ".zip", ".json"}
    checked = _kaiban(var, "verify", made[".zip"])
    assert checked.returncode == 0, checked.stdout
    content = bytearray(made[".zip"].read_bytes())
    content[len(content) // 2] ^= 1
    made[".zip"].write_bytes(content)
    assert _kaiban(var, "verify", made[".zip"]).returncode == 1
