"""The lock files hold what setup.cfg and pyproject.toml ask for, by hash."""

import re
import tomllib
from configparser import ConfigParser

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.agreements.repository import text

LOCKS = [
    "requirements-build.txt",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-peers.txt",
]
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)
HASHED_PIN = re.compile(PIN.pattern + r"[^\n\\]*\\\n\s+--hash=sha256:", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package in a lock file."""
    return {canonicalize_name(name): version for name, version in PIN.findall(lock)}


def unmet(requirements: list[str], lock: str) -> list[str]:
    """Return the requirements a lock file does not hold, or holds in a version they exclude."""
    wanted = [Requirement(line) for line in requirements]
    pinned = pins(lock)
    return [
        str(need)
        for need in wanted
        if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))
        or canonicalize_name(need.name) not in pinned
    ]


def unhashed(lock: str) -> list[str]:
    """Return the lines that start a requirement and are not a pin with a hash."""
    starts = re.findall(r"^[^\s#].*$", lock, re.MULTILINE)
    return starts[len(HASHED_PIN.findall(lock)) :]


def setup_cfg_list(section: str, option: str) -> list[str]:
    setup_cfg = ConfigParser(interpolation=None)
    setup_cfg.read_string(text("setup.cfg"))
    return setup_cfg[section][option].split()


def test_the_runtime_lock_meets_install_requires():
    needed = setup_cfg_list("options", "install_requires")
    assert "flask>=3.1" in needed
    assert unmet(needed, text("requirements.txt")) == []


def test_the_development_lock_meets_the_dev_extra():
    needed = setup_cfg_list("options.extras_require", "dev")
    assert unmet(needed, text("requirements-dev.txt")) == []


def test_the_peers_lock_meets_their_extra_and_agrees_with_the_others():
    needed = setup_cfg_list("options.extras_require", "peers")
    assert unmet(needed, text("requirements-peers.txt")) == []
    ours, theirs = pins(text("requirements-dev.txt")), pins(text("requirements-peers.txt"))
    assert {name: ours[name] for name in ours.keys() & theirs.keys()}.items() <= theirs.items()


def test_the_build_lock_meets_the_build_system():
    needed = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    assert unmet(needed, text("requirements-build.txt")) == []


def test_tests_run_with_the_versions_that_run():
    runtime, development = pins(text("requirements.txt")), pins(text("requirements-dev.txt"))
    assert runtime.items() <= development.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    assert pins(text(lock))
    assert unhashed(text(lock)) == []


@pytest.mark.parametrize("lock", ["", "flask==3.0 \\\n    --hash=sha256:00\n", "flask-babel==4"])
def test_a_missing_or_old_package_is_found(lock):
    assert unmet(["Flask>=3.1"], lock) == ["Flask>=3.1"]


@pytest.mark.parametrize(
    "line", ["flask==3.1", "flask", "--index", "flask==3.1 # a --hash=sha256:"]
)
def test_a_line_without_a_hash_is_found(line):
    assert unhashed(f"click==8.1 \\\n    --hash=sha256:00\n{line}\n") == [line]
