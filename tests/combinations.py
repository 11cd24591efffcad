"""Which combinations `make test` runs: every value of every axis in one of them; the rest is `wide` (make test-wide)."""

from itertools import product

import pytest

#: The kinds of databases, as the fixture `database_url` names them.
DATABASES = ("sqlite", "postgresql")


def each_value_once(*axes):
    """Return every combination of the axes as parameters of a test; those beyond one for every value are marked `wide`.

    Axes are sequences of values; a value that is a tuple brings several parameters.
    """
    longest = max(len(axis) for axis in axes)
    narrow = {tuple(number % len(axis) for axis in axes) for number in range(longest)}
    return [
        pytest.param(*_values(axes, at), marks=() if at in narrow else pytest.mark.wide)
        for at in product(*(range(len(axis)) for axis in axes))
    ]


def every_second(rows, columns):
    """Return parameters (row, some of the columns): with every second pair, and those with the other ones `wide`.

    For what is dear to come to once and may be looked at in several ways then. Every row and every column stands in both halves,
    if there are two of each.
    """
    return [
        pytest.param(row, some, marks=marks)
        for half, marks in ((0, ()), (1, pytest.mark.wide))
        for number, row in enumerate(rows)
        if (some := tuple(one for at, one in enumerate(columns) if (number + at) % 2 == half))
    ]


def on_one(database):
    """Return the mark of a test that need not run on every kind of database: it runs on this one, the others are `wide`.

    Tests of one subject take turns, so that the subject still meets every kind.
    """
    return with_one("database_url", DATABASES, database)


def with_one(fixture, kinds, stays):
    """Return the mark of a test that is made with this kind of what the fixture lends, and with the others in the wide run."""
    if stays not in kinds:
        raise ValueError(f"no kind of {fixture}: {stays!r}")
    params = [
        pytest.param(each, marks=() if each == stays else pytest.mark.wide) for each in kinds
    ]
    return pytest.mark.parametrize(fixture, params, indirect=True)


def _values(axes, at):
    for axis, number in zip(axes, at, strict=True):
        value = axis[number]
        yield from value if isinstance(value, tuple) else (value,)
