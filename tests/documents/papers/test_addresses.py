"""Every paper that prints the seat prints its region exactly once."""

from pathlib import Path

import pytest

import kaiban
from forms.opening import check
from forms.sample import SAMPLE_DAY, sample
from forms.values.addresses import completed
from kaiban.documents.papers.answers import Answers

PAPERS = sorted((Path(kaiban.__file__).parent / "templates" / "papers").glob("*.html"))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda each: each.stem)
def test_no_paper_puts_the_address_together_by_itself(paper):
    text = paper.read_text("utf-8")
    assert "premises.detail" not in text
    assert "premises.region_code" not in text


def test_papers_and_departments_are_told_the_same_address():
    form = check(sample(), today=SAMPLE_DAY).form
    told = completed(form)
    address = Answers(told).text("premises.full")
    assert address.startswith("示范市")
    assert address.count("示范市") == 1
