"""What is told of a form: a message exists with what it tells, outlives whoever dies with it, and goes with its form."""

from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.filing import Filing, FilingNews
from kaiban.domain.messages.notification import Answer, Channel, Message, MessageState, Verdict
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.reindex import reindex
from kaiban.storage.filings import SqlFilings
from kaiban.storage.messages.filing_messages import FilingMessages

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=3)
FORM = Filing("secret-id", "7K4M2QXD", NOW, NOW, phone="13800001234")
ONE = Message("ab" * 16, "", 0, FilingNews.RESUME_CODE, Channel.SMS, NOW, "续办码", FORM.phone)


@pytest.fixture
def filings(database, keyring):
    filings = SqlFilings(database, keyring)
    filings.add(FORM)
    return filings


@pytest.fixture
def messages(database, keyring, filings):
    messages = FilingMessages(database, keyring)
    with database.transaction() as connection:
        messages.add(connection, FORM.id, ONE, NOW)
    return messages


def take(messages, after=timedelta(0)):
    return messages.take(Channel.SMS, NOW + after, LEASE)


def test_a_message_of_a_transaction_that_fails_does_not_exist(messages, database):
    def fail():
        with database.transaction() as connection:
            messages.add(connection, "another", Message(**{**vars(ONE), "id": "cd" * 16}), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert messages.of_filing("another") == []
    assert messages.of_filing(FORM.id) == [ONE]


def test_whoever_dies_with_it_leaves_it_to_the_next_under_the_same_id(messages):
    first = take(messages)
    assert take(messages) is None, "it is in somebody's hands"
    again = take(messages, LEASE)
    assert (again.id, again.text, again.address) == (first.id, ONE.text, ONE.address)
    messages.settle(first, Answer(Verdict.ACCEPTED), None, 5)
    assert take(messages, 2 * LEASE) is None, "it was accepted, whoever wrote that down"
    assert [each.state for each in messages.of_filing(FORM.id)] == [MessageState.ACCEPTED]


def test_it_is_dropped_with_a_form_nobody_saves(messages, filings):
    filings.prune(NOW + timedelta(days=1))
    assert messages.of_filing(FORM.id) == []
    assert take(messages) is None


def test_under_another_index_key_it_is_still_its_forms(messages, filings, database, keyring):
    new = Keyring({"k1": bytes(range(32))}, "k1", b"n" * 32)
    counts = reindex(database, keyring, new, NOW, lambda _form: None)
    assert counts["filing_messages"] == 1
    assert FilingMessages(database, new).of_filing(FORM.id) == [ONE]
