"""From a case file alone an outsider works out the same hours, to the minute."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kaiban.documents.case_file import hours as program
from tests.documents.case_file.stories import mismatches

TOLD = {
    "hall": "main", "order": ["registration"], "from": "2026-03-04T11:30:00+08:00", "until": "2026-03-04T13:40:00+08:00",
    "clock": {"halls": {"main": {"2026-03-04": ["09:00-12:00", "13:30-17:30"]}}},
    "said": {"wall": 130, "closed": 90, "paused": 0, "working": 40, "parts": {"closed": 90, "department:registration": 20, "platform": 20}},
}  # fmt: skip
EVENTS = [
    {"kind": "step", "at": "2026-03-04T03:40:30+00:00", "link": "registration", "step": "main", "after": "submitted"},
    {"kind": "step", "at": "2026-03-04T05:30:59+00:00", "link": "registration", "step": "main", "after": "done"},
]  # fmt: skip


def test_generated_cases_come_out_the_same_to_the_minute():
    wrong, seen = mismatches(200, seed=20261201)
    assert wrong == []
    assert min(seen.values()) >= 20, seen


def test_a_program_that_counts_otherwise_is_caught():
    def careless(events, told):
        return program.hours([each for each in events if each["kind"] != "case"], told)

    assert mismatches(60, seed=1, recount=careless)[0]


def test_minutes_are_given_by_the_last_state_in_them():
    assert program.hours(EVENTS, TOLD) == TOLD["said"]


def test_it_is_a_program_of_at_most_a_hundred_lines():
    assert len(Path(program.__file__).read_text("utf-8").splitlines()) <= 100


@pytest.mark.parametrize(
    ("change", "code", "said"), [(0, 0, "✓"), (1, 1, "✗"), (None, 2, "CASE-FILE")]
)
def test_it_runs_without_anything_installed_and_says_what_came_out(tmp_path, change, code, said):
    file = tmp_path / "file.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr("events.json", json.dumps(EVENTS))
        if change is not None:
            said_there = {**TOLD["said"], "working": 40 + change}
            bundle.writestr("hours.json", json.dumps({**TOLD, "said": said_there}))
    run = subprocess.run(
        [sys.executable, "-I", "-S", program.__file__, file], capture_output=True, text=True, check=False, encoding="utf-8"
    )  # fmt: skip
    assert (run.returncode, said in run.stdout + run.stderr) == (code, True)
