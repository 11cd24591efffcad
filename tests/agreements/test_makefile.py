"""`make help` tells of every target."""

import re
import subprocess

from tests.agreements.repository import ROOT, text

TARGET = re.compile(r"^([\w-]+):(?!=)(.*)$", re.MULTILINE)
PROMISED = {"run", "demo", "test", "bench", "faults", "lock", "format", "clean", "help"}


def unexplained_targets(makefile: str) -> list[str]:
    """Return the targets without a help text, and those that are not declared phony."""
    return [
        target
        for target, rest in TARGET.findall(makefile)
        if not re.search(r"## \w", rest) or f".PHONY: {target}\n" not in makefile
    ]


def test_every_target_is_explained_and_phony():
    makefile = text("Makefile")
    assert {target for target, _ in TARGET.findall(makefile)} >= PROMISED
    assert unexplained_targets(makefile) == []


def test_make_help_lists_every_target():
    command = ["make", "--no-print-directory", "help"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    targets = {target for target, _ in TARGET.findall(text("Makefile"))}
    assert targets == set(re.findall(r"^  ([\w-]+)  ", listing, re.MULTILINE))


def test_a_target_without_help_is_found():
    assert unexplained_targets(".PHONY: ship\nship: setup\n\techo\n") == ["ship"]


def test_a_target_that_a_file_could_hide_is_found():
    assert unexplained_targets("ship: setup ## send it\n\techo\n") == ["ship"]
