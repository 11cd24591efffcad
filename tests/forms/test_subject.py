"""What makes two forms the same application."""

import pytest

from forms.sample import sample
from forms.subject import subject_of


def changed(change):
    form = sample()
    change(form)
    return form


def _phone(form):
    form["company"]["contact_phone"] = "0999-8800002"


def _premises(form):
    form["premises"]["detail"] = "和平路 9 号"


def _order(form):
    form["people"]["holders"].reverse()


def _name(form):
    form["company"]["name"]["trade_name"] = "青禾岫"


def _holder(form):
    form["people"]["holders"][0]["cert"]["no"] = sample(8)["people"]["holders"][0]["cert"]["no"]


@pytest.mark.parametrize("change", [_phone, _premises, _order])
def test_the_same_name_and_holders_are_the_same_whatever_else_is_said(change):
    assert subject_of(changed(change)) == subject_of(sample())


@pytest.mark.parametrize("change", [_name, _holder])
def test_another_name_or_another_holder_is_another(change):
    assert subject_of(changed(change)) != subject_of(sample())


@pytest.mark.parametrize("form", [{}, {"company": {"name": {}}}, {**sample(), "people": {}}])
def test_a_form_that_does_not_say_is_about_nothing(form):
    assert subject_of(form) == ""
