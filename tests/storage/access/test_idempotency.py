from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.ports import CaseNotFound, ClaimLostError, Kept, Mismatch, New, Running, Stored
from kaiban.storage.access.idempotency import IdempotencyKeys
from tests.storage.samples import MORNING, sample_case

PATIENCE = timedelta(minutes=2)
ANSWER = Kept(201, b'{"case_no": "..."}', {"Location": "/api/v1/cases/KB0001"})


@pytest.fixture
def keys(database, keyring):
    return IdempotencyKeys(database, keyring, PATIENCE)


def open_case(cases, keys, new, no="KB0001"):
    with cases.transaction() as tx:
        tx.add(sample_case(no))
        keys.finish(tx.connection, new, ANSWER, no)


def test_the_same_request_gets_the_same_answer(cases, keys):
    new = keys.begin("app", "k", "f", MORNING)
    assert new == New("app", "k", 1)
    open_case(cases, keys, new)
    later = MORNING + timedelta(days=1)
    assert keys.begin("app", "k", "f", later) == Stored(ANSWER, "KB0001")


def test_another_request_under_the_same_key_is_a_mismatch(cases, keys):
    new = keys.begin("app", "k", "f", MORNING)
    assert keys.begin("app", "k", "g", MORNING) == Mismatch()
    open_case(cases, keys, new)
    assert keys.begin("app", "k", "g", MORNING) == Mismatch()


def test_keys_of_different_clients_do_not_meet(keys):
    assert keys.begin("app", "k", "f", MORNING) == New("app", "k", 1)
    assert keys.begin("other", "k", "g", MORNING) == New("other", "k", 1)


def test_a_request_that_still_runs_is_a_conflict(keys):
    keys.begin("app", "k", "f", MORNING)
    assert keys.begin("app", "k", "f", MORNING + PATIENCE / 2) == Running()


def test_one_of_many_at_once_may_go_on(keys):
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: keys.begin("app", "k", "f", MORNING), range(16)))
    assert sorted(type(each).__name__ for each in begun) == ["New"] + ["Running"] * 15


def test_a_key_whose_process_died_is_taken_over(cases, keys):
    keys.begin("app", "k", "f", MORNING)
    second = keys.begin("app", "k", "f", MORNING + PATIENCE)
    assert second == New("app", "k", 2)
    open_case(cases, keys, second)
    assert isinstance(keys.begin("app", "k", "f", MORNING + PATIENCE), Stored)


def test_a_key_claimed_by_a_clock_that_was_ahead_is_taken_over(keys):
    keys.begin("app", "k", "f", MORNING + timedelta(hours=1))
    assert keys.begin("app", "k", "f", MORNING) == New("app", "k", 2)
    assert (
        keys.begin("app", "k", "f", MORNING - PATIENCE / 2) == Running()
    )  # clocks differ a little


def test_the_slow_first_process_loses_its_case_with_its_claim(cases, keys):
    first = keys.begin("app", "k", "f", MORNING)
    second = keys.begin("app", "k", "f", MORNING + PATIENCE)
    open_case(cases, keys, second, "KB0002")
    with pytest.raises(ClaimLostError):
        open_case(cases, keys, first, "KB0001")
    with pytest.raises(CaseNotFound):
        cases.read("KB0001")
    assert cases.read("KB0002")


def test_a_claim_is_finished_once(cases, keys):
    first = keys.begin("app", "k", "f", MORNING)
    open_case(cases, keys, first)
    with pytest.raises(ClaimLostError):
        open_case(cases, keys, first, "KB0002")


def test_an_answer_is_kept_by_itself_or_with_its_effect_and_once(cases, keys):
    alone, opened = (keys.begin("app", key, "f", MORNING) for key in ("alone", "opened"))
    keys.keep(alone, ANSWER)
    open_case(cases, keys, opened)
    keys.keep(opened, Kept(500, b"", {}))
    assert keys.begin("app", "alone", "f", MORNING) == Stored(ANSWER)
    assert keys.begin("app", "opened", "f", MORNING) == Stored(ANSWER, "KB0001")


def test_who_lost_the_key_keeps_no_answer(keys):
    first = keys.begin("app", "k", "f", MORNING)
    second = keys.begin("app", "k", "f", MORNING + PATIENCE)
    for _ in range(2):
        with pytest.raises(ClaimLostError):
            keys.keep(first, Kept(500, b"", {}))
        if isinstance(keys.begin("app", "k", "f", MORNING + PATIENCE), Running):
            keys.keep(second, ANSWER)
    assert keys.begin("app", "k", "f", MORNING + PATIENCE) == Stored(ANSWER)


def test_an_answer_of_the_release_before_has_no_headers(database, cases, keys):
    open_case(cases, keys, keys.begin("app", "k", "f", MORNING))
    with database.transaction() as connection:
        connection.execute(text("UPDATE idempotency SET headers = NULL"))
    found = keys.begin("app", "k", "f", MORNING)
    assert found == Stored(Kept(ANSWER.status, ANSWER.body), "KB0001")


def test_a_refused_request_gives_its_key_back(keys):
    new = keys.begin("app", "k", "f", MORNING)
    keys.release(new)
    assert keys.begin("app", "k", "g", MORNING) == New("app", "k", 1)


def test_a_finished_key_cannot_be_given_back(cases, keys):
    new = keys.begin("app", "k", "f", MORNING)
    open_case(cases, keys, new)
    keys.release(new)
    assert isinstance(keys.begin("app", "k", "f", MORNING), Stored)


def test_old_keys_are_forgotten(cases, keys):
    open_case(cases, keys, keys.begin("app", "old", "f", MORNING))
    keys.begin("app", "new", "f", MORNING + timedelta(hours=1))
    assert keys.forget(MORNING + timedelta(minutes=1)) == 1
    assert keys.begin("app", "old", "g", MORNING) == New("app", "old", 1)
    assert keys.begin("app", "new", "f", MORNING + timedelta(hours=1)) == Running()


def test_a_key_claimed_while_a_clock_was_ahead_keeps_nobody_waiting(keys):
    keys.begin("app", "k", "f", MORNING + timedelta(days=3650))
    assert keys.begin("app", "k", "f", MORNING) == New("app", "k", 2)
    assert keys.begin("app", "k", "f", MORNING - timedelta(minutes=1)) == Running()
