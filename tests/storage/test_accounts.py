from datetime import timedelta

import pytest
from sqlalchemy import select

from kaiban.ports import Token
from kaiban.storage.accounts import Accounts, NameTakenError, User
from kaiban.storage.schema import tokens, users
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


def test_a_name_is_given_once(accounts):
    accounts.add_token("city app", [], MORNING)
    with pytest.raises(NameTakenError):
        accounts.add_token("city app", [], MORNING)
    accounts.add_user("wang", "x", "window", "center", MORNING)
    with pytest.raises(NameTakenError):
        accounts.add_user("wang", "y", "window", "center", MORNING)


def test_login_and_password_must_belong_together(accounts):
    wang = accounts.add_user("wang", "correct horse", "window", "center", MORNING)
    assert wang == User("wang", "window", "center")
    assert accounts.check_user("wang", "correct horse") == wang
    assert accounts.check_user("wang", "wrong horse") is None
    assert accounts.check_user("wang", "") is None
    assert accounts.check_user("li", "correct horse") is None
    assert accounts.find_user("wang") == wang
    assert accounts.find_user("li") is None


def test_a_changed_password_replaces_the_old_one(accounts):
    accounts.add_user("wang", "old", "window", "center", MORNING)
    assert accounts.set_password("wang", "new")
    assert accounts.check_user("wang", "old") is None
    assert accounts.check_user("wang", "new")
    assert not accounts.set_password("li", "new")
    assert accounts.remove_user("wang")
    assert accounts.check_user("wang", "new") is None


def test_neither_secret_is_stored(accounts, database):
    secret = accounts.add_token("city app", [], MORNING)
    accounts.add_user("wang", "correct horse", "window", "center", MORNING)
    with database.reading() as connection:
        stored = repr([connection.execute(select(each)).all() for each in (tokens, users)])
    assert secret not in stored
    assert "horse" not in stored
    assert "argon2id" in stored
