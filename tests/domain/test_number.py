import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.number import case_number, is_case_number

SERIALS = st.integers(1, 99999)
NUMBERS = st.builds(case_number, st.just("990100"), st.just("20260304"), SERIALS)


def test_a_number_has_region_day_serial_and_check_digit():
    assert case_number("990100", "20260304", 1) == "KB99010020260304000010"


@given(NUMBERS)
def test_every_number_is_one(number):
    assert len(number) == 22
    assert is_case_number(number)


@given(NUMBERS, st.integers(2, 21), st.integers(1, 9))
def test_one_wrong_digit_is_caught(number, place, shift):
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_case_number(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", "KB", "kb99010020260304000010", "KB9901002026030400001９", "KB99010020260304000010\n"],
)
def test_anything_else_is_none(text):
    assert not is_case_number(text)


def test_the_hundred_thousandth_case_of_a_day_is_no_shorter_number():
    with pytest.raises(ValueError):
        case_number("990100", "20260304", 100_000)
