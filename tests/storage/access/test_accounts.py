from datetime import timedelta

import pytest
from sqlalchemy import select

from kaiban.ports import NameTakenError, Token
from kaiban.storage.access.accounts import Accounts
from kaiban.storage.schema import tokens
from tests.storage.samples import MORNING

HOUR = timedelta(hours=1)


@pytest.fixture
def accounts(database):
    return Accounts(database)


def test_a_token_allows_its_scopes_until_it_expires(accounts):
    secret = accounts.add_token("city app", ["cases:write", "cases:read"], MORNING, MORNING + HOUR)
    token = Token("city app", frozenset({"cases:read", "cases:write"}), MORNING + HOUR)
    assert accounts.find_token(secret, MORNING) == token
    assert accounts.find_token(secret, MORNING + HOUR) is None
    assert accounts.find_token(secret[:-1], MORNING) is None
    assert accounts.find_token("", MORNING) is None
    assert accounts.tokens() == [token]


def test_a_token_without_end_lasts_until_it_is_removed(accounts):
    secret = accounts.add_token("city app", [], MORNING)
    assert accounts.find_token(secret, MORNING + 99999 * HOUR)
    assert accounts.remove_token("city app")
    assert not accounts.remove_token("city app")
    assert accounts.find_token(secret, MORNING) is None


def test_the_secret_before_opens_for_a_while_beside_the_new_one(accounts):
    first = accounts.add_token("city app", ["cases:read"], MORNING)
    second = accounts.rotate_token("city app", MORNING + HOUR)
    for secret in (first, second):
        assert accounts.find_token(secret, MORNING).name == "city app"
    assert accounts.find_token(first, MORNING + HOUR) is None
    assert accounts.find_token(second, MORNING + HOUR)
    third = accounts.rotate_token("city app", MORNING + 2 * HOUR)
    assert accounts.find_token(first, MORNING) is None
    assert accounts.find_token(second, MORNING)
    assert accounts.find_token(third, MORNING)
    assert accounts.tokens()[0].before_until == MORNING + 2 * HOUR
    assert accounts.rotate_token("nobody", MORNING) is None
    accounts.remove_token("city app")
    assert accounts.find_token(second, MORNING) is None


def test_a_token_s_end_is_that_of_its_secret_before(accounts):
    first = accounts.add_token("city app", [], MORNING, MORNING + HOUR)
    accounts.rotate_token("city app", MORNING + 9 * HOUR)
    assert accounts.find_token(first, MORNING + HOUR) is None


def test_when_a_token_was_used_last_is_written_down_by_the_hour(accounts):
    secret = accounts.add_token("city app", [], MORNING)
    accounts.add_token("other", [], MORNING)

    def use(at):
        accounts.used(accounts.find_token(secret, at), at)
        return [each.used_at for each in accounts.tokens()]

    assert use(MORNING) == [MORNING, None]
    assert use(MORNING + HOUR / 2) == [MORNING, None]
    assert use(MORNING + HOUR) == [MORNING + HOUR, None]
    assert use(MORNING) == [MORNING, None], "that clock was ahead"


def test_a_name_is_given_once(accounts):
    accounts.add_token("city app", [], MORNING)
    with pytest.raises(NameTakenError):
        accounts.add_token("city app", [], MORNING)


def test_the_secret_is_not_stored(accounts, database):
    secret = accounts.add_token("city app", [], MORNING)
    with database.reading() as connection:
        stored = repr(connection.execute(select(tokens)).all())
    assert secret not in stored
