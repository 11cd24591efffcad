"""Checks, their pages and their planted faults agree."""

import re
from collections import Counter
from importlib.metadata import entry_points

from adapters.kit.checks import CHECKS
from adapters.kit.mutants import MUTANTS
from adapters.kit.reporting.quality import exemptions_of
from tests.agreements.repository import ROOT

PAGES = ROOT / "docs" / "checks"
IDS = {check.id for check in CHECKS}


def test_every_check_has_an_id_of_its_own_and_a_level_that_fits_it():
    assert [name for name, n in Counter(check.id for check in CHECKS).items() if n > 1] == []
    for check in CHECKS:
        assert re.fullmatch(r"[BSG]\d\d", check.id)
        assert check.level[0].upper() == check.id[0]


def test_every_check_has_its_page_and_every_page_its_check():
    assert {page.stem for page in PAGES.glob("*.md")} == IDS


def test_every_page_has_the_title_of_its_check_and_says_how_to_mend_it():
    for check in CHECKS:
        page = (PAGES / f"{check.id}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {check.id}: {check.title}\n")
        assert all(
            part in page for part in ("**Why.**", "**How it fails.**", "**How to mend it.**")
        )


def test_every_check_has_a_planted_fault_to_catch():
    assert IDS - {name for mutant in MUTANTS for name in mutant.caught_by} == set()


def test_planted_faults_have_names_of_their_own_and_there_are_many():
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= 40


def test_every_departments_quality_file_can_be_read():
    read = [exemptions_of(point.load()) for point in entry_points(group="kaiban.adapters")]
    assert len(read) >= 6, "an exemption nobody gives a reason for raises"
