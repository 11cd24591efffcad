"""Commands on a disk that takes nothing: it is told what to do about it, and all is well when there is room again."""

import os
import subprocess
import sys

from kaiban.app import SENTENCES


def doctor(home, *before):
    """Run it as its own process, after ``before``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return subprocess.run(
        [*before, sys.executable, "-m", "kaiban.cli", "doctor"], env={**kept, "KAIBAN_VAR": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_doctor_names_a_disk_that_is_full_and_is_content_when_there_is_room_again(home):
    # No file may grow beyond nothing: as if its disk were full.
    full = doctor(home, "prlimit", "--fsize=0:unlimited")
    assert full.returncode == 1, full.stdout
    for part in ("database", "disk"):
        assert f"✗ {SENTENCES[part]}" in full.stdout
    assert "tax: answers" in full.stdout, "whatever else can be looked at is"
    assert "Traceback" not in full.stderr
    assert doctor(home).returncode == 0
