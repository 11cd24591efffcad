"""A case kept between transactions is used only as long as nobody else has written to it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.cases.states import CaseState
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.kept_cases import KeptCase, KeptCases, Mark
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.upkeep import epochs
from tests.storage.samples import MORNING, sample_case

KEYRING = Keyring({"k": bytes(32)}, "k", bytes(32))
NO = "KB0001"


@pytest.fixture
def database(migrated_url):
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def keeping(database):
    cases = SqlCases(database, KEYRING)
    cases.keep(2)
    with cases.transaction() as tx:
        tx.add(sample_case(NO))
    return cases


@pytest.fixture
def other(migrated_url):
    database = Database(migrated_url)
    yield SqlCases(database, KEYRING)
    database.close()


@pytest.fixture
def reads(database):
    """The tables of cases that were read."""
    seen = []

    def hear(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT") and "FROM steps" in statement:
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", hear)
    return seen


def begin(cases, reason):
    with cases.transaction() as tx:
        case = tx.get(NO)
        link, step = next(iter(case.steps()))
        case.move(link, step, LinkState.READY if step.state is LinkState.WAITING else LinkState.SENDING, MORNING, reason=reason)  # fmt: skip
        tx.save(case)


def test_who_wrote_last_need_not_read_again(keeping, other, reads):
    begin(keeping, "一")
    begin(keeping, "二")
    assert reads == []
    kept = other.read(NO)
    assert [each.text for each in kept.events[-2:]] == ["一", "二"]
    assert kept.links[0].steps[0].state is LinkState.SENDING


def test_what_somebody_else_wrote_is_read(keeping, other, reads):
    begin(other, "他人")
    begin(keeping, "本机")
    assert len(reads) == 1
    assert [each.text for each in keeping.read(NO).events[-2:]] == ["他人", "本机"]


def test_what_somebody_else_wrote_without_an_event_is_read(keeping, other, reads):
    with other.transaction() as tx:
        case = tx.get(NO)
        case.links[0].steps[0].wait(MORNING, timedelta(seconds=9))
        tx.save(case)
    with keeping.transaction() as tx:
        assert tx.get(NO).links[0].steps[0].next_action_at == MORNING + timedelta(seconds=9)
    assert len(reads) == 1


def test_an_event_of_the_release_before_this_one_is_seen(keeping, database, reads):
    with database.transaction() as connection:  # it knows no versions
        new = text(
            "INSERT INTO events (case_no, seq, kind, at, actor, link, step, before, after, code, text, facts)"
            " SELECT case_no, seq + 1, kind, at, actor, link, step, before, after, code, text, facts"
            " FROM events WHERE case_no = :no"
        )
        connection.execute(new, {"no": NO})
    with pytest.raises(Exception, match="does not open"), keeping.transaction() as tx:
        tx.get(NO)  # it was sealed for another place: that is how one sees that it was read
    assert len(reads) == 1


def test_a_transaction_that_failed_leaves_nothing_behind(keeping, reads):
    def fail():
        with keeping.transaction() as tx:
            case = tx.get(NO)
            case.state = CaseState.REFUSED
            tx.save(case)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with keeping.transaction() as tx:
        assert tx.get(NO).state is CaseState.IN_PROGRESS
    assert len(reads) == 1


def test_what_was_changed_and_not_saved_is_not_kept(keeping):
    with keeping.transaction() as tx:
        tx.get(NO).state = CaseState.REFUSED
    with keeping.transaction() as tx:
        assert tx.get(NO).state is CaseState.IN_PROGRESS


def test_a_new_epoch_is_seen(keeping, database, reads):
    with keeping.transaction() as tx:
        case = tx.get(NO)
        case.links[0].steps[0].not_found_since = MORNING
        tx.save(case)
    with database.transaction() as connection:
        epochs.advance(connection, "test", MORNING, least=7)
    with keeping.transaction() as tx:
        assert tx.get(NO).links[0].steps[0].not_found_since is None
    assert len(reads) == 1


def test_a_database_that_was_set_back_and_came_to_the_same_numbers_is_read_anew(
    keeping, other, database
):
    begin(keeping, "之前")
    kept = keeping.read(NO)
    with database.transaction() as connection:  # another history of as many events and writings
        for table in ("steps", "events"):
            connection.execute(text(f"DELETE FROM {table} WHERE case_no = :no"), {"no": NO})
        connection.execute(text("DELETE FROM links WHERE case_no = :no"), {"no": NO})
        connection.execute(text("DELETE FROM cases WHERE no = :no"), {"no": NO})
    with other.transaction() as tx:
        tx.add(sample_case(NO))
    begin(other, "之后")
    with database.transaction() as connection:
        epochs.advance(connection, "test", MORNING, least=7)
    with keeping.transaction() as tx:
        found = tx.get(NO)
        assert (len(found.events), found.events[-1].text) == (len(kept.events), "之后")


def test_a_result_that_grows_in_place_is_written(keeping, other):
    for fact in ("credit_code", "seal_no"):
        with keeping.transaction() as tx:
            case = tx.get(NO)
            case.links[0].result[fact] = "1"
            tx.save(case)
    assert other.read(NO).links[0].result == {"credit_code": "1", "seal_no": "1"}


def test_saving_what_has_not_changed_writes_nothing(keeping, database):
    seen = []
    with keeping.transaction() as tx:
        case = tx.get(NO)
        event.listen(database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        tx.save(case)
    assert not any(each.startswith(("INSERT", "UPDATE")) for each in seen)


def test_what_changes_alike_is_written_in_one_statement(keeping, other, database):
    seen = []
    with keeping.transaction() as tx:
        case = tx.get(NO)
        event.listen(database.engine, "before_cursor_execute", lambda *told: seen.append(told))
        for link, step in case.steps():
            step.reason = f"{link.name} 等待"
            tx.disclose(NO, Disclosure(MORNING, "department", link.name, "send", ("name",)))
        tx.save(case)
    written = [told[2].split(" ", 3)[:3] for told in seen]
    assert written.count(["UPDATE", "steps", "SET"]) == 1
    assert written.count(["INSERT", "INTO", "disclosures"]) == 1
    names = [link.name for link, _ in case.steps()]
    assert len(names) > 1
    assert [step.reason for _, step in other.read(NO).steps()] == [
        f"{name} 等待" for name in names
    ]
    assert [each.who for each in other.disclosures(NO)] == names


def test_what_is_shown_in_a_transaction_that_fails_was_shown_to_nobody(keeping):
    with suppress(ZeroDivisionError), keeping.transaction() as tx:
        tx.disclose(NO, Disclosure(MORNING, "department", "seal", "send", ("name",)))
        raise ZeroDivisionError
    assert keeping.disclosures(NO) == []


def test_so_many_are_kept_those_used_last():
    kept = KeptCases(2)
    mark = Mark(1, 1, 0)
    for number in range(3):
        kept.put(KeptCase(mark, sample_case(f"KB{number}"), {}, None))
    assert [bool(kept.take(f"KB{number}", mark)) for number in range(3)] == [False, True, True]
    assert kept.take("KB2", mark) is None, "whoever takes it owns it"
