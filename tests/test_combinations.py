"""What is left to the wide run, and what is not."""

import pytest

from tests.combinations import DATABASES, each_value_once, every_second, on_one

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


@pytest.mark.parametrize("database", DATABASES)
def test_a_test_on_one_database_keeps_the_others_for_the_wide_run(database):
    _, kinds = on_one(database).args
    assert [each.values for each in kinds if not each.marks] == [(database,)]
    assert {each.values[0] for each in kinds} == set(DATABASES)


@on_one("sqlite")
def test_what_is_asked_to_run_on_sqlite_gets_that(database_url):
    assert database_url.startswith("sqlite")


@on_one("postgresql")
def test_what_is_asked_to_run_on_postgresql_gets_that(database_url):
    assert database_url.startswith("postgresql")


def test_a_database_there_is_not_is_refused():
    with pytest.raises(ValueError, match="oracle"):
        on_one("oracle")
