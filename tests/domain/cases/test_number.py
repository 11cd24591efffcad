import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.cases.number import case_number, epoch_of, is_case_number

SERIALS = st.integers(1, 99999)
NUMBERS = st.builds(case_number, st.just("990100"), st.just("20260304"), SERIALS)
EPOCHS = st.integers(1, 999)


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


@given(SERIALS, EPOCHS)
def test_a_number_of_a_later_epoch_is_longer_and_one_too(serial, epoch):
    number = case_number("990100", "20260304", serial, epoch)
    assert is_case_number(number)
    assert len(number) == 22 + len(str(epoch))
    assert epoch_of(number) == epoch


@given(SERIALS, SERIALS, st.integers(0, 999), st.integers(0, 999))
def test_no_number_is_issued_in_two_epochs(one, other, first, second):
    numbers = [
        case_number("990100", "20260304", *each) for each in ((one, first), (other, second))
    ]
    assert (numbers[0] == numbers[1]) == ((one, first) == (other, second))


def test_anything_that_is_no_number_is_of_the_first_epoch():
    assert [epoch_of(text) for text in ("", "KB7", "KB99010020260304000010")] == [0, 0, 0]


def test_there_is_no_thousandth_epoch():
    with pytest.raises(ValueError):
        case_number("990100", "20260304", 1, 1000)
