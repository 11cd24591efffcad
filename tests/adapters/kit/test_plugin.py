"""``pytest --kaiban-adapter=NAME`` in a process of its own."""

import subprocess
import sys

from tests.agreements.repository import ROOT


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip


def test_each_check_is_a_test_of_the_adapter_that_was_named():
    done = run("--kaiban-adapter=bank", "-k", "B01 or S02 or S21")
    assert "2 passed, 1 skipped" in done.stdout, done.stdout + done.stderr


def test_a_check_that_fails_is_a_test_that_fails():
    broken = "adapters.kit.mutants.preparing:NobodyOwnsIt"
    done = run(f"--kaiban-adapter={broken}", "-k", "B01")
    assert done.returncode == 1
    assert "the manifest has no owner" in done.stdout
