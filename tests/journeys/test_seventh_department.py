"""The test of the house: a department Kaiban has never heard of joins by being installed.

Its package lies in ``seventh/``. Nothing of Kaiban is changed for it, so nothing is patched here.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAME = "medical_insurance"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of a machine on which the package is installed."""
    target = tmp_path_factory.mktemp("seventh")
    source = shutil.copytree(HERE / "seventh", target / "source")  # a build leaves files behind
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--disable-pip-version-check", "--target", target / "site", source],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return {**kept, "PYTHONPATH": f"{target / 'site'}:{ROOT}", "KAIBAN_VAR": str(target / "var")}


def _said(environ, *arguments):
    run = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environ, cwd=ROOT, check=True, capture_output=True, text=True, timeout=250,
    )  # fmt: skip
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def seen(installed):
    """One case in the city of seven departments, as outsiders see it."""
    return _said(installed, "tests.journeys.seven")


def test_the_command_line_knows_it_and_what_it_reads(installed):
    assert NAME in {
        each["link"] for each in _said(installed, "kaiban.cli", "adapter", "list", "--json")
    }
    needs = _said(installed, "kaiban.cli", "adapter", "needs", "--json")
    assert needs[f"{NAME}.scheme"] == [NAME]
    assert NAME in needs["company.name.full"]


def test_the_service_shows_it_last_with_its_steps_and_its_section_of_the_form(seen):
    assert [each["name"] for each in seen["departments"]][-1] == NAME
    assert len(seen["departments"]) == 7
    assert seen["departments"][-1]["title"] == "医保登记"
    assert seen["departments"][-1]["steps"][0]["requires"] == ["credit_code"]
    assert NAME in seen["sections"]


def test_a_form_without_its_section_is_sent_back_naming_the_link(seen):
    assert [(each["pointer"], each["link"]) for each in seen["lacking"]] == [
        (f"/{NAME}/scheme", NAME)
    ]


def test_its_stub_is_found_by_the_hall_and_its_link_is_done_after_the_registration(seen):
    assert NAME in seen["hall"]
    assert (seen["at_first"]["title"], seen["at_first"]["status"]) == ("医保登记", "waiting")
    (link,) = [each for each in seen["case"]["links"] if each["name"] == NAME]
    assert (seen["case"]["status"], link["status"]) == ("completed", "done")
    assert link["receipt"].startswith("MI")
    assert seen["commits"] == [[NAME, "main"], ["registration", "main"]]


def test_the_package_and_the_hours_count_it_in(seen):
    (link,) = [each for each in seen["package"]["links"] if each["name"] == NAME]
    assert link["result"] == {"unit_no": link["receipt"], "scheme": "职工医保"}
    assert seen["package"]["complete"] is True
    assert sum(seen["case"]["ledger"].values()) == seen["case"]["elapsed"]["wall_minutes"]


def test_the_sample_form_answers_its_questions_by_their_examples(installed):
    assert _said(installed, "kaiban.cli", "form", "sample")[NAME] == {"scheme": "职工医保"}
