"""bin/system-packages beside programs of our own in place of the machine's installer."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BIN = Path(__file__).parents[2] / "bin"
NEEDED = ("sh", "dirname", "find", "grep")
Run = Callable[[], subprocess.CompletedProcess[str]]


def program(directory: Path, name: str, *lines: str) -> None:
    path = directory / name
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine that has Python and little else, and asks for one package it lacks."""
    for name in NEEDED:
        (tmp_path / name).symlink_to(shutil.which(name))
    program(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    shutil.copy(BIN / "system-packages", tmp_path)
    shutil.copy(BIN / "find-python", tmp_path)
    sets = {"runtime": "tool command:kaiban-tool why\nsh command:sh why", "test": ""}
    for name, lines in sets.items():
        (tmp_path / f"packages-{name}.txt").write_text(f"# head\n\n{lines}\n")
    return tmp_path


@pytest.fixture
def run(machine: Path) -> Run:
    return lambda: subprocess.run(
        [machine / "system-packages", "runtime", "test"],
        env={"PATH": str(machine), "CALLS": str(machine / "calls")},
        check=False,
        capture_output=True,
        text=True,
    )


def installer(machine: Path, *lines: str) -> None:
    program(machine, "apt-get", 'echo "$@" >>"$CALLS"', *lines)


def calls(machine: Path) -> list[str]:
    recorded = machine / "calls"
    return recorded.read_text().splitlines() if recorded.exists() else []


INSTALL = "install -y --no-install-recommends tool"


def test_a_machine_that_has_everything_is_left_alone(machine, run):
    program(machine, "kaiban-tool")
    result = run()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_root_installs_what_is_missing_and_nothing_else(machine, run):
    installer(machine)
    program(machine, "id", "echo 0")
    assert run().returncode == 0
    assert calls(machine) == [f"-q {INSTALL}"]


def test_old_package_lists_are_refreshed_once(machine, run):
    installer(machine, 'grep -q update "$CALLS"')
    program(machine, "id", "echo 0")
    assert run().returncode == 0
    assert calls(machine) == [f"-q {INSTALL}", "-q update", f"-q {INSTALL}"]


def test_a_package_that_cannot_be_installed_stops_the_set_up(machine, run):
    installer(machine, "exit 100")
    program(machine, "id", "echo 0")
    assert run().returncode == 100


def test_an_ordinary_user_with_sudo_installs_through_it(machine, run):
    installer(machine)
    program(machine, "id", "echo 1000")
    # What it is asked: first `-n true`, then `-n VARIABLE=value command ...`.
    program(machine, "sudo", "shift", '[ "$1" = true ] || { shift; exec "$@"; }')
    assert run().returncode == 0
    assert calls(machine) == [f"-q {INSTALL}"]


def test_an_ordinary_user_is_told_one_line_and_nothing_is_touched(machine, run):
    installer(machine)
    program(machine, "id", "echo 1000")
    result = run()
    assert result.returncode == 2
    assert [line for line in result.stderr.splitlines() if "apt-get" in line] == [
        f"sudo apt-get {INSTALL}"
    ]
    assert calls(machine) == []


def test_a_system_without_apt_is_told_what_is_needed(run):
    result = run()
    assert result.returncode == 2
    assert result.stderr.endswith(": tool\n")


def test_a_misspelt_probe_is_an_error_not_a_missing_package(machine, run):
    installer(machine)
    (machine / "packages-test.txt").write_text("tool libary:x why\n")
    result = run()
    assert result.returncode == 2
    assert "no such probe: libary:x" in result.stderr


@pytest.mark.parametrize("name", ["runtime", "test"])
def test_every_package_states_its_probe_and_its_reason(name):
    lines = (BIN / f"packages-{name}.txt").read_text().splitlines()
    entries = [line.split(maxsplit=2) for line in lines if not line.startswith("#")]
    assert entries
    assert [entry for entry in entries if len(entry) != 3] == []
