from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import RateLimit
from kaiban.storage.access.rate_limits import SqlRateLimits
from tests.storage.samples import MORNING

PHONE = "13900001234"
THREE = RateLimit("ask:phone", 3, timedelta(hours=1))


@pytest.fixture
def limits(database, keyring):
    return SqlRateLimits(database, keyring)


def test_a_limit_refuses_what_is_too_much_until_its_time_is_over(limits):
    taken = [limits.take(THREE, PHONE, MORNING + timedelta(minutes=n)) for n in range(5)]
    assert taken == [True] * 3 + [False] * 2
    assert not limits.take(THREE, PHONE, MORNING + timedelta(minutes=59))
    assert limits.take(THREE, PHONE, MORNING + timedelta(minutes=60))


def test_subjects_and_kinds_are_counted_apart(limits):
    for _ in range(3):
        assert limits.take(THREE, PHONE, MORNING)
    assert limits.take(THREE, "13900009999", MORNING)
    assert limits.take(RateLimit("prove:phone", 3, timedelta(hours=1)), PHONE, MORNING)
    assert not limits.take(THREE, PHONE, MORNING)


def test_processes_count_together(limits):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: limits.take(THREE, PHONE, MORNING), range(20)))
    assert sum(taken) == 3


def test_old_counts_are_dropped(limits):
    limits.take(THREE, PHONE, MORNING)
    assert limits.prune(MORNING + timedelta(seconds=1), MORNING) == 1


def test_a_count_begun_while_a_clock_was_ahead_refuses_nobody_and_is_dropped(limits):
    ahead = MORNING + timedelta(days=3650)
    assert [limits.take(THREE, PHONE, ahead) for _ in range(5)] == [True] * 3 + [False] * 2
    assert [limits.take(THREE, PHONE, MORNING) for _ in range(4)] == [True] * 3 + [False]
    limits.take(THREE, "13900009999", ahead)
    assert limits.prune(MORNING - timedelta(days=2), MORNING) == 1


def test_a_count_begun_while_a_clock_was_behind_refuses_nobody_once_it_is_right(limits):
    behind = MORNING - timedelta(hours=1)
    assert [limits.take(THREE, PHONE, behind) for _ in range(4)] == [True] * 3 + [False]
    assert [limits.take(THREE, PHONE, MORNING) for _ in range(4)] == [True] * 3 + [False]
    # It goes back while somebody is refused: the hour does not become two.
    assert limits.take(THREE, PHONE, behind)
    assert limits.take(THREE, PHONE, MORNING)
    limits.take(THREE, "13900009999", behind - timedelta(days=3650))
    assert limits.prune(MORNING - timedelta(days=2), MORNING) == 1


def test_nobody_is_named_in_the_table(database, limits):
    limits.take(THREE, PHONE, MORNING)
    with database.reading() as connection:
        assert PHONE not in repr(connection.execute(text("SELECT * FROM limits")).all())


def test_so_many_may_be_counted_at_once(limits):
    assert limits.take(THREE, "a", MORNING, 2)
    assert limits.take(THREE, "a", MORNING)
    assert not limits.take(THREE, "a", MORNING, 2)
    assert limits.take(THREE, "a", MORNING + THREE.within, 3)
    assert not limits.take(THREE, "b", MORNING, 4)
