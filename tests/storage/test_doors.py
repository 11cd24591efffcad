from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import Limit
from kaiban.storage.doors import SqlLimits, SqlReturnCodes
from tests.storage.samples import MORNING

CODE, PHONE = "7K4M2QXD", "13900001234"
BEFORE = MORNING - timedelta(minutes=10)
THREE = Limit("ask:phone", 3, timedelta(hours=1))


@pytest.fixture
def codes(database, keyring):
    return SqlReturnCodes(database, keyring)


@pytest.fixture
def limits(database, keyring):
    return SqlLimits(database, keyring)


def redeem(codes, digits, *, code=CODE, phone=PHONE, since=BEFORE, tries=5):
    return codes.redeem(code, phone, digits, since, tries)


def test_the_right_digits_work_once(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    assert not redeem(codes, "543210")
    assert redeem(codes, "012345")
    assert not redeem(codes, "012345")


def test_of_many_at_once_with_the_right_digits_one_gets_in(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: redeem(codes, "012345", tries=99), range(16))) == 1


def test_digits_belong_to_their_pair(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    assert not redeem(codes, "012345", phone="13900009999")
    assert not redeem(codes, "012345", code="AAAAAAAA")
    assert redeem(codes, "012345")


def test_after_so_many_tries_the_right_digits_do_not_help_any_more(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    for _ in range(5):
        assert not redeem(codes, "999999")
    assert not redeem(codes, "012345")
    codes.put(CODE, PHONE, "111111", MORNING)
    assert redeem(codes, "111111")


def test_digits_that_are_too_old_or_empty_do_not_work(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    assert not redeem(codes, "012345", since=MORNING)
    assert not redeem(codes, "")
    assert redeem(codes, "012345", since=MORNING - timedelta(seconds=1))


def test_new_digits_take_the_place_of_the_old(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    codes.put(CODE, PHONE, "111111", MORNING)
    assert not redeem(codes, "012345")
    assert redeem(codes, "111111")


def test_codes_asked_for_at_once_do_not_get_into_each_others_way(codes):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: codes.put(CODE, PHONE, f"{n:06}", MORNING), range(16)))
    assert sum(redeem(codes, f"{n:06}", tries=99) for n in range(16)) == 1


def test_neither_digits_nor_code_nor_phone_lie_open(database, codes, limits):
    codes.put(CODE, PHONE, "012345", MORNING)
    limits.take(THREE, PHONE, MORNING)
    with database.reading() as connection:
        rows = [*connection.execute(text("SELECT * FROM return_codes"))]
        rows += connection.execute(text("SELECT * FROM limits"))
    for secret in (CODE, PHONE, "012345"):
        assert secret not in repr(rows)


def test_old_codes_are_dropped(codes):
    codes.put(CODE, PHONE, "012345", MORNING)
    assert codes.prune(MORNING) == 0
    assert codes.prune(MORNING + timedelta(seconds=1)) == 1
    assert not redeem(codes, "012345")


def test_a_limit_refuses_what_is_too_much_until_its_time_is_over(limits):
    taken = [limits.take(THREE, PHONE, MORNING + timedelta(minutes=n)) for n in range(5)]
    assert taken == [True] * 3 + [False] * 2
    assert not limits.take(THREE, PHONE, MORNING + timedelta(minutes=59))
    assert limits.take(THREE, PHONE, MORNING + timedelta(minutes=60))


def test_subjects_and_kinds_are_counted_apart(limits):
    for _ in range(3):
        assert limits.take(THREE, PHONE, MORNING)
    assert limits.take(THREE, "13900009999", MORNING)
    assert limits.take(Limit("prove:phone", 3, timedelta(hours=1)), PHONE, MORNING)
    assert not limits.take(THREE, PHONE, MORNING)


def test_processes_count_together(limits):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: limits.take(THREE, PHONE, MORNING), range(20)))
    assert sum(taken) == 3


def test_old_counts_are_dropped(limits):
    limits.take(THREE, PHONE, MORNING)
    assert limits.prune(MORNING + timedelta(seconds=1)) == 1


def test_so_many_may_be_counted_at_once(limits):
    assert limits.take(THREE, "a", MORNING, 2)
    assert limits.take(THREE, "a", MORNING)
    assert not limits.take(THREE, "a", MORNING, 2)
    assert limits.take(THREE, "a", MORNING + THREE.within, 3)
    assert not limits.take(THREE, "b", MORNING, 4)
