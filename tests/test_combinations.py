"""What is left to the wide run, and what is not."""

import pytest

from tests.combinations import each_value_once, every_second

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


@pytest.mark.parametrize(
    ("rows", "columns"), [("ab", (1, 2, 3)), ("abc", (1, 2, 3)), ("abc", (1, 2))]
)
def test_every_second_pair_stays_and_no_row_or_column_is_left_out(rows, columns):
    params = every_second(rows, columns)
    every = [(row, one) for each in params for row in each.values[0] for one in each.values[1]]
    assert sorted(every) == [(row, one) for row in rows for one in columns]
    stays = [each.values for each in params if not each.marks]
    assert [row for row, _ in stays] == list(rows)
    assert {one for _, some in stays for one in some} == set(columns)
    assert sum(len(some) for _, some in stays) <= (len(rows) * len(columns) + 1) // 2
