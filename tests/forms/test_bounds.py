"""Numbers and days have an end: beyond it an error where a rule says so, else something to confirm."""

import pytest

from forms.fields import Day, Money, Month, Rows, Whole
from forms.opening import check
from forms.sample import person, sample
from forms.sections import SECTIONS
from forms.structure.paths import inner_schema, questions
from forms.values import checks


def _bounded(schema, pointer):
    for key, field in questions(schema).items():
        inner, place = inner_schema(field), f"{pointer}/{key}"
        if field.metadata["derived"]:
            continue
        if inner is not None:
            yield from _bounded(inner, f"{place}/0" if isinstance(field, Rows) else place)
        elif isinstance(field, Whole | Money | Day):
            yield place, field


BOUNDED = dict(
    each for name, schema in SECTIONS.items() for each in _bounded(schema(), f"/{name}")
)


def _far(field):
    if isinstance(field, Month):
        return "0001-01", "9999-12"
    if isinstance(field, Day):
        return "0001-01-01", "9999-12-31"
    return (-1, 10**9 - 1)


def _whole_sample(pointer):
    """The sample with a place to put the answer in: a group that is left out is somebody, or nothing much."""
    form = sample()
    place, path = form, pointer.split("/")[1:-1]
    for part in path:
        key = int(part) if part.isdecimal() else part
        if isinstance(place, dict) and key not in place:
            place[key] = person(7) if key in {"clerk", "buyer", "tax_agent"} else {}
        place = place[key]
    return form, place, pointer.rpartition("/")[2]


@pytest.mark.parametrize("pointer", BOUNDED)
@pytest.mark.parametrize("end", [0, 1])
def test_every_number_and_day_has_an_end_on_both_sides(today, pointer, end):
    form, place, key = _whole_sample(pointer)
    place[key] = _far(BOUNDED[pointer])[end]
    if key == "birth_date":  # asked only with documents that do not tell it
        place["cert"] = {"type": "passport", "no": "E1234567"}
    told = [each.pointer for each in check(form, today=today).defects]
    around = pointer.rpartition("/")[0].rpartition("/")[0]  # as a sum of subscriptions is told
    assert {pointer, around} & set(told)


STRANGE = [
    ("/company/capital/amount", 10**8, "number.strange"),  # a trillion yuan
    ("/company/term", "2028-01-01", "term.before_due"),
    ("/company/term", "2126-01-01", "date.strange"),
    ("/staff/members/0/monthly_wage", 1, "number.strange"),
    ("/staff/members/0/cert/no", "990102195003072994", "staff.old"),
    ("/staff/members/0/cert/no", "990102196409072996", "staff.old"),
    ("/staff/members/0/cert/no", "990102197001072989", "staff.old"),
    ("/people/legal_rep/cert/no", "990102189003072990", "person.old"),
    ("/premises/lease/from", "2028-01-01", "date.strange"),
    ("/people/proxy/valid_until", "2040-01-01", "date.strange"),
]


def _with(form, pointer, value):
    *path, key = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
    place = form
    for part in path:
        place = place[part]
    place[key] = value
    return form


def _born(number):
    return number[:17] + checks.id_card_check(number[:17])


@pytest.mark.parametrize(("pointer", "value", "code"), STRANGE)
def test_what_is_only_strange_may_stand_once_it_is_confirmed(today, pointer, value, code):
    value = _born(value) if pointer.endswith("/no") else value
    form = _with(sample(), pointer, value)
    found = {(each.pointer, each.code): each for each in check(form, today=today).defects}
    strange = found[pointer, code]
    assert strange.confirm
    again = check({**form, "confirm": [strange.confirm]}, today=today)
    assert (pointer, code) not in {(each.pointer, each.code) for each in again.defects}
    assert again.form["confirm"] == [strange.confirm]


def test_a_confirmation_is_for_one_value_only(today):
    form = _with(sample(), "/staff/members/0/monthly_wage", 1)
    (strange,) = check(form, today=today).defects
    form = _with({**form, "confirm": [strange.confirm]}, "/staff/members/0/monthly_wage", 2)
    (other,) = check(form, today=today).defects
    assert other.confirm not in ("", strange.confirm)


def test_what_is_wrong_cannot_be_confirmed_away(today):
    form = {**_with(sample(), "/people/proxy/valid_until", "2020-06-30"), "confirm": [""]}
    (wrong,) = check(form, today=today).defects
    assert (wrong.code, wrong.confirm) == ("proxy.expired", "")


def test_everything_strange_and_everything_wrong_is_told_at_once(today):
    form = _with(sample(), "/staff/members/0/monthly_wage", 1)
    form = _with(form, "/people/proxy/valid_until", "2020-06-30")
    codes = {each.code for each in check(form, today=today).defects}
    assert codes == {"number.strange", "proxy.expired"}


@pytest.mark.parametrize("words", ["yes", [1], {"a": 1}, ["x"] * 201])
def test_confirming_takes_a_list_of_words(today, words):
    (wrong,) = check({**sample(), "confirm": words}, today=today).defects
    assert (wrong.pointer, wrong.code) == ("/confirm", "confirm.words")


def test_a_sample_confirms_nothing(today):
    assert "confirm" not in check(sample(), today=today).form
