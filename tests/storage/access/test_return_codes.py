from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import Validity
from kaiban.storage.access.return_codes import SqlReturnCodes
from tests.storage.samples import MORNING

PAIR = "7K4M2QXD 13900001234"
TEN, DAY = timedelta(minutes=10), timedelta(days=1)


@pytest.fixture
def codes(database, keyring):
    return SqlReturnCodes(database, keyring)


def redeem(codes, digits, *, subject=PAIR, at=MORNING, tries=5):
    return codes.redeem(subject, digits, at, Validity(TEN, tries))


def test_the_right_digits_work_once(codes):
    codes.put(PAIR, "012345", MORNING)
    assert not redeem(codes, "543210")
    assert redeem(codes, "012345")
    assert not redeem(codes, "012345")


def test_of_many_at_once_with_the_right_digits_one_gets_in(codes):
    codes.put(PAIR, "012345", MORNING)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: redeem(codes, "012345", tries=99), range(16))) == 1


def test_digits_belong_to_their_pair(codes):
    codes.put(PAIR, "012345", MORNING)
    assert not redeem(codes, "012345", subject="7K4M2QXD 13900009999")
    assert not redeem(codes, "012345", subject="AAAAAAAA 13900001234")
    assert redeem(codes, "012345")


def test_after_so_many_tries_the_right_digits_do_not_help_any_more(codes):
    codes.put(PAIR, "012345", MORNING)
    for _ in range(5):
        assert not redeem(codes, "999999")
    assert not redeem(codes, "012345")
    codes.put(PAIR, "111111", MORNING)
    assert redeem(codes, "111111")


def test_digits_that_are_too_old_or_empty_do_not_work(codes):
    codes.put(PAIR, "012345", MORNING)
    assert not redeem(codes, "012345", at=MORNING + TEN)
    assert not redeem(codes, "")
    assert redeem(codes, "012345", at=MORNING + TEN - timedelta(seconds=1))


def test_digits_made_while_a_clock_was_ahead_do_not_work_and_are_dropped(codes):
    codes.put(PAIR, "012345", MORNING + timedelta(days=3650))
    assert not redeem(codes, "012345")
    codes.put(PAIR, "012345", MORNING + timedelta(minutes=1))
    assert redeem(codes, "012345"), "another machine's clock may be a little ahead"
    codes.put(PAIR, "012345", MORNING + timedelta(days=3650))
    assert codes.prune(MORNING - DAY, MORNING) == 1


def test_digits_made_while_a_clock_was_behind_work_until_it_is_right_and_others_take_their_place(
    codes,
):
    hour = timedelta(hours=1)
    codes.put(PAIR, "012345", MORNING - hour)
    assert not redeem(codes, "012345"), "nobody knows for how long they have been under way"
    codes.put(PAIR, "111111", MORNING)
    assert not redeem(codes, "111111", at=MORNING - hour), (
        "made by a clock that was ahead, it seems"
    )
    assert redeem(codes, "111111")
    codes.put(PAIR, "222222", MORNING - hour)
    assert redeem(codes, "222222", at=MORNING - hour)
    codes.put(PAIR, "333333", MORNING - timedelta(minutes=5))
    assert redeem(codes, "333333"), "another machine's clock may be a little behind"


def test_new_digits_take_the_place_of_the_old(codes):
    codes.put(PAIR, "012345", MORNING)
    codes.put(PAIR, "111111", MORNING)
    assert not redeem(codes, "012345")
    assert redeem(codes, "111111")


def test_codes_asked_for_at_once_do_not_get_into_each_others_way(codes):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: codes.put(PAIR, f"{n:06}", MORNING), range(16)))
    assert sum(redeem(codes, f"{n:06}", tries=99) for n in range(16)) == 1


def test_neither_digits_nor_code_nor_phone_lie_open(database, codes):
    codes.put(PAIR, "012345", MORNING)
    with database.reading() as connection:
        rows = [*connection.execute(text("SELECT * FROM return_codes"))]
    for secret in (*PAIR.split(), "012345"):
        assert secret not in repr(rows)


def test_old_codes_are_dropped(codes):
    codes.put(PAIR, "012345", MORNING)
    assert codes.prune(MORNING, MORNING) == 0
    assert codes.prune(MORNING + timedelta(seconds=1), MORNING) == 1
    assert not redeem(codes, "012345")
