"""The pages cover the form: every question on exactly one page."""

from collections import Counter

from marshmallow import Schema

from forms.fields import Text
from forms.sections import ALWAYS, SECTIONS
from forms.structure.pages import GROUPS, PAGES, pages
from forms.structure.paths import Catalogue, path_exists


class Health(Schema):
    title = "医保登记"

    contact = Text("联系人")


def test_every_place_of_a_page_exists() -> None:
    assert [path for page in PAGES for path in page.paths if not path_exists(path)] == []


def test_every_question_is_on_exactly_one_page() -> None:
    questions = [path for path in Catalogue().places if len(path) > 1]
    counted = Counter(
        ".".join(path)
        for path in questions
        for page in PAGES
        for place in page.paths
        if (".".join(path) + ".").startswith(place + ".")
    )
    groups = {
        ".".join(p[:n])
        for page in PAGES
        for q in page.paths
        for p in [q.split(".")]
        for n in range(len(p))
    }
    missing = [".".join(q) for q in questions if counted[".".join(q)] != 1]
    assert [one for one in missing if one not in groups] == []


def test_names_are_unique_and_groups_known() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert {page.group for page in PAGES} == set(GROUPS)


def test_a_left_out_link_takes_its_pages_along() -> None:
    names = {page.name for page in pages(wanted=["seal"])}
    assert "seal" in names
    assert "bank" not in names
    assert {page.name for page in pages(wanted=[])} == {
        page.name for page in PAGES if page.sections <= ALWAYS
    }


def test_another_departments_section_gets_its_own_page() -> None:
    found = pages({**SECTIONS, "health": Health})
    joined = next(page for page in found if page.name == "health")
    assert joined.title == "医保登记"
    assert [page.group for page in found] == sorted(
        (page.group for page in found), key=GROUPS.index
    )


def test_a_page_holds_what_is_inside_and_around_its_places() -> None:
    holders = next(page for page in PAGES if page.name == "holders")
    assert holders.holds("/people/holders/0/cert/no")
    assert holders.holds("/company/capital")
    assert not holders.holds("/people/holders_of_nothing")
    assert not holders.holds("/people/legal_rep/name")
