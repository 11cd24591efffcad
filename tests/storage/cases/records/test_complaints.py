"""Complaints as rows on both databases: numbers of their own for each case, steps that are only added to, lists by hall and day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kaiban.domain.complaint import Complaint, ComplaintState, ComplaintStep, StepKind
from kaiban.domain.messages.notification import Answer, Channel, Verdict
from kaiban.ports import ComplaintsWanted
from kaiban.storage.cases.records.complaints import ComplaintMessages, SqlComplaints
from tests.storage.samples import sample_case

AT = datetime(2026, 3, 4, 1, tzinfo=UTC)
RAISED = ComplaintStep(StepKind.RAISED, AT, "applicant")
NEW = Complaint(
    "KB0001", 0, "main", "web", "张三等了很久", date(2026, 3, 11), (RAISED,), "13800000000"
)


@pytest.fixture
def complaints(database, keyring, cases):
    with cases.transaction() as tx:
        for no in ("KB0001", "KB0002"):
            tx.add(sample_case(no))
    return SqlComplaints(database, keyring)


def added(database, complaints, *new):
    with database.transaction() as connection:
        return [complaints.add(connection, each) for each in new]


def test_each_case_numbers_its_own_and_what_was_written_comes_back(database, complaints):
    found = added(database, complaints, NEW, NEW, replace(NEW, case_no="KB0002", phone=""))
    assert [(each.case_no, each.number) for each in found] == [
        ("KB0001", 1), ("KB0001", 2), ("KB0002", 1),
    ]  # fmt: skip
    assert complaints.of_case("KB0001") == found[:2]
    with database.transaction() as connection:
        assert complaints.get(connection, "KB0002", 1) == found[2]
        assert complaints.get(connection, "KB0002", 2) is None


def test_steps_are_added_and_those_before_stay(database, complaints):
    [first] = added(database, complaints, NEW)
    step = ComplaintStep(StepKind.ASSIGNED, AT + timedelta(hours=1), "w1", "w2")
    later = first.after(step, date(2026, 3, 12), owner="w2", about="w3")
    with database.transaction() as connection:
        complaints.save(connection, later)
        complaints.save(connection, later)
    assert complaints.of_case("KB0001") == [later]
    assert later.state is ComplaintState.IN_HAND


def drop(database, no):
    with database.transaction() as connection:
        for table in ("events", "steps", "links"):
            connection.execute(text(f"DELETE FROM {table} WHERE case_no = :no"), {"no": no})
        connection.execute(text("DELETE FROM cases WHERE no = :no"), {"no": no})


def test_a_case_with_a_complaint_cannot_be_deleted_by_the_way(database, complaints):
    added(database, complaints, replace(NEW, case_no="KB0002"))
    with pytest.raises(IntegrityError):
        drop(database, "KB0002")
    drop(database, "KB0001")


def test_lists_are_by_hall_owner_and_day(database, complaints):
    late, other, over = (
        replace(NEW, due=date(2026, 3, 5), owner="w1"), replace(NEW, hall="north"),
        replace(NEW, due=None, state=ComplaintState.CLOSED),
    )  # fmt: skip
    added(database, complaints, NEW, late, other, over)

    def numbers(offset=0, limit=9, **wanted):
        return [
            each.number for each in complaints.listed(ComplaintsWanted(**wanted), offset, limit)
        ]

    assert numbers(hall="main") == [2, 1]
    assert numbers() == [2, 1, 3]
    assert numbers(limit=1) == [2]
    assert numbers(offset=1, limit=1) == [1]
    assert numbers(owner="w1") == [2]
    assert numbers(due_before=date(2026, 3, 11)) == [2]
    assert numbers(closed=True) == [4]


def test_what_is_told_is_sent_once_and_stands_with_the_complaint(database, keyring, complaints):
    [first] = added(database, complaints, NEW)
    with database.transaction() as connection:
        complaints.tell(connection, first, StepKind.RAISED, "收到了", "13800000000", AT)
    line = ComplaintMessages(database, keyring)
    message = line.take(Channel.SMS, AT, timedelta(minutes=3))
    assert (message.text, message.address, message.case_no) == ("收到了", "13800000000", "KB0001")
    assert line.take(Channel.SMS, AT, timedelta(minutes=3)) is None
    line.settle(message, Answer(Verdict.ACCEPTED), None, 5)
    [told] = complaints.messages("KB0001", 1)
    assert (told.state.value, told.kind) == ("accepted", StepKind.RAISED)
    assert complaints.messages("KB0001") == [told]
    assert complaints.messages("KB0002") == []
