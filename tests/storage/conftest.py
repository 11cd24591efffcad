"""A migrated database and what is kept in it."""

from collections.abc import Iterator

import pytest

from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring({"k1": bytes(range(32))}, "k1", bytes(32))


@pytest.fixture
def cases(database: Database, keyring: Keyring) -> SqlCases:
    return SqlCases(database, keyring)
