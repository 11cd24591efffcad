"""Which combinations `make test` runs: every value of every axis in one of them; the rest is `wide` (make test-wide)."""

from itertools import product

import pytest


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


def _values(axes, at):
    for axis, number in zip(axes, at, strict=True):
        value = axis[number]
        yield from value if isinstance(value, tuple) else (value,)
