"""What is owed over all cases, and late materials as a queue, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from kaiban.domain.papers.material import Holder, Material, Upload
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.storage.cases.records.materials import SqlMaterials
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.storage.samples import sample_case

AT = datetime(2026, 3, 4, 1, tzinfo=UTC)
DUE = date(2026, 3, 18)
UPLOAD = Upload("a.pdf", "application/pdf", b"%PDF", 1)
FORWARD = Forward("KB0001", "lease", "registration", ForwardState.WAITING, AT)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def materials(database, keyring):
    return SqlMaterials(database, keyring)


@pytest.fixture
def owed(database, cases, materials):
    with cases.transaction() as tx:
        for no in ("KB0001", "KB0002", "KB0003"):
            tx.add(sample_case(no))
        for no, key in (
            ("KB0001", "lease"),
            ("KB0002", "lease"),
            ("KB0001", "identity"),
            ("KB0003", "lease"),
        ):
            promise = Material(f"{no}-{key}", key, AT, commitment="2026-11", deferred_until=DUE)
            materials.put(tx.connection, Holder(case_no=no), promise)
        brought = Material("file", "identity", AT, "a.pdf", UPLOAD.media_type, 1, 4, UPLOAD.digest)
        materials.put(tx.connection, Holder(case_no="KB0001"), brought, UPLOAD)
        tx.connection.execute(text("UPDATE cases SET state = 'withdrawn' WHERE no = 'KB0003'"))
        tx.connection.execute(text("UPDATE cases SET hall = 'north' WHERE no = 'KB0002'"))
    return SqlObligations(database)


def listed(found):
    return [(each.case_no, each.key) for each in found]


def happen(cases, *kinds):
    with cases.transaction() as tx:
        case = tx.get("KB0001")
        for kind in kinds:
            case.note(kind, AT, "system", code="lease")
        tx.save(case)


def test_only_what_nobody_brought_is_owed_and_only_to_a_case_that_goes_on(owed):
    assert listed(owed.owing(DUE)) == [("KB0001", "lease"), ("KB0002", "lease")]
    assert listed(owed.owing(DUE - timedelta(days=1))) == []
    assert listed(owed.owing(DUE, "north")) == [("KB0002", "lease")]
    assert listed(owed.owing(DUE, offset=1, limit=1)) == [("KB0002", "lease")]
    [one, _] = owed.owing(DUE)
    assert (one.due, one.at, one.commitment) == (DUE, AT, "2026-11")


def test_what_has_lapsed_is_done_with_until_it_is_extended(owed, cases, database):
    happen(cases, "lapsed")
    assert listed(owed.unlapsed(DUE, 9)) == [("KB0002", "lease")]
    assert len(owed.owing(DUE)) == 2
    happen(cases, "extended")
    with database.transaction() as connection:
        owed.postpone(connection, "KB0001", "lease", DUE + timedelta(days=5))
    assert listed(owed.unlapsed(DUE, 9)) == [("KB0002", "lease")]
    assert listed(owed.unlapsed(DUE + timedelta(days=5), 9))[-1] == ("KB0001", "lease")


def test_a_waived_promise_is_gone_and_a_file_never(owed, materials, database):
    with database.transaction() as connection:
        owed.waive(connection, "KB0001", "lease")
        owed.waive(connection, "KB0001", "identity")
    left = materials.listed(Holder(case_no="KB0001"))
    assert [(each.key, each.promised) for each in left] == [("identity", False)]


def test_a_late_file_is_taken_by_one_and_given_up_to_the_next(owed, materials, database):
    with database.transaction() as connection:
        materials.forward(connection, FORWARD)
    taken = owed.take(AT, 10 * MINUTE)
    assert (taken.case_no, taken.tries) == ("KB0001", 1)
    assert owed.take(AT + MINUTE, 10 * MINUTE) is None
    again = owed.take(AT + 11 * MINUTE, 10 * MINUTE)
    assert again.tries == 2
    with database.transaction() as connection:
        assert not owed.settle(connection, replace(taken, state=ForwardState.SENT), None)
        assert owed.settle(
            connection, replace(again, state=ForwardState.WAITING), AT + 20 * MINUTE
        )
    assert owed.take(AT + 19 * MINUTE, MINUTE) is None
    last = owed.take(AT + 20 * MINUTE, MINUTE)
    with database.transaction() as connection:
        assert owed.settle(connection, replace(last, state=ForwardState.SENT), None)
    assert owed.take(AT + timedelta(days=2), MINUTE) is None
    assert [each.state for each in owed.forwards("KB0001")] == [ForwardState.SENT]


def test_brought_once_more_it_goes_once_more(owed, materials, database):
    with database.transaction() as connection:
        materials.forward(connection, replace(FORWARD, state=ForwardState.BY_HAND))
    assert owed.take(AT, MINUTE) is None
    assert listed(owed.to_hand_over("center", 9)) == [("KB0001", "lease")]
    assert owed.to_hand_over("north", 9) == []
    with database.transaction() as connection:
        materials.forward(connection, FORWARD)
    assert owed.take(AT, MINUTE).tries == 1
    assert owed.to_hand_over("", 9) == []
