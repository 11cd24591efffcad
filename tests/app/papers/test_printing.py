"""Certificate packages printed in children: the same bytes, and no layout in this process."""

import subprocess
import sys
from pathlib import Path

import pytest

from kaiban.app.papers.printing import ChildPrinting, printers
from kaiban.processes.pool import JobFailed
from tests.documents import samples
from tests.documents.samples import NOW

ROOT = Path(__file__).parents[3]
#: A whole city with its service in one process, which makes one package and says what it has of the layout.
MAKING = """
import sys, tempfile
from pathlib import Path
from kaiban.app import set_up_log
from tests.journeys.city import playing
set_up_log("json")  # to stderr
with tempfile.TemporaryDirectory() as folder:
    with playing(Path(folder), f"sqlite:///{folder}/kaiban.db", pace=20, prints=True) as city:
        no = city.submit(city.form(), "registration")
        city.follow(no)
        print(city.package(no, "pdf")[:5], len(city.kaiban.printers.pids), "weasyprint" in sys.modules)
"""


def packages(pool):
    return samples.packages(printing=ChildPrinting(pool))


def test_a_package_printed_in_a_child_is_the_package_printed_here():
    case = samples.whole_case()
    pool = printers()
    assert packages(pool).make(case, 1, NOW) == samples.packages().make(case, 1, NOW)
    assert len(pool.pids) == 1


def test_a_service_that_makes_packages_has_no_layout_in_its_own_process():
    made = subprocess.run(
        [sys.executable, "-c", MAKING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.stdout == "b'%PDF-' 1 False\n", made.stderr


def test_a_package_of_five_hundred_employees_is_made_within_the_limits():
    case = samples.whole_case()
    case.link("social_insurance").result["people"] = samples.staff(500)
    assert packages(printers()).make(case, 1, NOW).pdf


def test_what_goes_wrong_in_the_child_is_told_without_what_stood_there():
    page = "<!doctype html><title>t</title><img alt='x' src='kb:nothing.png'>"
    with pytest.raises(JobFailed, match="PrintError"):
        ChildPrinting(printers())(page, {}, b"{}", NOW)
