"""Accounts of staff, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, text

from kaiban.domain.roles import Role
from kaiban.ports import Account, Lifetime, NameTakenError, Place, Session, Unavailable
from kaiban.storage.access.sessions import SqlSessions
from kaiban.storage.access.staff import HASHES_AT_ONCE, SKEW_STEPS, WAITING, SqlStaff
from kaiban.storage.schema import recovery_codes, staff_places, users
from tests.storage.samples import MORNING

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WANG = Account("ck01", "王敏", Role.WINDOW, "main", "03", one_time_until=MORNING + DAY)
HERE = Place("browser-1", "203.0.113.7")
PASSWORD, CODE = "correct horse battery", "abcdefghjkmnpqrs"


@pytest.fixture
def staff(database, keyring):
    made = SqlStaff(database, keyring, PasswordHasher(time_cost=1, memory_cost=64))
    made.add(WANG, PASSWORD, MORNING)
    return made


def test_an_account_is_found_as_it_was_made(staff):
    staff.add(replace(WANG, login="ck02", name="李静", hall="north"), "x", MORNING)
    assert staff.get("ck01") == WANG
    assert staff.get("ck03") is None
    assert [each.login for each in staff.listed()] == ["ck01", "ck02"]
    assert [each.name for each in staff.listed("north")] == ["李静"]


def test_account_and_password_must_belong_together(staff):
    assert staff.fits("ck01", PASSWORD)
    assert not staff.fits("ck01", PASSWORD.upper())
    assert not staff.fits("ck01", "")
    assert not staff.fits("nobody", PASSWORD)
    staff.set_password("ck01", "another one", None)
    assert not staff.fits("ck01", PASSWORD)
    assert staff.fits("ck01", "another one")
    assert staff.get("ck01").one_time_until is None


def test_an_unknown_account_is_checked_at_the_price_of_a_known_one(database, keyring):
    """Against a whole hash of the same parameters, which then does not match: a broken one would be told at once."""
    checked = []

    class Watched(PasswordHasher):
        def verify(self, hashed, password):
            try:
                return super().verify(hashed, password)
            except Exception as error:
                checked.append((extract_parameters(hashed), type(error)))
                raise

    staff = SqlStaff(database, keyring, Watched(time_cost=2, memory_cost=128, parallelism=1))
    staff.add(WANG, PASSWORD, MORNING)
    assert not staff.fits("ck01", "x")
    assert not staff.fits("nobody", "x")
    known, unknown = checked
    assert unknown == known
    assert known[1] is VerifyMismatchError


def test_a_name_is_never_given_twice_and_what_was_removed_is_gone(staff, database):
    staff.enrol("ck01", "SECRET", [CODE])
    staff.trust("ck01", HERE, MORNING)
    staff.remove("ck01", MORNING)
    gone = staff.get("ck01")
    assert (gone.open, gone.enrolled, gone.name) == (False, False, "ck01")
    assert not staff.fits("ck01", PASSWORD)
    assert not staff.fits("ck01", "")
    assert staff.listed() == []
    with pytest.raises(NameTakenError):
        staff.add(WANG, PASSWORD, MORNING)
    with database.reading() as connection:
        for table in (recovery_codes, staff_places):
            assert connection.execute(select(table)).all() == []


def test_an_account_is_disabled_and_opened_again(staff):
    staff.disable("ck01", MORNING)
    assert not staff.get("ck01").open
    staff.disable("ck01", None)
    assert staff.get("ck01").open


def test_a_code_is_used_once_and_none_before_it(staff):
    staff.enrol("ck01", "SECRET", [])
    assert staff.authenticator("ck01") == "SECRET"
    assert staff.get("ck01").enrolled
    used = [staff.use_step("ck01", step, 100) for step in (100, 100, 99, 101)]
    assert used == [True, False, False, True]
    assert not staff.use_step("nobody", 100, 100)


def test_of_several_at_once_one_uses_the_code(staff):
    with ThreadPoolExecutor(6) as pool:
        used = list(pool.map(lambda _: staff.use_step("ck01", 100, 100), range(12)))
    assert used.count(True) == 1


def test_a_code_used_while_a_clock_was_ahead_keeps_nobody_out_and_is_no_way_to_use_one_twice(
    staff,
):
    ahead = 100 + SKEW_STEPS + 1
    assert staff.use_step("ck01", ahead, ahead)
    assert [staff.use_step("ck01", 100, 100) for _ in range(2)] == [True, False]


def test_a_recovery_code_is_used_once_by_its_owner(staff):
    staff.add(replace(WANG, login="ck02"), "x", MORNING)
    staff.enrol("ck01", "SECRET", [CODE, CODE[::-1]])
    assert staff.recovery_codes_left("ck01") == 2
    assert not staff.use_recovery_code("ck02", CODE)
    assert [staff.use_recovery_code("ck01", CODE) for _ in range(2)] == [True, False]
    staff.enrol("ck01", "OTHER", ["x" * 16])
    assert not staff.use_recovery_code("ck01", CODE[::-1])


def test_a_place_is_known_as_what_is_surest_and_not_for_ever(staff):
    assert staff.knows("ck01", HERE, MORNING - DAY) == ""
    staff.trust("ck01", HERE, MORNING)
    assert staff.knows("ck01", HERE, MORNING - DAY) == "device"
    assert staff.knows("ck01", Place("other", HERE.address), MORNING - DAY) == "address"
    assert staff.knows("ck01", Place("", "203.0.113.8"), MORNING - DAY) == ""
    assert staff.knows("ck02", HERE, MORNING - DAY) == ""
    assert staff.knows("ck01", HERE, MORNING + HOUR) == ""
    assert staff.prune(MORNING + HOUR) == 2
    assert staff.knows("ck01", HERE, MORNING - DAY) == ""


def test_a_flood_of_tries_is_sent_away_and_does_not_stand_in_line(database, keyring):
    """As many as may hash and wait are let in; the next is told at once, and everybody is let in again afterwards."""
    go_on, most = threading.Event(), HASHES_AT_ONCE + WAITING

    class Slow(PasswordHasher):
        def verify(self, hashed, password):
            go_on.wait(60)
            return False

    staff = SqlStaff(database, keyring, Slow(time_cost=1, memory_cost=64))
    with ThreadPoolExecutor(2 * most) as pool:
        tries = [pool.submit(staff.fits, "nobody", "x") for _ in range(2 * most)]
        sent_away = list(islice(as_completed(tries, timeout=60), most))
        go_on.set()
    assert {type(each.exception()) for each in sent_away} == {Unavailable}
    assert [each.exception() for each in tries if each not in sent_away] == [None] * most
    assert not staff.fits("nobody", "x")


def test_nothing_secret_or_personal_is_stored_in_plain(staff, database):
    staff.enrol("ck01", "JBSWY3DPEHPK3PXP", [CODE])
    staff.trust("ck01", HERE, MORNING)
    with database.reading() as connection:
        rows = [
            connection.execute(select(each)).all()
            for each in (users, recovery_codes, staff_places)
        ]
    stored = repr(rows)
    for secret in (PASSWORD, "JBSWY3DP", CODE, HERE.address, HERE.device, "王敏"):
        assert secret not in stored
        assert secret.encode() not in stored.encode("latin-1", "backslashreplace")
    assert "argon2id" in stored


# --- sessions of an account -----------------------------------------------------------------------

LIFE = Lifetime(HOUR, 10 * HOUR)


@pytest.fixture
def sessions(database, keyring):
    return SqlSessions(database, keyring)


def begun(sessions, sid, account="ck01", at=MORNING):
    sessions.add(sid, Session.begin({"n": sid}, at, LIFE, account))


def test_an_accounts_sessions_are_listed_and_ended_from_elsewhere(sessions):
    for n, sid in enumerate("abc"):
        begun(sessions, sid, at=MORNING + n * timedelta(minutes=1))
    begun(sessions, "d", "ck02")
    now = MORNING + timedelta(minutes=5)
    found = sessions.of_account("ck01", now)
    assert [session.values["n"] for _, session in found] == ["c", "b", "a"]
    assert sessions.end("ck02", now, name=found[0][0]) == 0, "another's is not theirs to end"
    assert sessions.end("ck01", now, name=found[0][0]) == 1
    assert sessions.get("c", now) is None
    assert sessions.end("ck01", now, but="a") == 1
    assert sessions.get("a", now)
    assert sessions.get("d", now)


def test_one_that_was_ended_does_not_come_back_with_a_request_that_was_under_way(sessions):
    begun(sessions, "a")
    held = sessions.get("a", MORNING)
    sessions.end("ck01", MORNING)
    later = MORNING + timedelta(minutes=1)
    assert not sessions.use("a", replace(held, used_at=later, idle_ends_at=later + HOUR))
    assert sessions.get("a", later) is None


def test_whose_an_ended_session_was_is_known_for_a_day(sessions):
    begun(sessions, "a")
    sessions.add("v", Session.begin({}, MORNING, LIFE))
    sessions.end("ck01", MORNING + HOUR / 2)
    assert sessions.prune(MORNING + 11 * HOUR) == 1, "an applicant's is gone at once"
    assert sessions.account_of("a") == "ck01"
    assert sessions.account_of("v") == ""
    assert sessions.prune(MORNING + 2 * DAY) == 1
    assert sessions.account_of("a") == ""


def test_an_account_made_by_the_release_before_can_be_used(database, keyring, staff):
    old = (
        "INSERT INTO users (login, password_hash, role, hall, created_at)"
        " SELECT 'old', password_hash, 'supervisor', 'main', created_at FROM users"
    )
    with database.transaction() as connection:
        connection.execute(text(old))
    assert staff.get("old") == Account("old", "old", Role.SUPERVISOR, "main")
    assert staff.fits("old", PASSWORD)
