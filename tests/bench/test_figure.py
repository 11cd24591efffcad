import pytest

from tests.bench.figure import Figure


@pytest.mark.parametrize(
    ("value", "at_least", "ok"),
    [(1.1, False, True), (1.3, False, False), (1.1, True, False), (1.3, True, True)],
)
def test_a_bound_is_the_most_or_the_least(value, at_least, ok):
    figure = Figure(value, "ratio", 1.2, at_least)
    assert figure.ok == ok
    assert figure.bound == (">= 1.2" if at_least else "<= 1.2")
