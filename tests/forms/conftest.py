"""A valid form, changed at pointers."""

import copy
from datetime import date

import pytest

from forms.opening import check
from forms.sample import SAMPLE_DAY, sample

GONE = object()


def _set(form, pointer, value):
    *path, last = [int(p) if p.isdecimal() else p for p in pointer.split("/")[1:]]
    place = form
    for part in path:
        place = place[part]
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value


def change(changes, seed=7):
    """Return the sample form with these values at these pointers; GONE removes one."""
    form = sample(seed)
    for pointer, value in changes.items():
        _set(form, pointer, copy.deepcopy(value) if value is not GONE else GONE)
    return form


@pytest.fixture
def today() -> date:
    return SAMPLE_DAY


@pytest.fixture
def gone():
    """Stand for a value to be removed."""
    return GONE


@pytest.fixture
def changed():
    """Return a function: {pointer: value or gone} -> the sample form so changed."""
    return change


@pytest.fixture
def defects_of(changed, today):
    """Return a function: changes -> [(pointer, code)] of the sample form so changed."""

    def found(changes, **how):
        result = check(changed(changes), today=today, **how)
        return [(d.pointer, d.code) for d in result.defects]

    return found
