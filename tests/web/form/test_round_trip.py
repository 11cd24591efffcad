"""What a page shows and a browser sends back untouched is what was there before."""

import pytest

import forms.opening
from forms.sample import SAMPLE_DAY, handmade, names, sample
from forms.sections import SECTIONS
from forms.structure.pages import PAGES, Page
from kaiban.web.form.answers import Reading, put, taken
from kaiban.web.form.persons import known_persons
from kaiban.web.form.sheet import Sheet
from tests.web.posting import posted

SAMPLES = {"usual": sample(), **{name: handmade(name) for name in names()}}


def through(entry, page: Page):
    sheet = Sheet(SECTIONS, entry, known=known_persons(SECTIONS, entry))
    answers = Reading(SECTIONS, entry).page(page, posted(sheet.questions(page)))
    return put(entry, answers)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_sent_back_untouched_changes_no_answer(name, page):
    entry = SAMPLES[name]
    again = through(entry, page)
    assert forms.opening.check(again, today=SAMPLE_DAY) == forms.opening.check(
        entry, today=SAMPLE_DAY
    )
    assert taken(through(again, page), page) == taken(again, page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_blank_page_sent_back_is_asked_for_again(page):
    """Usual answers are filled in; what nobody answered stays missing and is not called wrong."""
    first = [d for d in forms.opening.check({}, today=SAMPLE_DAY).defects if page.holds(d.pointer)]
    blank = forms.opening.check(through({}, page), today=SAMPLE_DAY).defects
    left = [d for d in blank if page.holds(d.pointer)]
    assert bool(left) == bool(first)
    assert {d.code for d in left} <= {"required", "consent.needed", "owners.needed"}
