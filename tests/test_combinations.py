"""What is left to the wide run, and what is not."""

import pytest

from tests.combinations import each_value_once

AXES = [("abcde", [1, 2]), ([1, 2], "abcde"), ("ab", [1, 2], "xyz"), (["one"],)]


def narrow(axes):
    return [each.values for each in each_value_once(*axes) if not each.marks]


@pytest.mark.parametrize("axes", AXES)
def test_every_value_is_tried_and_no_combination_is_lost(axes):
    for number, axis in enumerate(axes):
        assert {values[number] for values in narrow(axes)} == set(axis)
    every = [each.values for each in each_value_once(*axes)]
    assert len(set(every)) == len(every)
    count = 1
    for axis in axes:
        count *= len(axis)
    assert len(every) == count


@pytest.mark.parametrize("axes", AXES)
def test_no_more_are_tried_than_the_longest_axis_has_values(axes):
    assert len(narrow(axes)) == max(len(axis) for axis in axes)


def test_a_tuple_is_several_parameters():
    assert each_value_once([("a", 1)], "x")[0].values == ("a", 1, "x")
